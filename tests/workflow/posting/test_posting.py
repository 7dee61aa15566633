"""Notices leave the house by a real mail server and a real web server: few messages, none at night, each with its state."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

import worker
from tests.desk_office import Office
from workflow.posting.channels import Message, dingtalk, feishu, way_of
from workflow.posting.models import Delivery
from workflow.posting.words import Channel, DeliveryState
from workflow.record.models import OutboxRow
from workflow.record.settings import Settings


class Post:
    """A mail server and a robot that remember what came."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.calls: list[tuple[str, dict[str, object]]] = []
        self.answer = {"errcode": 0}
        post = self

        class Robot(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                post.calls.append((self.path, json.loads(body)))
                said = json.dumps(post.answer).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *args: object) -> None:
                pass

        self.web = HTTPServer(("127.0.0.1", 0), Robot)
        threading.Thread(target=self.web.serve_forever, daemon=True).start()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.mail = Controller(self, hostname="127.0.0.1", port=port)
        self.mail.start()

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[attr-defined,arg-type]
        return "250 OK"

    @property
    def robot(self) -> str:
        return f"127.0.0.1:{self.web.server_port}"

    def close(self) -> None:
        self.web.shutdown()
        self.web.server_close()
        self.mail.stop()


@pytest.fixture
def post() -> Iterator[Post]:
    made = Post()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def connected(office: Office, post: Post) -> None:
    """The office sends by way of this post; it is Friday, nine o'clock."""
    hosts = [f"http://{post.robot}", "qyapi.weixin.qq.com"]
    office.reconfigure(smtp_host="127.0.0.1", smtp_port=post.mail.port, webhook_hosts=hosts)
    office.clock.now = datetime(2026, 3, 20, 1, tzinfo=UTC)


def choose(
    office: Office, login: str, target: str, channel: str = "mail", rhythm: str = "at_once", secret: str = ""
) -> int:
    data = {"channel": channel, "target": target, "rhythm": rhythm, "secret": secret}
    return office.client(login).post("/notices/settings", data=data).status_code


def minute(office: Office) -> None:
    """What a minute does, and the background after it."""
    worker.minutely(office.here)
    worker.drain(office.here)


def states(office: Office) -> list[DeliveryState]:
    with office.here.database.reading() as session:
        return list(session.scalars(select(Delivery.state).order_by(Delivery.id)))


def test_what_waits_reaches_the_mail_box_once(office: Office, post: Post) -> None:
    assert choose(office, "li", "li@example.gov.cn") == 303
    office.walk(office.task_id(1), "submit")
    office.walk(office.task_id(2), "submit")
    minute(office)
    minute(office)
    [mail] = post.mails
    assert mail["To"] == "li@example.gov.cn"
    assert "2 条消息" in mail["Subject"]
    assert "填报「1 公开第1项信息」" in mail.get_content()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert states(office) == [DeliveryState.SENT]
    assert "已送达" in office.client("li").get("/notices/settings").text


def test_nothing_is_sent_at_night_or_on_days_off(office: Office, post: Post) -> None:
    choose(office, "li", "li@example.gov.cn")
    office.walk(office.task_id(), "submit")
    for hours in (12, 24, 48):  # Friday night, Saturday, Sunday
        office.clock.now = datetime(2026, 3, 20, 1, tzinfo=UTC) + timedelta(hours=hours)
        minute(office)
    assert post.mails == []
    office.clock.now = datetime(2026, 3, 23, 0, 30, tzinfo=UTC)
    minute(office)
    assert len(post.mails) == 1


def test_a_digest_is_one_message_a_day(office: Office, post: Post) -> None:
    choose(office, "li", "li@example.gov.cn", rhythm="digest")
    for number in (1, 2, 3):
        office.walk(office.task_id(number), "submit")
        minute(office)
    assert len(post.mails) == 1
    office.clock.now = datetime(2026, 3, 23, 0, 10, tzinfo=UTC)  # before half past eight
    minute(office)
    assert len(post.mails) == 1
    office.clock.now = datetime(2026, 3, 23, 0, 31, tzinfo=UTC)
    minute(office)
    assert "2 条消息" in post.mails[1]["Subject"]


