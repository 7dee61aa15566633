"""Lists that are kept: order, columns and filters stand in the address, under a name per person, and lead from task to task."""

from __future__ import annotations

import re
from html import unescape

from flask.testing import FlaskClient

from tests.desk_office import OTHER, OWN, Office

ROW = re.compile(r'<a href="/tasks/(\d+)" hx-get')
PAGE = re.compile(r'href="(/tasks/\d+\?list=[^"#]+)#main"')
STEP = re.compile(r'rel="(prev|next)" href="(/tasks/(\d+)\?[^"]+)"')


def listed(client: FlaskClient, address: str) -> list[int]:
    return [int(number) for number in ROW.findall(client.get(address).text)]


def opened(client: FlaskClient, address: str, number: int) -> str:
    """The address of the task's page, as the task beside the list leads to it."""
    beside = client.get(f"/tasks/{number}/pane", headers={"HX-Request": "true", "HX-Current-URL": address})
    return unescape(PAGE.findall(beside.text)[0])


def steps(client: FlaskClient, address: str) -> dict[str, tuple[str, int]]:
    return {way: (unescape(link), int(number)) for way, link, number in STEP.findall(client.get(address).text)}


def test_a_task_knows_what_stands_before_and_after_it_in_its_list(office: Office, chen: FlaskClient) -> None:
    for client, address in (
        (chen, "/?scope=office&order=far"),
        (chen, "/?scope=office&q=第2项"),
        (office.client("wang"), "/"),
    ):
        rows = listed(client, address)
        assert len(rows) > 2
        here, walked = opened(client, address, rows[0]), [rows[0]]
        assert "prev" not in steps(client, here)
        while (way := steps(client, here).get("next")) is not None:
            assert steps(client, way[0])["prev"][1] == walked[-1]
            here, number = way
            walked.append(number)
        assert walked == rows, address
    assert steps(chen, f"/tasks/{office.task_id()}") == {}


def test_the_far_end_comes_first_over_all_pages(office: Office, chen: FlaskClient) -> None:
    near, far = listed(chen, "/?scope=office"), listed(chen, "/?scope=office&order=far")
    assert far == near[::-1] != near


def test_columns_are_left_out_as_the_address_says(office: Office, chen: FlaskClient) -> None:
    def beside(address: str) -> str:
        return " ".join(re.findall(r"</span>\s*<small>(.*?)</small></a>", chen.get(address).text, re.DOTALL))

    assert OWN in beside("/?scope=office")
    assert "任务分解表" in beside("/?scope=office&hide=unit")
    assert OWN not in beside("/?scope=office&hide=unit&hide=nonsense")
    assert "任务分解表" not in beside("/?scope=office&hide=ledger")


def test_a_list_is_kept_under_a_name_by_each_for_themselves(office: Office, chen: FlaskClient) -> None:
    asked = "scope=office&order=far&hide=ledger&q=第1项&task=7&after=x&junk=%22%3E"
    kept = chen.post("/views", data={"name": " 第一项 ", "list": asked})
    assert kept.status_code == 303
    found = re.search(r'href="([^"]+)">第一项</a>', chen.get("/").text)
    assert found is not None
    address = unescape(found.group(1))
    assert "junk" not in address
    assert "after" not in address
    assert set(listed(chen, address)) >= {office.task_id(1), office.task_id(1, OTHER)}
    assert chen.post("/views", data={"name": "第一项", "list": "due=late"}).status_code == 303
    assert chen.get("/").text.count(">第一项</a>") == 1
    assert "第一项</a>" not in office.client("yuan").get("/").text
    assert office.client("yuan").post("/views/1/drop").status_code == 404
    assert chen.post("/views/1/drop").status_code == 303
    assert "第一项</a>" not in chen.get("/").text


def test_what_cannot_be_kept_is_said(office: Office, chen: FlaskClient) -> None:
    for name, said in (("", "请填写视图名称"), ("长" * 21, "最多 20 字")):
        assert said in chen.post("/views", data={"name": name, "list": ""}, follow_redirects=True).text
    for n in range(20):
        chen.post("/views", data={"name": f"视图{n}", "list": "due=late"})
    assert "视图最多 20 个" in chen.post("/views", data={"name": "多了", "list": ""}, follow_redirects=True).text
