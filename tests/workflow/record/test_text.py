"""Words from outside (文字规整): whatever is kept can be seen, stored and printed, in every kind of file that leaves the house."""

from __future__ import annotations

import io

import docx
import pytest
from openpyxl import Workbook

from tests.desk_office import Office, report
from workflow.record.text import clean_text, quoted


def test_what_is_kept_fits_into_every_kind_of_file() -> None:
    everything = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    kept = clean_text(everything)
    document, book = docx.Document(), Workbook()
    document.add_paragraph(kept)
    document.save(io.BytesIO())
    for at in range(0, len(kept), 30_000):
        book.active.append([kept[at : at + 30_000]])
    book.save(io.BytesIO())


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u2066", "\u061c", "\u200b", "\xad", "\u034f", "\u3164", "\u2800", "\uffff", "\U000e0041"]
)
def test_what_nobody_sees_is_nothing(hidden: str) -> None:
    assert clean_text(hidden * 3) == ""
    assert clean_text(f"已{hidden}公开") == "已公开"


def test_lines_end_alike_and_forms_of_characters_stay() -> None:
    assert clean_text("一\r\n二\r三\u2028四\u2029五\x85六") == "一\n二\n三\n四\n五\n六"
    assert clean_text("辻\U000e0100") == "辻\U000e0100"


def test_a_report_with_no_character_in_it_leaves_the_exports_whole(office: Office) -> None:
    task = office.task_id()
    assert report(office.client("wang"), task, "已公开\uffff\ufffe。").status_code == 303
    assert office.task(task).report == "已公开。"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("公开预算。", "公开预算"),
        ("公开预算，\n并作说明：", "公开预算， 并作说明"),
        ("一" * 40, "一" * 40),
        ("一" * 41, "一" * 39 + "…"),
        ("一" * 38 + "，" + "二" * 9, "一" * 38 + "…"),
    ],
)
def test_what_a_sentence_quotes_has_no_stop_and_says_that_it_goes_on(text: str, said: str) -> None:
    assert quoted(text) == said
