"""One fact, one answer: asked on every screen, in every message, paper, export and program, under rules of a ledger's own."""

from __future__ import annotations

import csv
import io
import random
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.bagged import bagged
from tests.desk_office import HOME, LEAD, OWN, Office, ask_to_reopen, open_office, sign
from tests.views.api.test_interface import Program
from workflow.ledgers.drafting import start_draft
from workflow.ledgers.models import Ledger
from workflow.office.models import Notice, Unit, User
from workflow.office.words import NoticeKind
from workflow.record.published import PublishedLedger, PublishedTask
from workflow.tasks.lists.light_rules import set_lights
from workflow.tasks.lists.lighting import light_now, light_on, rulebook
from workflow.tasks.lists.lights import LightRules
from workflow.tasks.models import Awaiting, Task
from workflow.tasks.publishing import publish
from workflow.tasks.reminding import remind
from workflow.tasks.urging import urge, urge_late
from workflow.year.look_backs.of_ledger import LookBack, look_back

ROOT = Path(__file__).resolve().parents[2]
RULES = LightRules(near_days=10, notice_days=20, grave_days=30, behind=10, far_behind=30)
LIGHT = re.compile(r'class="light light-(\w+)"[^>]*><i [^>]*></i>([^<]+)</span>')


def set_rules(office: Office, rules: LightRules, ledger_id: int = 1) -> None:
    with office.here.database.writing() as session:
        by, ledger = session.get_one(User, office.ids["chen"]), session.get_one(Ledger, ledger_id)
        set_lights(session, ledger, rules, by=by, at=office.clock())


def go_to(office: Office, day: date) -> None:
    """Nine in the morning of a day."""
    office.clock.now = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


def looked_back(office: Office, ledger_id: int = 1) -> LookBack:
    with office.here.database.reading() as session:
        return look_back(session, ledger_id, as_of=office.clock())


def tables_of(office: Office, look: LookBack, folder: Path) -> list[dict[str, str]]:
    """The table of the archive, as a program reads it."""
    bagged(office, look, folder)
    text = next(folder.rglob("tasks.csv")).read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def told(office: Office, kind: NoticeKind) -> str:
    """What the newest message of this kind says of the first row's task, behind its unit's name."""
    with office.here.database.reading() as session:
        wanted = Notice.user_id == office.ids["wang"], Notice.kind == kind
        text = session.scalars(select(Notice.text).where(*wanted).order_by(Notice.id.desc())).first() or ""
        named = re.search(rf"「1 [^」]*」（{OWN}）(.*?)(?:，请尽快办理|；|。)", text)
    assert named, text
    return named[1]


def words_of(office: Office, task_id: int, folder: Path) -> dict[str, str]:
    """Everything that is said of how a task stands to its deadline, by the place that says it."""
    wang, program, today = office.client("wang"), Program(office, "wang"), office.clock().date().isoformat()
    page, line = f"/tasks/{task_id}", rf'href="/tasks/{task_id}".*?'
    matrix = office.client("chen").get("/ledgers/1").text
    found = {
        "task page": LIGHT.search(wang.get(page).text.partition("办理时限")[2]),
        "that day on the task page": LIGHT.search(wang.get(f"{page}?on={today}").text.partition("日终：")[2]),
        "inbox": re.search(line + LIGHT.pattern, wang.get("/").text, re.DOTALL),
        "list": re.search(line + LIGHT.pattern, wang.get("/?scope=unit").text, re.DOTALL),
        "matrix": re.search(rf'href="/tasks/{task_id}" title="{OWN}：(已交办)，([^"]+)"', matrix),
    }
    said = {place: match[2] for place, match in found.items() if match}
    assert said.keys() == found.keys()
    said["program"] = program.get(f"/tasks/{task_id}").json["light_word"]
    said["program's list"] = next(t["light_word"] for t in program.get("/tasks").json["tasks"] if t["id"] == task_id)
    said["that day by program"] = program.get(f"/tasks/{task_id}/light?on={today}").json["word"]
    look = looked_back(office)
    lines = [(item.number, task) for item in look.items for task in item.tasks]
    said["dossier"] = next(task.light.word for _, task in lines if task.task_id == task_id)
    row = [task.task_id for _, task in lines].index(task_id)
    said["table of the archive"] = tables_of(office, look, folder)[row]["预警"]
    with office.here.database.writing() as session:
        task = session.get_one(Task, task_id)
        urge(session, task, "", by=session.get_one(User, office.ids["chen"]), at=office.clock())
        remind(session, at=office.clock())
    said["催办"] = told(office, NoticeKind.URGING)
    return said


