"""Hashing evidence again (证明材料核对), outside the transaction that closes: files may be large."""

from __future__ import annotations

from workflow.record.store import Store
from workflow.tasks.binding import content_digest
from workflow.tasks.conditions import EvidenceCheck
from workflow.tasks.models import Matter


def check_evidence(task: Matter, store: Store) -> EvidenceCheck:
    """Read every stored file of the task, and every scan of a standing sign-off, once more and compare it with its digest.

    The content's own digest is worked out anew as well, so that a row changed behind the engine's back is seen.
    """
    pieces = task.live_evidence
    papers = [(s.paper_name, s.paper_sha256) for s in task.signoffs if s.void_at is None]
    stored = [*((piece.name, piece.sha256) for piece in pieces), *papers]
    damaged = tuple(name for name, sha256 in stored if sha256 and not store.intact(sha256))
    return EvidenceCheck(content_digest(task.report, pieces, task.outcome, task.progress, task.milestones), damaged)
