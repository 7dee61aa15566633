"""What the store must hold (应存文件): every digest that the database names."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.record.models import Base


def stored_digests(session: Session) -> list[str]:
    """Every SHA-256 that a row names, once: a column called ``…sha256`` holds the name of a blob, and none else does."""
    columns = [c for table in Base.metadata.sorted_tables for c in table.columns if c.name.endswith("sha256")]
    found = {digest for column in columns for digest in session.scalars(select(column).distinct()) if digest}
    return sorted(found)
