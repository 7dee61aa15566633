"""One verb behind both doors (动作表): a row is done alike, said alike and refused alike by screens and programs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIBlueprint
from flask import Blueprint
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from forms.api_out import DoneOut
from forms.verbs import WordsIn
from tests.desk_office import PDF, Office, open_office
from tests.gates_desk import policy, seat_of, stand_in
from tests.level_desk import LINES, cut, finish_both, place, publish
from tests.promises import broken_promises
from tests.views.api.test_interface import ROOT, token
from views.desks.task_page import evidence_fragment, task_again
from views.verbs.interface import in_interface
from views.verbs.screen import on_screen
from views.verbs.table import VERBS, YEAR
from views.verbs.verb import SIGNING, TASK, Call, Verb
from workflow.office.models import User
from workflow.office.permissions import Permission
from workflow.record.models import AuditEvent
from workflow.tasks.models import GatePolicy, Seat, Task, TaskComment
from workflow.tasks.requests.requesting import ask, decide
from workflow.tasks.requests.rulings import Ask
from workflow.tasks.sharing import add_share
from workflow.tasks.words import Gate, Mode, RequestKind

BY_NAME = {verb.function.__name__: verb for verb in VERBS if verb not in YEAR}


@dataclass(frozen=True)
class Prepared:
    """Who does a verb, with what, and after what; ``before`` returns the number of the part that is meant."""

    login: str
    given: dict[str, Any] = field(default_factory=dict)
    before: Callable[[Office, int], int] = lambda office, task_id: 0
    file: bool = False


def asked(office: Office, task_id: int) -> int:
    with office.here.database.writing() as session:
        wang, wanted = session.get_one(User, office.ids["wang"]), Ask(RequestKind.SUSPENSION, "等上级文件")
        return ask(session, session.get_one(Task, task_id), wanted, by=wang, at=office.clock()).id


def paused(office: Office, task_id: int) -> int:
    number = asked(office, task_id)
    with office.here.database.writing() as session:
        chen, task = session.get_one(User, office.ids["chen"]), session.get_one(Task, task_id)
        decide(session, task, number, granted=True, opinion="", by=chen, at=office.clock())
    return 0


def shared(office: Office, task_id: int) -> int:
    with office.here.database.writing() as session:
        wang, task = session.get_one(User, office.ids["wang"]), session.get_one(Task, task_id)
        return add_share(session, task, section="预算科", work="公开预算", due=None, by=wang, at=office.clock()).id


def submitted(office: Office, task_id: int) -> int:
    office.walk(task_id, "submit")
    return office.task(task_id).evidence[0].id


def seated(office: Office, task_id: int) -> int:
    submitted(office, task_id)
    seat_of(office, task_id, "before", "li", "both")
    with office.here.database.reading() as session:
        return session.scalars(select(Seat.id).where(Seat.task_id == task_id, Seat.added_by_id.is_not(None))).one()


def brought(office: Office, task_id: int) -> int:
    office.walk(task_id, "submit")
    office.client("wang").post(f"/tasks/{task_id}/act/withdraw", data={"seen_version": office.task(task_id).version})
    return office.task(task_id).evidence[0].id


def late(office: Office, task_id: int) -> int:
    office.clock.now = office.clock.now.replace(month=12)
    return 0


def commented(office: Office, task_id: int) -> int:
    office.client("wang").post(f"/tasks/{task_id}/comments", data={"text": "@李主任 请看附件。"})
    with office.here.database.reading() as session:
        return session.scalars(select(TaskComment.id)).one()


def verified(office: Office, task_id: int) -> int:
    office.walk(task_id, "submit", "approve", "verify")
    return 0


def stating(office: Office, task_id: int) -> int:
    office.client("chen").post("/ledgers/1/progress", data={"way": "percent"})
    return 0


def arranged(office: Office, task_id: int) -> int:
    policy(office, Gate.UNIT, Mode.ALL, "both")
    with office.here.database.reading() as session:
        return session.scalars(select(GatePolicy.id)).one()


def two_levels(office: Office, task_id: int) -> int:
    place(office)
    return 0


def drafted_below(office: Office, task_id: int) -> int:
    """A draft of the unit's own office; the office's first ledger is the one it is cut out of."""
    place(office)
    cut(office)
    client = office.client("wang")
    version = office.task(task_id).version
    assert (
        client.post(f"/tasks/{task_id}/cut/free", data={"reason": "重新分解", "seen_version": version}).status_code
        == 303
    )
    return 0


def cut_below(office: Office, task_id: int) -> int:
    place(office)
    cut(office)
    return 0


def done_below(office: Office, task_id: int) -> int:
    place(office)
    lower = cut(office)
    publish(office, lower)
    finish_both(office, lower)
    return 0


AWAY = {"person": "小红", "starts": "2026-03-20", "ends": "2026-03-30", "reason": "外出学习"}
PREPARED: dict[str, Prepared] = {
    "report": Prepared("wang", {"report": "已经公开。", "outcome": "not_concerned", "progress": 40}, stating),
    "act": Prepared("chen", {"action": "close", "opinion": "同意办结"}, verified),
    "paper": Prepared("chen", {"seat": 1, "signer": "李主任", "opinion": "同意"}, submitted, file=True),
    "upload": Prepared("wang", {"note": "附件"}, file=True),
    "link": Prepared("wang", {"address": "https://www.example.gov.cn/a", "note": "网页"}),
    "remove": Prepared("wang", {}, brought),
    "receive": Prepared("wang"),
    "urge": Prepared("chen", {"words": "请抓紧"}),
    "urge_late": Prepared("chen", {}, late),
    "set_lights": Prepared(
        "chen", {"near_days": 5, "notice_days": 9, "grave_days": 10, "behind": 10, "far_behind": 30}
    ),
    "set_progress": Prepared("chen", {"way": "percent"}),
    "copy": Prepared("wang", {"person": "qian", "words": "请知悉"}),
    "ask": Prepared("wang", {"kind": "extension", "reason": "等待数据", "new_due": "2026-12-31"}),
    "decide": Prepared("chen", {"granted": False, "opinion": "请按期办理"}, asked),
    "resume": Prepared("chen", {}, paused),
    "seat": Prepared("li", {"how": "after", "person": "both", "reason": "请把关"}, submitted),
    "unseat": Prepared("li", {}, seated),
    "share": Prepared("wang", {"section": "预算科", "work": "公开预算", "due": "2026-06-30"}),
    "finish_share": Prepared("wang", {"done": True}, shared),
    "drop_share": Prepared("wang", {}, shared),
    "delegate": Prepared("li", {**AWAY, "ledger_id": 1}),
    "end_delegation": Prepared("li", {}, lambda office, task_id: stand_in(office, "li", "both")),
    "set_policy": Prepared("li", {"gate": "unit", "mode": "in_order", "people": ["both", "li"], "item": "2"}),
    "drop_policy": Prepared("li", {}, arranged),
    "take_back": Prepared("wang", {}, before=commented),
    "comment": Prepared("wang", {"text": "附件已经换成盖章版。"}),
    "cut_task": Prepared("wang", {"ledger": 2}, drafted_below),
    "cut_lines": Prepared("wang", {"title": "2026年市财政局任务分解表", "lines": LINES}, two_levels),
    "free_task": Prepared("wang", {"reason": "重新分解"}, cut_below),
    "list_below": Prepared("wang", {}, done_below),
}


@dataclass
class Door:
    """The doors of a verb to a case of their own, of which a test uses one."""

    office: Office
    verb: Verb[Any, Any]
    number: int
    part: int
    given: dict[str, Any]
    file: bool
    client: FlaskClient
    headers: dict[str, str]

    @classmethod
    def before(cls, verb: Verb[Any, Any], home: Path) -> Door:
        """The door of a freshly furnished office in which the verb may be done."""
        ready, office = PREPARED[verb.function.__name__], open_office(home)
        task_id = office.task_id()
        given, part = dict(ready.given), ready.before(office, task_id)
        if "people" in given:
            unit = office.task(task_id).unit_id
            given |= {"people": [office.ids[one] for one in given["people"]], "unit_id": unit, "ledger_id": 1}
        if "seen_version" in verb.takes.model_fields:
            given["seen_version"] = office.task(task_id).version
        number, bearer = task_id if verb.subject is TASK else 1, f"Bearer {token(office, ready.login)}"
        return cls(office, verb, number, part, given, ready.file, office.client(ready.login), {"Authorization": bearer})

    def _address(self, below: str) -> str:
        numbers = {self.verb.subject.number: self.number}
        named = re.sub(r"<any.*?:(\w+)>", lambda found: self.given[found[1]], self.verb.subject.root + below)
        return re.sub(r"<int:(\w+)>", lambda found: str(numbers.get(found[1], self.part)), named)

    def by_page(self) -> TestResponse:
        """The form as a page sends it."""
        form: dict[str, Any] = {}
        for name, value in self.given.items():
            if isinstance(value, list):
                form |= {f"{name}-{one}": str(place) for place, one in enumerate(value, 1)}
            else:
                form[name] = str(int(value)) if isinstance(value, bool) else value
        return self.client.post(self._address(self.verb.screen), data=self._filed(form))

    def by_program(self) -> TestResponse:
        """The request as a program sends it."""
        method, below = self.verb.program.split()
        where = "data" if self.file else "query_string" if method == "DELETE" else "json"
        body: dict[str, Any] = {where: self._filed(self.given)} if self.given else {}
        app = self.office.app.test_client()
        return app.open(ROOT + self._address(below), method=method, headers=self.headers, **body)

    def flashed(self) -> list[str]:
        """What the next page would say."""
        with self.client.session_transaction() as kept:
            return [sentence for _, sentence in kept.pop("_flashes", [])]

    def _filed(self, given: dict[str, Any]) -> dict[str, Any]:
        return {**given, "file": (BytesIO(PDF), "审批单.pdf")} if self.file else given

    def left(self, after: int) -> tuple[list[tuple[str, str, int | None, str]], list[tuple[int, str, int]]]:
        """The events since, and how every task stands; no promise is broken."""
        with self.office.here.database.reading() as session:
            events = session.scalars(select(AuditEvent).where(AuditEvent.seq > after).order_by(AuditEvent.seq))
            told = [(one.kind, one.actor_name, one.task_id, one.data) for one in events]
            tasks = session.scalars(select(Task).order_by(Task.id))
            assert broken_promises(session) == []
            return told, [(task.id, task.status.value, task.version) for task in tasks]


def test_every_verb_is_prepared_here() -> None:
    assert set(PREPARED) == set(BY_NAME)
    assert len(BY_NAME) + len(YEAR) == len(VERBS), "a name stands for one verb"


@pytest.mark.parametrize("name", BY_NAME)
def test_a_verb_is_done_alike_by_both_doors(tmp_path: Path, name: str) -> None:
    people, programs = (Door.before(BY_NAME[name], tmp_path / home) for home in ("people", "programs"))
    before = people.office.count()
    shown, answer = people.by_page(), programs.by_program()
    assert (shown.status_code, answer.status_code) == (303, 200), (shown.text, answer.text)
    assert people.flashed() == [told(answer)["sentence"]]
    assert people.left(before)[0] or name in ("comment", "take_back"), (
        "it leaves an event; what is said beside a task is none"
    )
    assert programs.left(before) == people.left(before)
    if people.verb.subject is TASK:
        now = programs.office.task(programs.number)
        assert (told(answer)["status"], told(answer)["version"]) == (now.status.value, now.version)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_second_click_is_answered_alike_by_both_doors(tmp_path: Path, name: str) -> None:
    people, programs = (Door.before(BY_NAME[name], tmp_path / home) for home in ("people", "programs"))
    before = people.office.count()
    people.by_page(), programs.by_program(), people.flashed()
    shown, answer = people.by_page(), programs.by_program()
    if answer.status_code == 200:
        assert (shown.status_code, people.flashed()) == (303, [told(answer)["sentence"]])
    else:
        assert shown.status_code == answer.status_code
        assert told(answer)["detail"] in shown.text
    assert programs.left(before) == people.left(before)


@pytest.mark.parametrize("name", [name for name, verb in BY_NAME.items() if verb.subject is not SIGNING])
def test_what_is_foreign_or_missing_is_not_found_by_both_doors(tmp_path: Path, name: str) -> None:
    door = Door.before(BY_NAME[name], tmp_path)
    stranger = {
        "client": door.office.client("qian"),
        "headers": {"Authorization": f"Bearer {token(door.office, 'qian')}"},
    }
    before = door.office.count()
    refused = {403} if door.verb.permission is not Permission.WORK else {404}
    for one, statuses in ((replace(door, **stranger), refused), (replace(door, number=4711), {404})):
        assert {one.by_page().status_code, one.by_program().status_code} == statuses
    assert door.office.count() == before


def greet(call: Call[Task, WordsIn]) -> DoneOut:
    """Say a word to a task."""
    return DoneOut(sentence=f"{call.by.name}对第 {call.subject.item.number} 条说：{call.given.words}")


def test_one_row_more_is_two_doors_more_and_described(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    row = Verb(TASK, WordsIn, "/greet", "POST /greeting", greet)
    screens, programs = Blueprint("more", __name__), APIBlueprint("api_more", __name__, url_prefix=ROOT)
    on_screen(screens, row, again=task_again, piece=evidence_fragment)
    in_interface(programs, row)
    office.app.register_blueprint(screens)
    office.app.register_blueprint(programs)
    headers, sent = {"Authorization": f"Bearer {token(office, 'wang')}"}, {"words": "你好"}
    page = office.client("wang").post("/tasks/1/greet", data=sent, follow_redirects=True)
    answer = office.app.test_client().post(f"{ROOT}/tasks/1/greeting", json=sent, headers=headers)
    assert told(answer)["sentence"] == "小王对第 1 条说：你好"
    assert "小王对第 1 条说：你好" in page.text
    described = told(office.app.test_client().get(f"{ROOT}/openapi.json"))["paths"]["/api/v1/tasks/{task_id}/greeting"]
    assert described["post"]["summary"] == "Say a word to a task."
    assert described["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/WordsIn")


@pytest.mark.parametrize(
    ("path", "form", "sentence"),
    [
        ("/tasks/1/requests", {"reason": "等数据"}, "请选择申请事项。"),
        ("/tasks/1/requests", {"kind": "x", "reason": "等数据"}, "请选择申请事项。"),
        ("/tasks/1/requests", {"kind": "extension", "new_due": "2026-02-30"}, "「2026-02-30」不是有效的日期"),
        ("/tasks/1/requests", {"kind": "extension", "reason": "字" * 201}, "理由共 201 字，超过 200 字的上限"),
        ("/tasks/1/requests", {"kind": "objection", "unit_id": "七"}, "建议承办的单位应是数字"),
        ("/tasks/1/signers", {"how": "beside"}, "请选择前加签、后加签或转办。"),
        ("/tasks/1/links", {"address": (BytesIO(b"x"), "a.txt")}, "网页链接须以 http:// 或 https:// 开头"),
        ("/tasks/1/evidence", {"file": (BytesIO(b""), "")}, "没有选择文件，请先选择要上传的证明材料。"),
        ("/signing/delegations", {"person": "小红"}, "请填写代理的起始日期。"),
        ("/signing/policies", {"gate": "unit", "mode": "all", "people-0": "1"}, "签批人"),
        ("/signing/policies", {"gate": "unit", "mode": "all", "item": "九十九"}, "没有这个序号的条目"),
    ],
)
def test_a_page_is_told_what_to_mend(office: Office, path: str, form: dict[str, Any], sentence: str) -> None:
    before = office.count()
    answer = office.client("wang").post(path, data=form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert office.count() == before


def told(answer: TestResponse) -> Any:
    return answer.json
