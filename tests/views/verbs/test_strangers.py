"""Strangers at every door (局外人): whoever has no part in a matter neither reads it nor does anything to it, whatever their desks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.desk_office import Office, open_office
from tests.level_desk import FIRST, cut, finish, lower_tasks, place, publish
from tests.views.api.test_interface import ROOT, token
from tests.views.verbs.test_verbs_year import BY_NAME, Walk, walked
from workflow.ledgers.models import Ledger, LedgerItem
from workflow.office.models import Unit, User
from workflow.office.people import create_user
from workflow.office.units import import_units
from workflow.office.words import Role, TokenScope
from workflow.record.models import AuditEvent
from workflow.record.published import UnitRow
from workflow.tasks.models import Evidence, Signoff, Task
from workflow.year.assessments.models import AssessedUnit, Assessment
from workflow.year.filings.models import Filing, FilingRound
from workflow.year.inspections.models import Inspection, Worksheet
from workflow.year.look_backs.models import LookBackEntry, LookBackRound, Rectification, SelfCheck
from workflow.year.missives.models import Missive
from workflow.year.missives.talk_models import Talk
from workflow.year.models import Paper
from workflow.year.outside.models import OutsideList

DESKS = frozenset({Role.HANDLER, Role.UNIT_HEAD, Role.LEAD_REVIEWER, Role.OFFICE, Role.LEADER, Role.AUDITOR})
NEAR = DESKS - {Role.OFFICE, Role.LEADER, Role.AUDITOR}
STRANGERS = {"below": ("局外中心", DESKS), "beside": ("局外局", NEAR)}
"""One at every desk of a unit below another one, and one at a unit of the first level that has nothing to do."""
OWN_MATTER = {"urge_rectifications": 200, "report_up": 422}
"""Verbs about the caller's own office or unit: there is nothing to press, nothing to report."""
ROWS: dict[str, type[Any]] = {
    "task_id": Task, "filing_id": Filing, "ledger_id": Ledger, "missive_id": Missive, "letter_id": Missive,
    "talk_id": Talk, "matter_id": Rectification, "outside_id": OutsideList, "inspection_id": Inspection,
    "look_back_id": LookBackRound, "entry_id": LookBackEntry, "round_id": FilingRound, "assessment_id": Assessment,
    "evidence_id": Evidence, "paper_id": Paper, "unit_id": Unit, "signoff_id": Signoff, "item_id": LedgerItem,
}  # fmt: skip
SHEETS = {"inspections": Worksheet, "assessments": AssessedUnit, "self-checks": SelfCheck}
TO_ALL_AT_WORK = {"standing.unit"}
"""The directory's names are everybody's."""
OF_THE_LEVEL = {
    "ledgers.overview", "ledgers.opening", "ledgers.source", "ledgers.export", "reporting.index", "reporting.show",
    "api_desk.lights",
}  # fmt: skip
"""A published table is its whole level's (ADR 50); whose reporting is not one's own leads back to it."""


