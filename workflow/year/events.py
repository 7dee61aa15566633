"""What the office makes of its year (全年工作的留痕事项)."""

from __future__ import annotations

from workflow.ledgers.events import LEDGER, OfLedger
from workflow.record.events import Kind


class PaperTold(OfLedger):
    """A paper about a ledger, and the digests of its files once they are there."""

    dossier_id: int
    """The paper's number, by the name it had when dossiers were the only ones."""
    paper: str = "dossier"
    pdf: str = ""
    bag: str | None = None


PAPER_REQUESTED = Kind("dossier.requested", "申请编制材料", PaperTold, LEDGER)
PAPER_FINISHED = Kind("dossier.finished", "材料编制完成", PaperTold, LEDGER)
