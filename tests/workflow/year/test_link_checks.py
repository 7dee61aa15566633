"""Links as they are now: off by default, fetched in the background, kept as a fact of that moment beside what people brought."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import worker
from tests.desk_office import Office, open_office
from tests.look_back_desk import Desk
from tests.website import Site
from workflow.office.models import User
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotInState
from workflow.record.models import AuditEvent
from workflow.tasks.models import Task
from workflow.tasks.reporting import add_link
from workflow.tasks.words import Action, Status
from workflow.year.look_backs.lines import line_facts
from workflow.year.look_backs.link_checks import ask_links, links_of
from workflow.year.look_backs.models import LinkCheck, LookBackEntry, Rectification
from workflow.year.look_backs.rectifying import save_rectification
from workflow.year.look_backs.verdicts import Finding
from workflow.year.words import Method, Result, Verdict


@pytest.fixture
def linked(site: Site, tmp_path: Path) -> Iterator[Desk]:
    """An office that may fetch from this machine, looking back on a year in which a link was filed."""
    given: dict[str, Any] = {"link_check": True, "link_ports": [site.port], "link_networks": ["127.0.0.1/32"]}
    office = open_office(tmp_path, rows=3, **given)
    with office.here.database.writing() as session:
        by, task = session.get_one(User, office.ids["wang"]), office.task_id()
        add_link(session, session.get_one(Task, task), address(site, "/a"), note="", by=by, at=office.clock())
    made = Desk(office)
    made.start()
    yield made
    office.here.database.dispose()


def address(site: Site, path: str) -> str:
    """A page of the site."""
    return f"http://127.0.0.1:{site.port}{path}"


def ask(desk: Desk, *urls: str, words: str = "", login: str = "chen", line: int = 0) -> None:
    """Have links of a line fetched, and let the background do it."""
    settings, number = desk.office.here.settings, line or desk.line()
    desk.do(login, lambda s, by: ask_links(s, s.get_one(LookBackEntry, number), urls, words=words, settings=settings, by=by, at=desk.office.clock()))  # fmt: skip
    worker.drain(desk.office.here)


def seen(desk: Desk) -> list[LinkCheck]:
    with desk.office.here.database.reading() as session:
        return list(session.scalars(select(LinkCheck).order_by(LinkCheck.id)))


def papers(desk: Desk, **later: float) -> str:
    with desk.office.here.database.reading() as session:
        entry = session.get_one(LookBackEntry, desk.line())
        return line_facts(session, entry, as_of=desk.office.clock() + timedelta(**later)).papers


def test_what_a_link_answers_is_kept_as_it_was_at_that_moment(linked: Desk, site: Site) -> None:
    before = papers(linked)
    asked_at = linked.office.clock()
    ask(linked, words="政务公开要点")
    found = seen(linked)[0]
    assert (found.url, found.status, found.title, found.found) == (address(site, "/a"), 200, "公开 目录", True)
    assert found.seen_at is not None
    assert found.seen_at > asked_at
    assert "状态 200，标题「公开 目录」，含「政务公开要点」，SHA-256 " in papers(linked)
    assert papers(linked, days=-1) == before
    linked.office.clock.now += timedelta(days=30)
    ask(linked, address(site, "/gone"), address(site, "/to//a"), words="没有的话")
    gone, led = seen(linked)[1:]
    assert (gone.status, gone.found) == (404, False)
    assert led.led_to == address(site, "/a")
    assert "不含「没有的话」" in papers(linked)
    assert linked.broken() == []


def test_where_it_would_lead_inside_nothing_is_fetched_and_the_reason_kept(linked: Desk, site: Site) -> None:
    ask(linked, "http://10.0.0.1/", address(site, "/to/http://192.168.0.1/"), "http://169.254.169.254/latest")
    assert {one.status for one in seen(linked)} == {None}
    assert all("不访问" in one.trouble or "端口" in one.trouble for one in seen(linked))
    assert len(site.asked) == 1
    with pytest.raises(Incomplete, match="核对链接现状"):
        linked.judge(linked.line(), Finding(Verdict.DONE, Method.ONLINE, "可以打开"))
    ask(linked)
    linked.judge(linked.line(), Finding(Verdict.DONE, Method.ONLINE, "可以打开"))
    assert linked.broken() == []


def test_the_trail_knows_what_the_row_must_say(linked: Desk) -> None:
    ask(linked)
    with linked.office.here.database.writing() as session:
        session.get_one(LinkCheck, 1).status = 500
    assert [fault for fault in linked.broken() if "链接核对 1 的状态码被改动" in fault]


def test_one_that_was_kept_is_not_fetched_again_and_one_that_waits_not_asked_twice(linked: Desk, site: Site) -> None:
    settings, line = linked.office.here.settings, linked.line()
    for _ in range(2):
        linked.do("chen", lambda s, by: ask_links(s, s.get_one(LookBackEntry, line), (), words="", settings=settings, by=by, at=linked.office.clock()))  # fmt: skip
    assert len(seen(linked)) == 1
    worker.drain(linked.office.here)
    worker.drain(linked.office.here)
    assert len(site.asked) == 1


def test_whoever_does_not_run_the_ledger_has_nothing_fetched(linked: Desk, site: Site) -> None:
    with pytest.raises(Forbidden):
        ask(linked, login="wang")
    with pytest.raises(Invalid, match="没有登记过网页链接"):
        ask(linked, line=linked.line(2))
    assert site.asked == []


def test_by_default_there_is_no_check(office: Office) -> None:
    desk = Desk(office)
    desk.start()
    with pytest.raises(NotInState, match="TAIZHANG_LINK_CHECK"):
        ask(desk, "https://www.example.gov.cn/")
    page = office.client("chen").get(f"/look-backs/lines/{desk.line()}").text
    assert "没有启用链接核对" in page
    assert 'name="url"' not in page


def test_the_pages_lead_there_and_say_how_far_it_is(linked: Desk, site: Site) -> None:
    chen, line = linked.office.client("chen"), f"/look-backs/lines/{linked.line()}"
    assert chen.post("/look-backs/1/links").status_code == 303
    assert chen.get(f"{line}/links").json == {
        "done": 0, "total": 1, "state": "running", "message": "正在核对链接 0/1", "url": f"{line}#links",
    }  # fmt: skip
    assert "data-progress-url" in chen.get("/look-backs/1").text
    worker.drain(linked.office.here)
    assert chen.get("/look-backs/1/links").json["state"] == "done"  # type: ignore[index]
    assert chen.post(f"{line}/links", data={"url": address(site, "/b"), "words": "公开"}).status_code == 303
    worker.drain(linked.office.here)
    assert "含「公开」" in chen.get(line).text
    with linked.office.here.database.reading() as session:
        kinds = list(
            session.scalars(
                select(AuditEvent.kind).where(AuditEvent.kind.like("look_back.link%")).order_by(AuditEvent.seq)
            )
        )
    assert kinds == ["look_back.links_asked", "look_back.link_seen"] * 2


def test_a_rectification_is_closed_by_a_link_with_the_words(linked: Desk, site: Site) -> None:
    linked.judge(linked.line(), linked.failing())
    with linked.office.here.database.writing() as session:
        by, matter = session.get_one(User, linked.office.ids["wang"]), session.get_one(Rectification, linked.matter(Rectification))  # fmt: skip
        add_link(session, matter, address(site, "/mended"), note="", by=by, at=linked.office.clock())
        save_rectification(session, matter, "已恢复", result=Result.MENDED, person="王", by=by, at=linked.office.clock(), seen_version=matter.version)  # fmt: skip
    linked.step(Rectification, Action.SUBMIT, "wang")
    linked.step(Rectification, Action.APPROVE, "li")
    with linked.office.here.database.reading() as session:
        assert address(site, "/mended") in links_of(session, session.get_one(LookBackEntry, linked.line()))
    ask(linked, address(site, "/mended"), words="没有的话")
    with pytest.raises(Incomplete, match="应有文字"):
        linked.step(Rectification, Action.CLOSE, "chen", "看过")
    ask(linked, address(site, "/mended"), words="政务公开")
    assert linked.step(Rectification, Action.CLOSE, "chen", "看过").status is Status.CLOSED
    assert linked.broken() == []