def test_what_was_read_in_time_is_not_sent(office: Office, post: Post) -> None:
    choose(office, "li", "li@example.gov.cn")
    office.walk(office.task_id(), "submit")
    office.client("li").post("/notices/read")
    minute(office)
    assert post.mails == []


@pytest.mark.parametrize("channel", ["wecom", "dingtalk", "feishu"])
def test_a_units_group_is_told_once_what_its_people_are_told(office: Office, post: Post, channel: str) -> None:
    assert choose(office, "li", f"http://{post.robot}/send?key=1", channel, secret="SEC") == 303
    office.walk(office.task_id(), "submit")
    minute(office)
    [(path, body)] = post.calls
    assert path.startswith("/send?key=1")
    said = json.dumps(body, ensure_ascii=False)
    assert said.count("填报「1 公开第1项信息」") == 1
    assert states(office) == [DeliveryState.SENT]


def test_the_robots_signatures() -> None:
    at = datetime(2026, 3, 20, tzinfo=UTC)
    _, query = dingtalk.form(Message("", "SEC", "题", "文", at), "文")
    stamp, sign = (parse_qs(query)[name][0] for name in ("timestamp", "sign"))
    wanted = hmac.new(b"SEC", f"{stamp}\nSEC".encode(), hashlib.sha256).digest()
    assert base64.b64decode(sign) == wanted
    assert stamp == "1773964800000"
    body, _ = feishu.form(Message("", "SEC", "题", "文", at), "文")
    assert base64.b64decode(str(body["sign"])) == hmac.new(b"1773964800\nSEC", b"", hashlib.sha256).digest()


def test_a_long_message_is_cut_to_what_the_tightest_maker_takes(office: Office, post: Post) -> None:
    message = Message(f"http://{post.robot}/send", "", "题", "长" * 5000, office.clock())
    way_of(Channel.WECOM).send(message, office.here.settings)
    [(_, body)] = post.calls
    assert 3000 < len(body["markdown"]["content"].encode()) < 4096


def test_a_robot_that_refuses_is_tried_again_and_shown(office: Office, post: Post) -> None:
    choose(office, "li", f"http://{post.robot}/send", "wecom")
    office.walk(office.task_id(), "submit")
    post.answer = {"errcode": 93000}
    minute(office)
    assert states(office) == [DeliveryState.FAILED]
    assert "群机器人没有接收" in office.client("li").get("/notices/settings").text
    post.answer = {"errcode": 0}
    office.clock.now += timedelta(minutes=5)
    minute(office)
    assert states(office) == [DeliveryState.SENT]
    assert len(post.calls) == 2
    with office.here.database.reading() as session:
        waiting = select(OutboxRow.id).where(OutboxRow.kind == "delivery", OutboxRow.done_at.is_(None))
        assert session.scalars(waiting).all() == []


@pytest.mark.parametrize(
    ("login", "channel", "target"),
    [
        ("wang", "mail", "not an address"),
        ("wang", "mail", "a@b.cn\r\nBcc: c@d.cn"),
        ("wang", "wecom", "https://qyapi.weixin.qq.com/x"),
        ("li", "wecom", "https://evil.example.com/x"),
        ("li", "wecom", "http://qyapi.weixin.qq.com/x"),
        ("li", "wecom", "https://qyapi.weixin.qq.com@evil.example.com/x"),
        ("li", "wecom", "file:///etc/passwd"),
        ("li", "wecom", "http://169.254.169.254/latest"),
        ("li", "pigeon", "x"),
        ("nobody", "mail", "a@b.cn"),
    ],
)
def test_addresses_that_are_not_taken(office: Office, login: str, channel: str, target: str) -> None:
    assert choose(office, login, target, channel) in (403, 422)


def test_addresses_are_ones_own(office: Office) -> None:
    choose(office, "li", "li@example.gov.cn")
    assert office.client("both").post("/notices/settings/1/drop").status_code == 404
    assert "li@example" not in office.client("both").get("/notices/settings").text
    assert office.client("li").post("/notices/settings/1/drop").status_code == 303


def test_the_makers_own_hosts_are_allowed_by_default() -> None:
    hosts = Settings(_env_file=None).webhook_hosts
    assert {urlsplit(f"https://{host}").hostname for host in hosts} == set(hosts)
