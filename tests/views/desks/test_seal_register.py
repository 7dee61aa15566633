"""The register of seals (用印登记): every seal one row, by itself, for the office alone."""

from __future__ import annotations

import io

import openpyxl
import pytest

import worker
from tests.desk_office import HOME, LEAD, OWN, Office


@pytest.fixture
def sealed_thrice(office: Office) -> Office:
    """A task was closed: its packet bears three seals."""
    office.walk(office.task_id(), "submit", "approve", "verify", "close")
    worker.drain(office.here)
    return office


def test_every_seal_is_one_row_with_its_unit_and_its_signer(sealed_thrice: Office) -> None:
    page = sealed_thrice.client("chen").get("/seals/used").text
    assert page.count("ZWGK-2026-000001-01") == 3
    book = openpyxl.load_workbook(io.BytesIO(sealed_thrice.client("chen").get("/seals/used.xlsx?year=2026").data))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows(min_row=4)]
    assert [(row[2], row[3], row[6]) for row in rows] == [
        (OWN, "证据包", "李主任"), (LEAD, "证据包", "赵科长"), (HOME, "证据包", "陈科长"),
    ]  # fmt: skip
    assert "这一年没有用印" in sealed_thrice.client("chen").get("/seals/used?year=2025").text


def test_the_register_is_the_offices(sealed_thrice: Office) -> None:
    for login in ("wang", "li", "zhao", "shenji", "sysadmin"):
        assert sealed_thrice.client(login).get("/seals/used").status_code == 403
        assert sealed_thrice.client(login).get("/seals/used.xlsx").status_code == 403
    assert "用印登记" in sealed_thrice.client("chen").get("/seals").text
    assert "用印登记" not in sealed_thrice.client("sysadmin").get("/seals").text
