"""Lights by dated rules: each says why and what clears it, and a day gone by keeps its light."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.desk_office import Office
from workflow.tasks.lists.lighting import light_on
from workflow.tasks.lists.lights import LightRules, Situation, light
from workflow.tasks.models import LightRule
from workflow.tasks.words import Status

DUE = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("today", "rules", "colour", "says"),
    [
        (date(2026, 6, 1), LightRules(), "green", "时限"),
        (date(2026, 6, 10), LightRules(), "yellow", "不足 4 个工作日；办结或延期后消除"),
        (date(2026, 6, 10), LightRules(near_days=1), "green", "时限"),
        (date(2026, 6, 5), LightRules(notice_days=7), "blue", "提醒"),
        (date(2026, 6, 18), LightRules(), "red", "办结后消除"),
        (date(2026, 6, 18), LightRules(grave_days=3), "red", "办结后消除"),
    ],
)
def test_days_left_by_rules(today: date, rules: LightRules, colour: str, says: str) -> None:
    shown = light(Situation(DUE), today, rules)
    assert shown.colour == colour
    assert says in shown.reason
    if rules.grave_days:
        assert shown.word == "严重逾期 3 天"


@pytest.mark.parametrize(
    ("status", "colour"),
    [
        (Status.ASSIGNED, "red"),
        (Status.DRAFTED, "yellow"),
        (Status.UNIT_APPROVED, "green"),
        (Status.LEAD_VERIFIED, "green"),
    ],
)
def test_behind_the_time_gone_by(status: Status, colour: str) -> None:
    situation = Situation(DUE, status, began_on=date(2026, 3, 1))
    shown = light(situation, date(2026, 5, 12), LightRules(behind=10, far_behind=30))
    assert shown.colour == colour
    assert ("落后" in shown.reason) == (colour != "green")
    assert light(situation, date(2026, 5, 12)).colour == "green", "it does not count unless the office says so"


def test_a_closed_or_paused_task_warns_of_nothing() -> None:
    day = date(2026, 7, 1)
    assert light(Situation(DUE, closed_on=DUE), day).word == "按期办结"
    assert light(Situation(DUE, closed_on=day), day).word == "逾期办结"
    assert light(Situation(DUE, closed_on=day), date(2026, 6, 30)).colour == "red", "that day it was still open"
    assert light(Situation(DUE, paused_on=DUE), day).word == "挂账"


def test_the_office_sets_the_rules_from_today_on(office: Office) -> None:
    task_id = office.task_id()
    data = {"near_days": "20", "notice_days": "0", "grave_days": "0", "behind": "0", "far_behind": "0"}
    assert "剩 13 天" in office.client("wang").get(f"/tasks/{task_id}").text
    office.clock.now += timedelta(days=1)
    assert office.client("chen").post("/ledgers/1/lights", data=data).status_code == 303
    assert "剩 9 个工作日" in office.client("wang").get(f"/tasks/{task_id}").text
    page = office.client("wang").get(f"/tasks/{task_id}?on=2026-03-20").text
    assert "2026年3月20日日终" in page
    assert "剩 13 天" in page, "the rules of that day"
    assert "那一天任务还没有交办" in office.client("wang").get(f"/tasks/{task_id}?on=2026-01-01").text
    assert office.client("wang").get(f"/tasks/{task_id}?on=nonsense").status_code == 200


@pytest.mark.parametrize(
    "bad",
    [
        {"near_days": ""},
        {"grave_days": ""},
        {"behind": " "},
        {"near_days": "-1"},
        {"near_days": "999"},
        {"notice_days": "2"},
        {"behind": "30"},
        {"behind": "x"},
    ],
)
def test_rules_that_make_no_sense(office: Office, bad: dict[str, str]) -> None:
    data = {"near_days": "3", "notice_days": "7", "grave_days": "10", "behind": "10", "far_behind": "30"} | bad
    assert office.client("chen").post("/ledgers/1/lights", data=data).status_code == 422
    assert office.client("zhao").post("/ledgers/1/lights", data=data).status_code in (403, 404)
    assert office.count(LightRule) == 0


def test_a_day_gone_by_keeps_its_light(office: Office) -> None:
    """What was due, paused or open that day is folded from the events."""
    task_id, first = office.task_id(), office.clock().date()
    due = office.task(task_id).due
    office.client("wang").post(
        f"/tasks/{task_id}/requests",
        data={"kind": "extension", "new_due": str(due + timedelta(60)), "reason": "数据未到"},
    )
    office.clock.now += timedelta(days=20)
    office.client("chen").post(f"/tasks/{task_id}/requests/1", data={"granted": "1"})
    office.clock.now += timedelta(days=1)
    office.walk(task_id, "submit", "approve", "verify", "close")
    with office.here.database.reading() as session:
        task = office.task(task_id)
        words = [light_on(session, task, first + timedelta(n)).word for n in (0, 19, 20, 30)]  # type: ignore[union-attr]
    assert words == ["剩 13 天", "逾期 6 天", "剩 53 天", "按期办结"]


@pytest.mark.parametrize("due", ["2026-12-31", ""])
def test_the_date_of_a_section_is_not_the_task_s(office: Office, due: str) -> None:
    wang, address = office.client("wang"), f"/tasks/{office.task_id()}?on=2026-03-20"
    alone = wang.get(address).text
    shared = wang.post(f"/tasks/{office.task_id()}/shares", data={"section": "预算科", "work": "公开预算", "due": due})
    assert shared.status_code == 303
    assert "剩 13 天" in past(alone)
    assert past(wang.get(address).text) == past(alone)


def past(page: str) -> str:
    """What the page says of the day that was asked for."""
    return page.split('id="past"')[1].split("</p>", maxsplit=1)[0]
