"""Evidence seen in place (在线查看): pictures that we made, to those alone who may see the task; the original stays as it came."""

from __future__ import annotations

import io
import json
import os
import time
from email.message import EmailMessage

import docx
import pytest
from PIL import Image

from tests.desk_office import PDF, Office, pieces, upload


def photo(form: str, size: tuple[int, int] = (900, 600)) -> bytes:
    kept = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(kept, form)
    return kept.getvalue()


def letter() -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "公开清单", "wang@example.gov.cn"
    mail.set_content("<p>已公开</p><img src='http://tracker.example/x.png'>", subtype="html")
    return bytes(mail)


def paper() -> bytes:
    kept, made = io.BytesIO(), docx.Document()
    made.add_paragraph("已公开部门预算63份。")
    made.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("照片.webp", photo("WEBP")),
        ("照片.jpg", photo("JPEG")),
        ("其实是网图.jpg", photo("WEBP")),
        ("清单.txt", "序号 部门\n1 市财政局\n".encode("gb18030")),
        ("信.eml", letter()),
        ("报告.docx", paper()),
    ],
)
def test_a_page_is_a_picture_that_we_made(office: Office, name: str, data: bytes) -> None:
    wang, task_id = office.client("wang"), office.task_id()
    assert upload(wang, task_id, data, name).status_code == 303
    piece = pieces(office, task_id)[0]
    base = f"/tasks/{task_id}/evidence/{piece.id}"
    shown = wang.get(f"{base}/pages/1/m.jpg")
    assert shown.status_code == 200
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert Image.open(io.BytesIO(shown.data)).format == "JPEG"
    assert name in wang.get(f"{base}/view").text
    assert wang.get(base).data == data, "the original stays as it came"
    assert office.client("qian").get(f"{base}/pages/1/m.jpg").status_code == 404
    assert office.client("qian").get(f"{base}/view").status_code == 404


def test_what_cannot_be_shown_says_so_and_is_fetched(office: Office) -> None:
    wang, task_id = office.client("wang"), office.task_id()
    upload(wang, task_id, PDF, "坏.pdf")
    base = f"/tasks/{task_id}/evidence/{pieces(office, task_id)[0].id}"
    assert "不能预览" in wang.get(f"{base}/view").text
    assert wang.get(f"{base}/pages/1/m.jpg").status_code == 302
    assert wang.get(f"{base}/pages/999999999/s.jpg").status_code == 302


def test_what_once_could_not_be_shown_is_tried_again_after_an_hour(office: Office) -> None:
    wang, task_id = office.client("wang"), office.task_id()
    upload(wang, task_id, photo("PNG"), "照片.png")
    piece = pieces(office, task_id)[0]
    base = f"/tasks/{task_id}/evidence/{piece.id}"
    assert wang.get(f"{base}/pages/1/m.jpg").status_code == 200
    told = next((office.here.settings.home / "previews").glob("*/*/pages.json"))
    told.write_text(json.dumps({"pages": 0, "sorry": "这个文件不能预览"}), "utf-8")  # as a busy machine leaves it
    assert "不能预览" in wang.get(f"{base}/view").text
    an_hour_ago = time.time() - 3601
    os.utime(told, (an_hour_ago, an_hour_ago))
    assert "不能预览" not in wang.get(f"{base}/view").text