@pytest.mark.parametrize(
    ("today", "rules", "word", "reminded"),
    [
        (date(2026, 3, 24), RULES, "剩 7 个工作日，未达序时进度", True),
        (date(2026, 3, 24), LightRules(near_days=10), "剩 7 个工作日", True),
        (date(2026, 4, 5), LightRules(grave_days=3), "严重逾期 3 天", True),
        (date(2026, 5, 3), RULES, "严重逾期 31 天", False),
        (date(2026, 3, 23), LightRules(near_days=0, notice_days=20), "剩 8 个工作日", False),
        (date(2026, 3, 27), LightRules(near_days=0, far_behind=30), "未达序时进度", False),
    ],
)
def test_a_task_has_one_light(
    office: Office, tmp_path: Path, today: date, rules: LightRules, word: str, reminded: bool
) -> None:
    set_rules(office, rules)
    go_to(office, today)
    task_id = office.task_id()
    said = words_of(office, task_id, tmp_path / "bag")
    if reminded:
        said["今日提醒"] = told(office, NoticeKind.REMINDER)
    assert said == dict.fromkeys(said, word)
    assert len(said) == 11 + reminded


def test_a_unit_that_takes_over_begins_anew_on_every_day(office: Office) -> None:
    """序时进度 counts from the taking over, today and when the day is asked for later."""
    set_rules(office, RULES)
    task_id = office.task_id(unit=OWN)
    at = office.clock().date()
    office.clock.now += timedelta(days=5)
    wang, chen = office.client("wang"), office.client("chen")
    assert (
        wang.post(f"/tasks/{task_id}/requests", data={"kind": "objection", "reason": "非本单位职责"}).status_code == 303
    )
    with office.here.database.reading() as session:
        unit = session.scalars(select(Unit.id).where(Unit.name == HOME)).one()
    ruling = {"granted": "1", "opinion": "同意", "unit_id": str(unit)}
    assert chen.post(f"/tasks/{task_id}/requests/1", data=ruling).status_code == 303
    for _ in range(12):
        office.clock.now += timedelta(days=1)
        with office.here.database.reading() as session:
            task, today = session.get_one(Task, task_id), office.clock().date()
            assert task.opened_at.date() > at
            assert light_on(session, task, today) == light_now(rulebook(session), task, today)


def second_ledger(office: Office) -> int:
    """Another ledger of the office with the same units."""
    rows = tuple(
        PublishedTask(str(n), (), f"落实第{n}项", None, (LEAD,), (OWN,), due=date(2026, 6, n), responsibility_text="")
        for n in range(1, 9)
    )
    published = PublishedLedger("2026年督查任务", 2026, HOME, None, None, None, rows)
    blob = office.here.store.add_bytes(b"second")
    with office.here.database.writing() as session:
        by = session.get_one(User, office.ids["chen"])
        ledger = start_draft(session, published, blob, name="二.txt", by=by, at=office.clock())
        publish(session, ledger, by=by, at=office.clock())
        return ledger.id


def shown(client: FlaskClient, query: str) -> dict[str, tuple[str, str]]:
    """The lights of every line of a list over all its pages: task → colour, word."""
    found, url = {}, f"/?{query}"
    while url:
        page = client.get(url).text
        lines = re.findall(r'href="/tasks/(\d+)".*?' + LIGHT.pattern, page, re.DOTALL)
        found |= {task_id: (colour, word) for task_id, colour, word in lines}
        more = re.search(r'rel="next" href="([^"]+)"', page)
        url = more[1].replace("&amp;", "&") if more else ""
    return found


