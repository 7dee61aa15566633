"""All tables (数据表) of all rooms under one import: for migrations, and for what the store must hold."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers import models as _ledgers
from workflow.office import models as _office
from workflow.posting import models as _posting
from workflow.record.models import Base
from workflow.tasks import models as _tasks
from workflow.year import models as _year
from workflow.year.assessments import models as _assessments
from workflow.year.filings import models as _filings
from workflow.year.inspections import models as _inspections
from workflow.year.look_backs import models as _look_backs
from workflow.year.missives import models as _missives
from workflow.year.missives import talk_models as _talks
from workflow.year.outside import models as _outside

ROOMS = (
    _office,
    _ledgers,
    _tasks,
    _posting,
    _year,
    _filings,
    _look_backs,
    _inspections,
    _missives,
    _talks,
    _outside,
    _assessments,
)
TABLES = Base.metadata
"""Every table, for all rooms have been imported."""


def stored_digests(session: Session) -> list[str]:
    """Every SHA-256 that a row names, once: a column called ``…sha256`` holds the name of a blob, and none else does."""
    columns = [c for table in TABLES.sorted_tables for c in table.columns if c.name.endswith("sha256")]
    found = {digest for column in columns for digest in session.scalars(select(column).distinct()) if digest}
    return sorted(found)