@dataclass
class Watched(Walk):
    """A year in which strangers try every verb with the right words at the very moment when it may be done."""

    tried: list[tuple[str, str, int]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def do(self, login: str, name: str, number: int, **given: Any) -> None:
        """First the strangers at both doors, then whoever it belongs to."""
        strangers(self.office)
        verb, before = BY_NAME[name], self.office.count()
        for stranger in STRANGERS:
            for program in (False, True):
                below = verb.program.split()[1] if program else verb.screen
                address = re.sub(r"<int:\w+>", str(number), verb.subject.root + below)
                address = re.sub(r"<any.*?:(\w+)>", lambda found: str(given[found[1]]), address)
                status, _ = (self._sent if program else self._posted)(stranger, address, verb, given)
                self.tried.append((stranger, name, status))
        with self.office.here.database.reading() as session:
            kinds = session.scalars(select(AuditEvent.kind).where(AuditEvent.seq > before))
            self.left += [kind for kind in kinds if not kind.startswith("token.")]
        super().do(login, name, number, **given)


def strangers(office: Office) -> None:
    """The two of them, once."""
    if "below" in office.ids:
        return
    with office.here.database.writing() as session:
        rows = [UnitRow(30, "局外局", "部门", (), ()), UnitRow(31, "局外中心", "其他", (), (), "局外局")]
        import_units(session, rows, by=None, at=office.clock())
        units = {unit.name: unit for unit in session.scalars(select(Unit))}
        for login, (unit, roles) in STRANGERS.items():
            person, _ = create_user(
                session, login=login, name=f"局外{login}", unit=units[unit], roles=roles, by=None, at=office.clock()
            )
            person.must_change_password = False
            office.ids[login] = person.id


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    walk = Watched(open_office(tmp_path_factory.mktemp("year") / "home"), program=False)
    yield walked(walk)
    walk.office.here.database.dispose()


@pytest.fixture(scope="module")
def levels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Two levels, half done, and the strangers beside them."""
    office = place(open_office(tmp_path_factory.mktemp("levels") / "home"))
    lower = cut(office)
    publish(office, lower)
    finish(office, lower_tasks(office, lower)[FIRST], "guo", "gu")
    strangers(office)
    yield office
    office.here.database.dispose()


def test_no_verb_of_the_year_is_done_by_a_stranger(year: Watched) -> None:
    assert {name for _, name, _ in year.tried} == BY_NAME.keys()
    wrong = {one for one in year.tried if one[2] not in (403, 404, OWN_MATTER.get(one[1]))}
    assert wrong == set()
    assert Counter(status for *_, status in year.tried)[404] > 100, "mostly there is nothing to be seen"
    assert year.left == []


def numbers(office: Office, rule: Rule, name: str) -> list[int]:
    """Some rows that a part of an address may mean."""
    kind = next((kind for root, kind in SHEETS.items() if root in rule.rule), Worksheet)
    kind = kind if name == "sheet_id" else ROWS.get(name)
    if kind is None:
        return [1]
    with office.here.database.reading() as session:
        return list(session.scalars(select(kind.id).order_by(kind.id).limit(8))) or [1]


def addresses(office: Office, rule: Rule) -> Iterator[str]:
    """Addresses of a route that lead to rows which are there."""
    parts = re.findall(r"<(?:(\w+)(?:\((.*?)\))?:)?(\w+)>", rule.rule)
    choices: list[list[Any]] = [
        re.split(r",\s*", words) if kind == "any" else numbers(office, rule, name) for kind, words, name in parts
    ]
    for chosen in islice(product(*choices), 40):
        values = iter(chosen)
        yield re.sub(r"<[^>]+>", lambda _, values=values: str(next(values)), rule.rule)


def opened(office: Office, login: str, *, numbered: bool) -> list[tuple[str, str, int, str]]:
    """(endpoint, address, status, page) of every page and read of the interface that somebody asks for."""
    client, bearer = office.client(login), {"Authorization": f"Bearer {token(office, login)}"}
    found = []
    for rule in office.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and ("<" in rule.rule) == numbered and "filename" not in rule.rule:
            for address in addresses(office, rule):
                answer = client.get(address, headers=bearer if address.startswith("/api") else {})
                text = answer.text if "html" in str(answer.content_type) or answer.is_json else ""
                found.append((rule.endpoint, address, answer.status_code, text))
    return found


@pytest.mark.parametrize("login", STRANGERS)
def test_no_page_of_the_year_opens_for_a_stranger(year: Watched, login: str) -> None:
    _nothing_opens(year.office, login)


@pytest.mark.parametrize("login", STRANGERS)
def test_no_page_of_two_levels_opens_for_a_stranger(levels: Office, login: str) -> None:
    _nothing_opens(levels, login)


def _nothing_opens(office: Office, login: str) -> None:
    open_to = TO_ALL_AT_WORK | (OF_THE_LEVEL if login == "beside" else set())
    seen = opened(office, login, numbered=True)
    assert len(seen) > 200
    assert [one[:3] for one in seen if one[0] not in open_to and one[2] not in (401, 403, 404, 422)] == []
    refused = [one[:2] for one in seen if one[2] == 422]
    assert {endpoint for endpoint, _ in refused} <= {"api.shown"}, "it asks for a version before it looks"


def test_those_addresses_lead_somewhere(year: Watched) -> None:
    good = Counter(endpoint for endpoint, _, status, _ in opened(year.office, "chen", numbered=True) if status == 200)
    assert len(good) > 50


@pytest.mark.parametrize("login", ["below", "beside", "qian", "zhao", "chen", "liushi"])
def test_nobody_outside_reads_the_name_of_a_lower_ledger(levels: Office, login: str) -> None:
    assert _naming(levels, login, "2026年市财政局公开任务分解表") == []


@pytest.mark.parametrize("login", ["below", "cai", "gan"])
def test_nobody_below_reads_the_name_of_the_upper_ledger(levels: Office, login: str) -> None:
    assert _naming(levels, login, "2026年政务公开任务分解表") == []


def _naming(office: Office, login: str, words: str) -> list[str]:
    return [address for _, address, status, page in opened(office, login, numbered=False) if words in page]


def test_who_has_a_part_below_finds_its_ledger_in_every_choice(levels: Office) -> None:
    named = _naming(levels, "cai", "2026年市财政局公开任务分解表")
    assert {"/", "/ledgers"} <= set(named)
    assert "/signing" in _naming(levels, "gu", "2026年市财政局公开任务分解表")


def test_nothing_is_arranged_for_a_ledger_that_one_may_not_open(levels: Office) -> None:
    client, before = levels.client("qian"), levels.count()
    with levels.here.database.reading() as session:
        lower = session.scalars(select(Ledger.id).where(Ledger.title.contains("市财政局"))).one()
        unit, gu = session.get_one(User, levels.ids["qian"]).unit_id, levels.ids["qian"]
    away = {"person": "局外beside", "starts": "2026-03-20", "ends": "2026-03-30", "reason": "外出"}
    policy = {"gate": "unit", "mode": "all", "unit_id": str(unit), f"people-{gu}": "1"}
    for number in (lower, 4711):
        assert client.post("/signing/policies", data=policy | {"ledger_id": str(number)}).status_code == 404
        assert client.post("/signing/delegations", data=away | {"ledger_id": str(number)}).status_code in (404, 422)
    answers = [
        client.post("/signing/policies", data=policy | {"ledger_id": str(lower), "item": item}) for item in ("1", "99")
    ]
    assert [one.status_code for one in answers] == [422, 422], "which rows it has is not told"
    assert levels.count() == before


EARLY = {
    "keep_worksheet": (Worksheet, {"seen_at": "昨天", "place": "x", "method": "online", "facts": "x"}),
    "keep_talk": (Talk, {"held_at": "昨天"}),
    "rule_on_rectification": (Rectification, {"why": "x"}),
}
"""Verbs on a matter that the office of the unit concerned reads and may not do, with words that are wrong at that moment."""


@pytest.mark.parametrize("name", EARLY)
def test_right_comes_before_state_and_words(year: Watched, name: str) -> None:
    kind, given = EARLY[name]
    with year.office.here.database.writing() as session:
        unit = session.get_one(User, year.office.ids["wang"]).unit
        login = f"inside-{name}"
        person, _ = create_user(
            session, login=login, name=login, unit=unit, roles=DESKS, by=None, at=year.office.clock()
        )
        person.must_change_password = False
        year.office.ids[login] = person.id
        concerned = {Worksheet: "checked_id", Talk: "talked_id"}.get(kind, "unit_id")
        number = session.scalars(select(kind.id).where(getattr(kind, concerned) == unit.id)).first()
    assert number is not None
    for program in (False, True):
        walk = Walk(year.office, program=program)
        walk.do(login, name, number, seen_version=1, **given)
        assert walk.said[0][1] == 403, walk.said


def test_no_verb_of_the_year_is_done_with_a_token_for_reading(year: Watched) -> None:
    headers, client = (
        {"Authorization": f"Bearer {token(year.office, 'chen', TokenScope.READ)}"},
        year.office.app.test_client(),
    )
    before, answers = year.office.count(), Counter[int]()
    for rule in year.office.app.url_map.iter_rules():
        methods = (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
        for method in methods if rule.rule.startswith(ROOT) else ():
            address = next(addresses(year.office, rule))
            answers[client.open(address, method=method, json={}, headers=headers).status_code] += 1
    assert answers.keys() == {403}
    assert answers[403] > len(BY_NAME)
    assert year.office.count() == before


def test_no_form_is_taken_without_its_token(year: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(year.office.app.config, "WTF_CSRF_ENABLED", True)
    client, before, taken = year.office.client("chen"), year.office.count(), []
    tried = 0
    for rule in year.office.app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"} if not rule.rule.startswith(ROOT) else ():
            answer = client.open(next(addresses(year.office, rule)), method=method, data={})
            tried += 1
            if answer.status_code != 400 and "刚才的操作没有执行" not in answer.text:
                taken.append((rule.rule, answer.status_code))
    assert taken == []
    assert tried > len(BY_NAME)
    assert year.office.count() == before