def strew(office: Office, dice: random.Random) -> None:
    """New deadlines around today for all tasks, some of which stand still."""
    today = office.clock().date()
    with office.here.database.writing() as session:
        for task_id in session.scalars(select(Task.id)).all():
            due = today + timedelta(dice.randint(-40, 40))
            paused = office.clock() if dice.random() < 0.15 else None
            session.execute(update(Task).where(Task.id == task_id).values(due=due, paused_at=paused))
            session.execute(update(Awaiting).where(Awaiting.task_id == task_id).values(due=due))


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(n, marks=pytest.mark.proof("lives")) for n in range(2, 10))])
def test_lists_hold_what_the_lights_say(tmp_path: Path, seed: int) -> None:
    """A light that counts working days as yellow or red is in 临近时限, one that is 逾期 in 已逾期, nothing else."""
    office, dice = open_office(tmp_path, rows=8), random.Random(seed)
    other = second_ledger(office)
    set_rules(office, RULES if seed % 2 else LightRules(near_days=dice.randint(0, 25)), other)
    if seed > 2:
        set_rules(office, LightRules(near_days=dice.randint(0, 15), grave_days=dice.randint(1, 30)))
    office.clock.now += timedelta(days=dice.randint(40, 200))
    strew(office, dice)
    for login, scope in (
        ("wang", ""),
        ("wang", "scope=unit&"),
        ("chen", "scope=office&"),
        ("liushi", "scope=everything&"),
    ):
        client = office.client(login)
        for within in ("", "&ledger=1", f"&ledger={other}"):
            lights = shown(client, scope + within)
            late = {task for task, (_, word) in lights.items() if "逾期" in word}
            near = {task for task, (colour, word) in lights.items() if "工作日" in word and colour in ("yellow", "red")}
            assert shown(client, f"{scope}due=late{within}").keys() == late, (login, scope, within)
            assert shown(client, f"{scope}due=near{within}").keys() == near, (login, scope, within)
            assert late or near
    every = shown(office.client("liushi"), "scope=everything&due=late")
    counted = 0
    for ledger_id in (1, other):
        page = office.client("chen").get(f"/ledgers/{ledger_id}").text
        counted += int(re.search(r"逾期未办结 <strong>(\d+)</strong>", page)[1])  # type: ignore[index]
        with office.here.database.writing() as session:
            done = urge_late(session, ledger_id, by=session.get_one(User, office.ids["chen"]), at=office.clock())
        assert done <= counted
    assert counted == len(every)


def test_only_a_return_is_called_one(office: Office) -> None:
    """A task that its unit took back, or that was reopened, was not returned: on its page, in lists and in the matrix."""
    again, taken, sent = (office.task_id(number) for number in (1, 2, 3))
    office.walk(again, "submit", "approve", "verify", "close")
    ask_to_reopen(office, again, "chen")
    office.walk(taken, "submit")
    office.walk(sent, "submit")
    for login, task_id, action in (("yuan", again, "reopen"), ("wang", taken, "withdraw"), ("li", sent, "send_back")):
        assert sign(office.client(login), task_id, action, "请补充清单").status_code == 303
    assert {office.task(task_id).round for task_id in (again, taken, sent)} == {2}
    rows = re.findall(r'href="/tasks/(\d+)"(.*?)</li>', office.client("wang").get("/?scope=unit").text, re.DOTALL)
    assert [task for task, row in rows if "被退回" in row] == [str(sent)]
    cells = re.findall(r'href="/tasks/(\d+)" title="[^"]*退回过"', office.client("chen").get("/ledgers/1").text)
    assert cells == [str(sent)]
    assert "请补充清单" in office.client("wang").get(f"/tasks/{sent}").text
