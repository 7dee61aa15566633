"""Later dates go through the office and leave the first one visible; pressing is once a day and never a decision."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.desk_office import Office
from tests.promises import broken_promises
from workflow.office.models import Phrase
from workflow.record.models import AuditEvent
from workflow.tasks.models import Request
from workflow.tasks.words import Status


def later(office: Office, days: int = 30) -> date:
    return office.task(office.task_id()).due + timedelta(days)


def ask(
    office: Office, login: str = "wang", *, due: date | str | None = None, reason: str = "数据还在核对"
) -> TestResponse:
    day = due if due is not None else later(office)
    asked = {"kind": "extension", "new_due": str(day), "reason": reason}
    return office.client(login).post(f"/tasks/{office.task_id()}/requests", data=asked)


def decide(office: Office, login: str = "chen", *, granted: str = "1", opinion: str = "") -> TestResponse:
    with office.here.database.reading() as session:
        last = session.scalars(select(Request).order_by(Request.id.desc())).first()
    number = last.id if last else 1
    url = f"/tasks/{office.task_id()}/requests/{number}"
    return office.client(login).post(url, data={"granted": granted, "opinion": opinion})


def urge(office: Office, login: str = "chen", words: str = "") -> TestResponse:
    return office.client(login).post(f"/tasks/{office.task_id()}/urge", data={"words": words})


def kinds(office: Office) -> list[str]:
    with office.here.database.reading() as session:
        return list(session.scalars(select(AuditEvent.kind).order_by(AuditEvent.seq)))


def test_the_office_grants_a_later_date_and_the_first_stays_visible(office: Office) -> None:
    first, wanted, unread = office.task(office.task_id()).due, later(office), office.unread("chen")
    assert ask(office).status_code == 303
    assert office.task(office.task_id()).due == first
    assert office.unread("chen") == unread + 1
    assert decide(office).status_code == 303
    task = office.task(office.task_id())
    assert task.due == wanted
    assert [row.due for row in task.awaited] == [wanted]
    page = office.client("wang").get(f"/tasks/{task.id}").text
    assert f"原时限{first.year}年{first.month}月{first.day}日" in page
    assert "第 1 次延期" in page
    assert kinds(office)[-2:] == ["task.extension_asked", "task.extension_granted"]
    with office.here.database.reading() as session:
        assert broken_promises(session) == []


def test_a_refusal_says_why_and_changes_nothing(office: Office) -> None:
    first = office.task(office.task_id()).due
    ask(office)
    assert decide(office, granted="0").status_code == 422
    assert decide(office, granted="0", opinion="请按期完成").status_code == 303
    assert office.task(office.task_id()).due == first
    assert "请按期完成" in office.client("wang").get(f"/tasks/{office.task_id()}").text


@pytest.mark.parametrize("due", ["", "2026-02-30", "2020-01-01"])
def test_a_date_that_is_none_or_not_later_is_refused(office: Office, due: str) -> None:
    assert ask(office, due=due).status_code == 422
    assert "task.extension_asked" not in kinds(office)


def test_a_reason_is_mandatory(office: Office) -> None:
    assert ask(office, reason=" ").status_code == 422


@pytest.mark.parametrize("login", ["zhao", "chen", "qian", "liushi"])
def test_only_the_unit_asks(office: Office, login: str) -> None:
    assert ask(office, login).status_code in (403, 404)


@pytest.mark.parametrize("login", ["wang", "li", "zhao", "qian"])
def test_only_the_office_decides(office: Office, login: str) -> None:
    ask(office)
    assert decide(office, login).status_code in (403, 404)
    assert office.task(office.task_id()).due < later(office)


def test_one_request_at_a_time_and_two_grants_at_most(office: Office) -> None:
    ask(office)
    assert ask(office).status_code == 409
    decide(office)
    ask(office)
    decide(office)
    answer = ask(office)
    assert answer.status_code == 409
    assert "已经延期 2 次" in answer.text


def test_a_decision_is_taken_once(office: Office) -> None:
    ask(office)
    assert decide(office).status_code == 303
    assert decide(office, "yuan", granted="0", opinion="不同意").status_code == 409
    assert kinds(office).count("task.extension_granted") == 1
    assert "task.extension_refused" not in kinds(office)


def test_what_is_submitted_asks_for_no_later_date(office: Office) -> None:
    office.walk(office.task_id(), "submit")
    assert ask(office).status_code == 409


def test_pressing_reaches_whoever_is_awaited_and_decides_nothing(office: Office) -> None:
    before, unread = office.task(office.task_id()), office.unread("wang")
    assert urge(office, words="请今天报送").status_code == 303
    after = office.task(office.task_id())
    assert (after.status, after.version) == (Status.ASSIGNED, before.version)
    assert office.unread("wang") == unread + 1
    page = office.client("wang").get(f"/tasks/{after.id}").text
    assert "第 1 次，通知市财政局。请今天报送" in page


def test_pressing_is_once_a_day(office: Office) -> None:
    urge(office)
    assert urge(office, "zhao").status_code == 409
    office.clock.now += timedelta(days=1)
    assert urge(office, "zhao").status_code == 303
    assert kinds(office).count("task.urged") == 2


def test_pressing_follows_whose_turn_it_is(office: Office) -> None:
    office.walk(office.task_id(), "submit", "approve")
    unread = office.unread("zhao")
    assert urge(office, "zhao").status_code == 409  # it waits for them
    assert urge(office).status_code == 303
    assert office.unread("zhao") == unread + 1


@pytest.mark.parametrize("login", ["wang", "li", "qian", "liushi"])
def test_only_office_and_lead_press(office: Office, login: str) -> None:
    assert urge(office, login).status_code in (403, 404)


def test_a_closed_task_is_pressed_no_more(office: Office) -> None:
    office.walk(office.task_id(), "submit", "approve", "verify", "close")
    assert urge(office).status_code == 409


def test_everybody_who_is_late_is_pressed_at_once(office: Office) -> None:
    office.clock.now += timedelta(days=400)
    answer = office.client("chen").post("/ledgers/1/urge", follow_redirects=True)
    late = kinds(office).count("task.urged")
    assert late > 1
    assert f"已催办 {late} 项逾期任务" in answer.text
    assert "没有需要催办" in office.client("chen").post("/ledgers/1/urge", follow_redirects=True).text
    assert office.client("zhao").post("/ledgers/1/urge").status_code in (403, 404)


def test_a_unit_takes_note_once(office: Office) -> None:
    task_id, url = office.task_id(), f"/tasks/{office.task_id()}/receive"
    assert "本单位还没有签收" in office.client("wang").get(f"/tasks/{task_id}").text
    assert "尚未签收" in office.client("chen").get(f"/tasks/{task_id}").text
    assert office.client("wang").post(url).status_code == 303
    assert "已经签收过" in office.client("li").post(url, follow_redirects=True).text
    task = office.task(task_id)
    assert task.received_at is not None
    assert (task.status, task.version) == (Status.ASSIGNED, 1)
    assert kinds(office).count("task.received") == 1


def test_whoever_reports_has_taken_note(office: Office) -> None:
    office.walk(office.task_id(), "submit")
    assert office.task(office.task_id()).received_at is not None
    assert "尚未签收" not in office.client("chen").get(f"/tasks/{office.task_id()}").text


@pytest.mark.parametrize("login", ["zhao", "chen", "qian", "liushi"])
def test_nobody_takes_note_for_another_unit(office: Office, login: str) -> None:
    assert office.client(login).post(f"/tasks/{office.task_id()}/receive").status_code in (403, 404)
    assert office.task(office.task_id()).received_at is None


def test_phrases_are_ones_own(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    li, url = office.client("li"), f"/tasks/{office.task_id()}/phrases"
    assert li.post(url, data={"text": "情况属实，同意上报。"}).status_code == 303
    li.post(url, data={"text": "情况属实，同意上报。"})
    assert li.get(f"/tasks/{task_id}").text.count('data-insert="#opinion">情况属实') == 1
    assert "情况属实" not in office.client("both").get(f"/tasks/{task_id}").text
    with office.here.database.reading() as session:
        phrase = session.scalars(select(Phrase)).one()
    assert office.client("both").post(f"{url}/{phrase.id}/drop").status_code == 404
    assert li.post(f"{url}/{phrase.id}/drop").status_code == 303
    assert "情况属实" not in li.get(f"/tasks/{task_id}").text


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_phrase_is_refused(office: Office, text: str) -> None:
    assert office.client("li").post(f"/tasks/{office.task_id()}/phrases", data={"text": text}).status_code == 422
