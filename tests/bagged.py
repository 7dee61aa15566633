"""The archive of a dossier (归档包) about nothing but its ledger: what tests look into."""

from __future__ import annotations

from pathlib import Path

from reports import bag
from tests.desk_office import Office
from workflow.ledgers.export import LedgerTable
from workflow.year.dossiers.facts import Dossier
from workflow.year.look_backs.of_ledger import LookBack


def bagged(office: Office, look: LookBack, folder: Path) -> Path:
    """Make it in a folder."""
    facts = Dossier(look, LedgerTable("", "", "", "", "", (), ()), None, (), (), ())
    return bag.make(facts, (), (), office.here, folder, step=lambda: None)
