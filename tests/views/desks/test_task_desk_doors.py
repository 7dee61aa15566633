"""Doors of the desks: foreign ids, signed-out sessions, messages, and pages that proof-read themselves."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from sqlalchemy import select

from tests.desk_office import OTHER, PDF, Office, sign, upload
from views.auth import _safe
from views.door import OPEN, required
from workflow.office.models import Notice
from workflow.office.permissions import Permission
from workflow.office.words import Role
from workflow.tasks.words import Action, Status

MISSING = "没有找到您要的内容，可能已被移走，或者您无权查看。"


def _routes(task_id: object) -> list[tuple[str, str]]:
    task = f"/tasks/{task_id}"
    posts = [f"{task}/report", f"{task}/evidence", f"{task}/links", f"{task}/evidence/1/remove"]
    posts += [f"{task}/act/{action.value}" for action in Action]
    return [("GET", task), ("GET", f"{task}/evidence/1"), ("GET", f"{task}/sealing"), *(("POST", url) for url in posts)]


def test_foreign_and_missing_tasks_answer_alike_at_every_door(office: Office) -> None:
    task_id, stranger = office.task_id(), office.client("qian")
    upload(office.client("wang"), task_id, PDF, "证明.pdf")
    before = office.count()
    for (method, foreign), (_, missing) in zip(_routes(task_id), _routes(4711), strict=True):
        one, two = stranger.open(foreign, method=method), stranger.open(missing, method=method)
        assert (one.status_code, two.status_code) == (404, 404), foreign
        assert MISSING in one.text
        assert _without_token(one.text) == _without_token(two.text)
    assert office.count() == before


def _without_token(page: str) -> str:
    """The page but for its form token, which holds the second it was made in."""
    return re.sub(r'(name="csrf-token" content|name="csrf_token" value)="[^"]*"', "", page)


def test_every_route_says_what_it_asks_for(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {rule.endpoint: required(office.app, rule.endpoint) for rule in office.app.url_map.iter_rules()}
    assert len(asked) > 100
    silent = [name for name, what in asked.items() if what != OPEN and not isinstance(what, Permission)]
    assert silent == ["bootstrap.static"]  # an extension's own, which no page uses
    assert office.client("sysadmin").get("/bootstrap/static/css/bootstrap.min.css").status_code in {403, 404}
    monkeypatch.setitem(office.app.view_functions, "inbox.index", lambda: "a page that says nothing")
    assert office.client("wang").get("/").status_code == 403


@pytest.mark.parametrize(
    "target", ["https://evil.cn/", "//evil.cn/", "/\\evil.cn", "\\\\evil.cn", "javascript:alert(1)", "evil"]
)
def test_only_a_page_of_ours_follows_a_sign_in(office: Office, target: str) -> None:
    with office.app.test_request_context():
        assert _safe(target) == "/home"
        assert _safe("/tasks/1?x=1") == "/tasks/1?x=1"


@pytest.mark.parametrize("task_id", ["0", str(2**63 - 1), str(2**63), "9" * 5000])
def test_numbers_that_no_task_can_have_are_not_found(office: Office, task_id: str) -> None:
    client = office.client("wang")
    for method, url in _routes(task_id):
        assert client.open(url, method=method).status_code == 404, url


def test_signed_out_people_are_sent_to_the_gate_and_keep_their_page(office: Office) -> None:
    task_id, client = office.task_id(), office.app.test_client()
    page = client.get(f"/tasks/{task_id}?x=1")
    assert page.status_code == 302
    assert page.location == f"/sign-in?next=/tasks/{task_id}?x%3D1"
    posted = client.post(f"/tasks/{task_id}/report", data={"report": "长文"}, follow_redirects=True)
    assert "刚才的操作没有执行" in posted.text
    fragment = upload(client, task_id, PDF, "x.pdf", fragment=True)
    assert fragment.status_code == 401
    assert fragment.headers["HX-Redirect"] == "/sign-in"
    assert "登录已失效" in fragment.text


def test_a_session_ended_elsewhere_writes_nothing(office: Office) -> None:
    task_id, client = office.task_id(), office.client("wang")
    token = client.get_cookie("taizhang")
    assert token
    client.post("/sign-out")
    client.set_cookie("taizhang", token.value)
    assert client.post(f"/tasks/{task_id}/report", data={"report": "x", "seen_version": "1"}).status_code == 303
    assert office.task(task_id).report == ""


def test_messages_are_read_one_by_one_or_all_at_once_and_only_one_s_own(office: Office) -> None:
    office.walk(office.task_id(), "submit")
    client, unread = office.client("li"), office.unread("li")
    assert unread == 2
    with office.here.database.reading() as session:
        mine = list(session.scalars(select(Notice.id).where(Notice.user_id == office.ids["li"]).order_by(Notice.id)))
    assert "未读" in client.get("/notices").text
    office.client("wang").post(f"/notices/{mine[-1]}/read")
    assert office.unread("li") == unread
    answer = client.post(f"/notices/{mine[-1]}/read")
    assert answer.location == f"/tasks/{office.task_id()}"
    assert office.unread("li") == unread - 1
    client.post("/notices/read")
    client.post("/notices/read")
    assert office.unread("li") == 0
    assert client.post(f"/notices/{10**30}/read").status_code == 404


def test_the_gate_says_that_this_is_no_place_for_secrets(office: Office) -> None:
    assert "非涉密系统，严禁上传、处理涉密信息" in office.app.test_client().get("/sign-in").text


def test_every_desk_s_pages_proof_read_themselves(office: Office) -> None:
    task_id = office.task_id(2)
    office.walk(task_id, "submit", "approve", "verify")
    sign(office.client("shen"), task_id, "send_back", "请补充")
    task = f"/tasks/{task_id}"
    desks = {
        "wang": ("/", "/?scope=unit", "/notices", task, "/verify", "/password"),
        "li": ("/", task), "shen": ("/", "/?scope=leading", task), "chen": ("/", "/?scope=office", task),
        "liushi": ("/?scope=everything", task), "shenji": ("/", "/trail", "/trail/check", task), "audadmin": ("/trail",),
        "sysadmin": ("/accounts",), "secadmin": ("/grants", f"/grants/{office.ids['wang']}"), "nobody": ("/",),
    }  # fmt: skip
    for login, urls in desks.items():
        for url in urls:
            answer = office.client(login).get(url)
            assert answer.status_code == 200, (login, url)
            _proof_read(answer.text, f"{login} {url}")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: list[str] = []
        self.said: list[str] = []
        self.actions: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count tags and gather ids and forms."""
        given = dict(attrs)
        self.tags[tag] += 1
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if tag == "form":
            self.actions.append(given.get("action"))

    def handle_data(self, data: str) -> None:
        """Gather the words."""
        self.said.append(data)


def _proof_read(page: str, where: str) -> None:
    reader = _Reader()
    reader.feed(page)
    said = " ".join(reader.said)
    assert reader.tags["h1"] == 1, where
    assert reader.tags["title"] == 1, where
    assert not [name for name, count in Counter(reader.ids).items() if count > 1], where
    assert all(reader.actions), where
    codes = [word.value for kind in (Status, Action, Role) for word in kind if len(word.value) > 5]
    data = re.sub(r"\{.*?\}", "", said, flags=re.DOTALL)  # the trail shows its raw data on demand
    assert not [code for code in codes if re.search(rf"\b{code}\b", data)], where
    assert "None" not in data, where
    assert not re.search(r"\d{4}-\d\d-\d\d", data), where


def test_people_of_another_unit_see_their_own_share(office: Office) -> None:
    assert office.client("qian").get(f"/tasks/{office.task_id(1, OTHER)}").status_code == 200
