"""A paper that was issued bears the names of its day (文中单位名称), whatever units are called later."""

from __future__ import annotations

import io

import docx
from sqlalchemy import select

from reports.official import official
from reports.official_docx import official_docx
from tests.desk_office import HOME, OWN, Office
from tests.workflow.year.test_bulletins import do, issued, lettered
from workflow.office.models import Unit
from workflow.office.units import save_unit


def words(office: Office, number: int) -> str:
    """All that stands in the Word version as it is fetched now."""
    with office.here.database.reading() as session:
        document = docx.Document(io.BytesIO(official_docx(official(session, number, as_of=office.clock()))))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def rename(office: Office, old: str, new: str) -> None:
    do(office, "chen", lambda session, by: save_unit(
        session, session.scalars(select(Unit).where(Unit.name == old)).one(), name=new, kind=by.unit.kind, aliases=[], by=by,
        at=office.clock(),
    ))  # fmt: skip


def test_an_issued_letter_is_not_changed_by_a_new_name(office: Office) -> None:
    number = lettered(office)
    rename(office, OWN, "市财政和国有资产管理局")
    assert "市财政和国有资产管理局" in words(office, number), "a draft goes to who there is now"
    issued(office, number)
    before = words(office, number)
    rename(office, HOME, "云岭市政务公开中心")
    rename(office, "市财政和国有资产管理局", OWN)
    assert words(office, number) == before
    assert "云岭市政务公开中心" not in before
