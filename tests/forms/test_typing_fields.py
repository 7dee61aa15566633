"""Every field where a person types takes part in drafts, or says why not; no box of the browser's own language (静态检查)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from forms.days import read_day

TEMPLATES = Path(__file__).parents[2] / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if path.parent.name not in ("packets", "reports"))
FORM = re.compile(r"<form\b(?:[^>{]|\{\{.*?\}\}|\{%.*?%\})*>")
FIELD = re.compile(r"<(?:textarea|input)\b(?:[^>{]|\{\{.*?\}\}|\{%.*?%\})*>")
NO_DRAFT = {
    "packets_desk/check.html": "a number and its check code are left on nobody's machine",
    "desk/_list.html": "ticks say which tasks are meant now",
    "auth/sign_in.html": "the gate: a name and a password, of nobody yet",
    "posting/index.html": "the address of a group's robot holds its key",
    "review/pointing.html": "everything is chosen out of lists, and a choice of before would stand beside rows that it did not make",
    "inbox/_filter.html": "a view's name is a word, and goes with the list that stands before one now",
    "review/_edit.html": "one cell, kept by Enter and dropped by Esc",
    "review/_many.html": "a date or a name out of a list, and each button stores another of the two",
}
"""Forms without drafts, and why."""


def label(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


@pytest.mark.parametrize("path", PAGES, ids=label)
def test_only_justified_forms_keep_no_drafts(path: Path) -> None:
    silent = 'data-draft="off"' in path.read_text()
    assert silent == (label(path) in NO_DRAFT)


@pytest.mark.parametrize("path", PAGES, ids=label)
def test_forms_leave_it_to_us_to_say_what_is_missing(path: Path) -> None:
    text = path.read_text()
    pieces = re.split(r"(?=<form\b)|(?<=</form>)", text)
    for piece in pieces:
        opening = FORM.match(piece)
        checked = re.search(
            r"\brequired\b|required=true|type=\"number\"|\{\{ fields\(|file_box\(|upload\(|\bpattern=", piece
        )
        if opening and checked:
            stays = "stay(" in opening[0]  # the macro says it
            assert "novalidate" in opening[0] or stays, f"the browser would speak its own language: {opening[0]}"


@pytest.mark.parametrize("path", PAGES, ids=label)
def test_no_box_that_speaks_the_language_of_the_browser(path: Path) -> None:
    for box in FIELD.findall(path.read_text()):
        kind = re.search(r'type="(\w+)"', box)
        assert not kind or kind[1] not in ("date", "month", "week", "time", "datetime", "color"), box
        assert not kind or kind[1] != "file" or label(path) == "components/controls.html", box


@pytest.mark.parametrize("path", PAGES, ids=label)
def test_dates_are_marked_in_text_and_never_in_an_attribute(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r'="[^"<>]*\{\{[^}"]*\| (dated|day|moment)\b', text)
    assert not re.search(
        r"\{\{ (?:message|notice\.text|refused\.message|[\w.]*\breason) \}\}(?!\")", re.sub(r'="[^"]*"', "", text)
    )


@pytest.mark.parametrize(
    "typed", ["2026-06-30", "20260630", "2026/6/30", "2026年6月30日", " 2026.6.30 ", "２０２６－０６－３０"]
)
def test_a_date_is_read_however_it_is_written(typed: str) -> None:
    assert read_day(typed) == date(2026, 6, 30)


@pytest.mark.parametrize("typed", ["2026-02-30", "明天", "30/06/2026", "2026-6", "202606301", "0000-01-01"])
def test_what_is_no_date_is_said_with_the_way_to_write_one(typed: str) -> None:
    with pytest.raises(ValueError, match=f"「{typed}」不是有效的日期，请按 2026-06-30 的形式填写"):
        read_day(typed)


def test_no_date_at_all_is_none() -> None:
    assert read_day("  ") is None
