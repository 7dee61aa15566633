"""Talk about a task (留言), who has looked, and messages: nobody is told of their own doing, and a task's stand together."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from tests.desk_office import PDF, Office, report, seen, upload
from workflow.office.models import Notice
from workflow.record.models import AuditEvent
from workflow.tasks.models import TaskComment


def say(office: Office, login: str, text: str) -> int:
    return office.client(login).post(f"/tasks/{office.task_id()}/comments", data={"text": text}).status_code


def told(office: Office, login: str) -> list[str]:
    with office.here.database.reading() as session:
        mine = select(Notice.text).where(Notice.user_id == office.ids[login]).order_by(Notice.id)
        return list(session.scalars(mine))


def test_a_comment_tells_whom_it_names_and_is_no_part_of_the_task(office: Office) -> None:
    before, events = office.task(office.task_id()), office.count(AuditEvent)
    assert say(office, "wang", "@李主任请看附件2，联系 wang@example.com") == 303
    after = office.task(office.task_id())
    assert (after.version, after.content_digest) == (before.version, before.content_digest)
    assert office.count(AuditEvent) == events
    assert "留言中提到您：@李主任请看附件2" in told(office, "li")[-1]
    page = office.client("wang").get(f"/tasks/{office.task_id()}/comments").text
    assert "请看附件2" in page
    assert "@李主任 未读" in page
    office.client("li").get(f"/tasks/{office.task_id()}/comments")
    assert "@李主任 已读" in office.client("wang").get(f"/tasks/{office.task_id()}/comments").text


def back(office: Office, login: str, number: int = 1) -> int:
    return office.client(login).post(f"/tasks/{office.task_id()}/comments/{number}/back").status_code


def test_who_said_something_takes_it_back_and_that_stays_to_be_seen(office: Office) -> None:
    page, events = f"/tasks/{office.task_id()}/comments", office.count(AuditEvent)
    say(office, "wang", "@李主任 帐号口令是 123456")
    assert "/comments/1/back" in office.client("wang").get(page).text
    assert "/comments/1/back" not in office.client("li").get(page).text
    assert back(office, "li") == 403
    assert back(office, "qian") == 404
    assert back(office, "wang") == 303
    assert back(office, "wang") == 303, "a second press changes nothing"
    shown = office.client("li").get(page).text
    assert ("已撤回" in shown, "小王" in shown, "123456" in shown) == (True, True, False)
    assert "撤回了在" in told(office, "li")[-1]
    assert not [text for text in told(office, "li") if "123456" in text]
    with office.here.database.reading() as session:
        assert session.scalars(select(TaskComment.text)).all() == [""]
    assert office.count(AuditEvent) == events


def test_what_was_read_is_taken_back_within_ten_minutes_what_was_not_at_any_time(office: Office) -> None:
    say(office, "wang", "一")
    say(office, "wang", "二")
    office.clock.now += timedelta(hours=2)
    assert back(office, "wang", 1) == 303
    office.client("li").get(f"/tasks/{office.task_id()}/comments")
    assert back(office, "wang", 2) == 409
    assert "/comments/2/back" not in office.client("wang").get(f"/tasks/{office.task_id()}/comments").text


def test_only_those_who_see_the_task_are_named_or_speak(office: Office) -> None:
    assert say(office, "wang", "@老钱 请看") == 422
    assert say(office, "qian", "我也来说") == 404
    assert say(office, "wang", "  ") == 422
    assert office.count(TaskComment) == 0
    offered = office.client("wang").get(f"/tasks/{office.task_id()}/around").text
    assert 'value="李主任" data-also="li lzr"' in offered
    assert "老钱" not in offered
    assert 'value="小王"' not in offered, "oneself"
    assert office.client("qian").get(f"/tasks/{office.task_id()}/around").status_code == 404


def test_what_somebody_says_last_counts_as_new_to_who_looked_before(office: Office) -> None:
    office.client("li").get(f"/tasks/{office.task_id()}/comments")
    say(office, "wang", "@李主任 补充了网址")
    page = office.client("wang").get(f"/tasks/{office.task_id()}/comments").text
    assert "@李主任 未读" in page
    assert office.unread("li") >= 1
    office.client("li").get(f"/tasks/{office.task_id()}/comments")
    with office.here.database.reading() as session:
        mine = (Notice.user_id == office.ids["li"], Notice.task_id == office.task_id(), Notice.read_at.is_(None))
        assert session.scalars(select(Notice).where(*mine)).all() == []


def test_nobody_is_told_of_their_own_doing(office: Office) -> None:
    task_id, client = office.task_id(), office.client("wang")
    before = len(told(office, "wang"))
    upload(client, task_id, PDF, "a.pdf")
    seen(client, task_id)
    report(client, task_id, "已公开。", then="submit")
    office.walk(task_id, "approve", "verify")
    office.client("chen").post(f"/tasks/{task_id}/act/close", data={"seen_version": office.task(task_id).version})
    assert not [text for text in told(office, "chen") if "陈科长" in text.split("：")[0]]
    assert len(told(office, "wang")) == before + 1, "closed by somebody else"


def test_the_messages_about_one_task_stand_together_and_are_read_together(office: Office) -> None:
    for words in ("一", "二", "三"):
        say(office, "wang", f"@李主任 {words}")
    client = office.client("li")
    page = client.get("/notices").text
    assert "此前 2 条" in page
    with office.here.database.reading() as session:
        about = (Notice.user_id == office.ids["li"], Notice.task_id == office.task_id())
        last = session.scalars(select(Notice.id).where(*about).order_by(Notice.id.desc())).first()
    client.post(f"/notices/{last}/read")
    with office.here.database.reading() as session:
        assert session.scalars(select(Notice).where(*about, Notice.read_at.is_(None))).all() == []
