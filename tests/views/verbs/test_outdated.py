"""Pages that show what is no more (过时页面): whoever decides from one is refused, or it is said why that need not be."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.desk_office import COLEAD, OTHER, open_office
from tests.views.verbs.test_verbs import BY_NAME as OF_TASKS
from tests.views.verbs.test_verbs import Door
from tests.views.verbs.test_verbs_year import BY_NAME, Walk, walked
from views.verbs.table import VERBS
from workflow.office.models import User
from workflow.record.models import AuditEvent

OUTDATED: dict[str, Any] = {"seen_version": 4711, "seen_round": 4711, "seen": "0" * 64}
"""What a page carries of what it showed, as no page carries it now."""
ADDS = "it adds something of its own, and takes nothing of anybody's away"
FROZEN = "what it is about never changes once it is there, and it is done once"
SETTING = "a setting that is said whole: the page shows it, the trail keeps who said what"
PRESSES = "it presses whoever is waited for by then, once a day"
NEEDS_NONE = {
    "upload": ADDS, "link": ADDS, "copy": ADDS, "comment": ADDS, "ask": ADDS, "share": ADDS, "add_duty": ADDS,
    "note_occurrence": ADDS, "ask_links": ADDS, "ask_all_links": ADDS, "check_mended_links": ADDS,
    "remove": FROZEN, "take_back": FROZEN, "decide": FROZEN, "end_delegation": FROZEN, "drop_policy": FROZEN,
    "receive": FROZEN, "receive_missive": FROZEN, "hand_out": FROZEN, "take_occurrence_back": FROZEN,
    "call_talk": "an issued letter never changes, and a talk that is open is the talk",
    "begin_inspection": "a duty is drawn for once, from the list of that moment, which is kept with its seed",
    "finish_duty": "a duty is done once, whatever day it stands on",
    "move_duty": "its first day stays beside whatever it is moved to",
    "close_round": "it is closed once, and shuts out nothing that was approved",
    "reopen_year": "it is open or closed, and nothing is lost by it",
    "take_over": "what is set already stays",
    "resume": "a clock stands or runs",
    "finish_share": "done or open, both in the trail",
    "drop_share": "a section's part has no words that change",
    "report_up": "it hands over what the head has approved, by versions that were seen",
    "delegate": SETTING, "set_policy": SETTING, "set_lights": SETTING, "set_progress": SETTING, "set_cadence": SETTING,
    "urge": PRESSES, "urge_late": PRESSES, "urge_below": PRESSES, "urge_round": PRESSES, "urge_sheets": PRESSES,
    "urge_receipts": PRESSES, "urge_rectifications": PRESSES,
}  # fmt: skip
"""Verbs that are done from whatever page, and why that is right."""


def carried(takes: type[Any]) -> set[str]:
    """What a verb is told of the page that it is done from."""
    return OUTDATED.keys() & takes.model_fields.keys()


def test_every_verb_knows_its_page_or_says_why_it_need_not() -> None:
    assert {verb.function.__name__ for verb in VERBS if not carried(verb.takes)} == NEEDS_NONE.keys()


@dataclass
class Outdated(Walk):
    """A year in which everything is tried first from a page that shows something else."""

    tried: set[str] = field(default_factory=set)
    let_in: list[tuple[str, int, str]] = field(default_factory=list)

    def do(self, login: str, name: str, number: int, **given: Any) -> None:
        """From an outdated page, then as it is: what is done now was refused just before, and left nothing."""
        before, known = self.office.count(), carried(BY_NAME[name].takes)
        if known:
            super().do(login, name, number, **given | {one: OUTDATED[one] for one in known})
            _, status, words = self.said.pop()
        with self.office.here.database.reading() as session:
            kinds = session.scalars(select(AuditEvent.kind).where(AuditEvent.seq > before))
            left = [kind for kind in kinds if not kind.startswith("token.")]
        super().do(login, name, number, **given)
        if known and self.said[-1][1] == 200:
            self.tried.add(name)
            if status != 409 or left:
                self.let_in.append((name, status, words[-200:]))


@pytest.mark.parametrize("program", [False, True], ids=["page", "program"])
def test_nothing_of_the_year_is_decided_from_an_outdated_page(tmp_path: Path, program: bool) -> None:
    year = walked(Outdated(open_office(tmp_path), program=program))
    assert year.let_in == []
    assert year.tried == {name for name, verb in BY_NAME.items() if carried(verb.takes)} - {"copy_form"}
    year.office.here.database.dispose()


@pytest.mark.parametrize("name", [name for name, verb in OF_TASKS.items() if carried(verb.takes)])
def test_nothing_of_a_task_is_decided_from_an_outdated_page(tmp_path: Path, name: str) -> None:
    door = Door.before(OF_TASKS[name], tmp_path)
    door.given["seen_version"] = OUTDATED["seen_version"]
    before = door.office.count()
    shown, answer = door.by_page(), door.by_program()
    assert (shown.status_code, answer.status_code) == (409, 409), (shown.text, answer.text)
    assert door.left(before)[0] == []
    door.office.here.database.dispose()


def test_desks_are_not_given_from_a_page_of_before_the_move(tmp_path: Path) -> None:
    """What was meant for the head of one unit makes nobody the head of another."""
    office = open_office(tmp_path)
    guard, place = office.client("secadmin"), f"/grants/{office.ids['hong']}"
    found = re.search(r'name="seen"[^>]*value="(\d+)"', guard.get(place).text)
    assert found is not None
    moved = office.client("sysadmin").post(f"/accounts/{office.ids['hong']}/unit", data={"unit": OTHER})
    assert moved.status_code == 303
    answer = guard.post(place, data={"roles": ["handler", "unit_head"], "seen": found[1]})
    assert (answer.status_code, "刚刚有变动" in answer.text) == (409, True)
    with office.here.database.reading() as session:
        assert session.get_one(User, office.ids["hong"]).roles == frozenset()
    office.here.database.dispose()


def test_who_is_moved_sees_no_more_what_was_copied_to_them(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    place = f"/tasks/{office.task_id()}"
    assert office.client("wang").post(f"{place}/copies", data={"person": "nobody", "words": "x"}).status_code == 422
    assert office.client("wang").post(f"{place}/copies", data={"person": "qian", "words": "请知悉"}).status_code == 303
    assert office.client("qian").get(place).status_code == 200
    moved = office.client("sysadmin").post(f"/accounts/{office.ids['qian']}/unit", data={"unit": COLEAD})
    assert moved.status_code == 303, moved.text
    seats = {"roles": ["handler"]}
    assert office.client("secadmin").post(f"/grants/{office.ids['qian']}", data=seats).status_code == 303
    assert office.client("qian").get(place).status_code == 404
    office.here.database.dispose()
