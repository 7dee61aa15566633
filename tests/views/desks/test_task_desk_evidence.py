"""Evidence at the task desk: what is taken, what is refused with which sentence, and how it is served back."""

from __future__ import annotations

import hashlib
import re
from io import BytesIO
from urllib.parse import unquote

import pytest

from tests.desk_office import PDF, Office, pieces, report, seen, upload
from workflow.tasks.evidence_types import admit

pytestmark = pytest.mark.office(max_upload_bytes=1024 * 1024)


@pytest.mark.parametrize(
    ("name", "content", "status", "sentence"),
    [
        ("空.pdf", b"", 422, "是空的（0 字节）"),
        ("大.pdf", PDF + b"x" * 1024 * 1024, 413, "超过 1 MB 的上限"),
        ("很大.pdf", PDF + b"x" * 3 * 1024 * 1024, 413, "超过大小上限"),
        ("字" * 300 + ".pdf", PDF, 422, "文件名共 304 字，超过 255 字的上限"),
        ("程序.exe", b"MZ\x90", 422, "格式 .exe 不能作为证明材料"),
        ("方案.pdf.exe", b"MZ\x90", 422, "格式 .exe 不能作为证明材料"),
        ("年报\u202efdp.exe", b"MZ\x90", 422, "格式 .exe 不能作为证明材料"),
        ("图.svg", b"<svg onload=alert(1)>", 422, "格式 .svg 不能作为证明材料"),
        ("页.html", b"<html>", 422, "格式 .html 不能作为证明材料"),
        ("脚本.js", b"alert(1)", 422, "格式 .js 不能作为证明材料"),
        ("没有扩展名", PDF, 422, "没有扩展名"),
        ("程序.pdf", b"MZ\x90\x00\x03", 422, "内容与扩展名 .pdf 不符"),
        ("网页.txt", b"<!DOCTYPE html><html><script>1</script>", 422, "内容与扩展名 .txt 不符"),
        ("网页.doc", b"<html><body>x</body></html>", 422, "内容与扩展名 .doc 不符"),
        ("脚本.txt", b"#!/bin/sh\nrm -rf /\n", 422, "内容与扩展名 .txt 不符"),
        ("混合.pdf", PDF + b"<html><script>alert(1)</script>", 422, "内容与扩展名 .pdf 不符"),
        ("图片.png", PDF, 422, "内容与扩展名 .png 不符"),
        ("机密★.pdf", PDF, 422, "带有密级标志"),
        ("../../", PDF, 422, "文件没有名称"),
    ],
)
def test_what_is_not_evidence_is_refused_in_chinese(
    office: Office, name: str, content: bytes, status: int, sentence: str
) -> None:
    task_id = office.task_id()
    before, kept = office.count(), _blobs(office)
    for fragment in (False, True):
        answer = upload(office.client("wang"), task_id, content, name, fragment=fragment)
        assert answer.status_code == status
        assert sentence in answer.text
    assert (office.count(), pieces(office, task_id), _blobs(office)) == (before, [], kept)


def test_a_nul_in_the_name_is_refused(office: Office) -> None:
    task_id = office.task_id()
    answer = upload(office.client("wang"), task_id, PDF, "a\x00.pdf")
    assert answer.status_code == 422
    assert "文件名中有非法字符" in answer.text
    assert pieces(office, task_id) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/报告.pdf", "报告.pdf"),
        ("..\\..\\报告.pdf", "报告.pdf"),
        ("．．／报告.pdf", "报告.pdf"),
        ("报\u200b告.pdf", "报告.pdf"),
        ("<img src=x onerror=alert(1)>.pdf", "<img src=x onerror=alert(1)>.pdf"),
    ],
)
def test_a_name_is_data_and_never_a_path(office: Office, name: str, kept: str) -> None:
    task_id = office.task_id()
    answer = upload(office.client("wang"), task_id, PDF, name, fragment=True)
    assert answer.status_code == 200, answer.text
    assert pieces(office, task_id)[0].name == kept
    assert "<img src=x" not in answer.text


def test_an_upload_is_stored_first_and_answered_with_digest_and_fresh_version(office: Office) -> None:
    task_id, client = office.task_id(), office.client("wang")
    answer = upload(client, task_id, PDF, "一季度.pdf", fragment=True)
    digest = hashlib.sha256(PDF).hexdigest()
    assert f'data-sha256="{digest}"' in answer.text
    version = re.search(r'name="seen_version" value="(\d+)" form="report"', answer.text)
    assert version
    assert int(version.group(1)) == office.task(task_id).version
    assert office.here.store.read(digest) == PDF
    assert report(client, task_id, "写好了", version=version.group(1), then="submit").status_code == 303


def test_the_same_file_twice_is_one_piece(office: Office) -> None:
    task_id, client = office.task_id(), office.client("wang")
    assert upload(client, task_id, PDF, "一.pdf").status_code == 303
    assert upload(client, task_id, PDF, "二.pdf").status_code == 303
    same = "「二.pdf」与清单中的「一.pdf」内容完全相同，没有重复登记"
    assert same in client.get(f"/tasks/{task_id}").text
    assert same in upload(client, task_id, PDF, "二.pdf", fragment=True).text
    assert [piece.name for piece in pieces(office, task_id)] == ["一.pdf"]


def test_the_note_typed_for_the_same_file_is_kept(office: Office) -> None:
    task_id, client = office.task_id(), office.client("wang")
    for name, note in (("一.pdf", "一季度"), ("二.pdf", "专栏截图"), ("三.pdf", "专栏截图")):
        data = {"file": (BytesIO(PDF), name), "note": note}
        assert client.post(f"/tasks/{task_id}/evidence", data=data).status_code == 303
        assert "补充到原材料" in client.get(f"/tasks/{task_id}").text or name == "一.pdf"
    assert [(piece.name, piece.note) for piece in pieces(office, task_id)] == [("一.pdf", "一季度；专栏截图")]
    assert client.get(f"/tasks/{task_id}").text.count("补充材料说明") == 1


def test_of_several_files_all_are_taken_or_none(office: Office) -> None:
    task_id, client = office.task_id(), office.client("wang")
    good, bad = (BytesIO(PDF), "好.pdf"), (BytesIO(b"MZ"), "坏.pdf")
    answer = client.post(f"/tasks/{task_id}/evidence", data={"file": [good, bad]})
    assert answer.status_code == 422
    assert "坏.pdf" in answer.text
    assert pieces(office, task_id) == []
    more = {"file": [(BytesIO(PDF), "一.pdf"), (BytesIO(PDF + b"2"), "二.pdf")]}
    assert client.post(f"/tasks/{task_id}/evidence", data=more).status_code == 303
    assert len(pieces(office, task_id)) == 2


def test_nothing_chosen_is_said(office: Office) -> None:
    answer = office.client("wang").post(f"/tasks/{office.task_id()}/evidence", data={})
    assert answer.status_code == 422
    assert "没有选择文件" in answer.text


def test_no_byte_is_kept_for_who_may_not_upload_or_too_late(office: Office) -> None:
    task_id, kept = office.task_id(), _blobs(office)
    assert upload(office.client("li"), task_id, PDF + b"1", "x.pdf").status_code == 403
    office.walk(task_id, "submit")
    kept |= {hashlib.sha256(PDF).hexdigest()}
    late = upload(office.client("wang"), task_id, PDF + b"2", "x.pdf")
    assert late.status_code == 409
    assert "此件现在是「已填报」" in late.text
    assert _blobs(office) == kept


@pytest.mark.parametrize("name", ["方案（最终版）.pdf", 'a"b;c.pdf', "x\r\nSet-Cookie: a=b.pdf"])
def test_a_download_is_the_same_bytes_as_an_attachment(office: Office, name: str) -> None:
    task_id, client = office.task_id(), office.client("wang")
    assert upload(client, task_id, PDF, name, fragment=True).status_code == 200
    piece = pieces(office, task_id)[0]
    answer = office.client("zhao").get(f"/tasks/{task_id}/evidence/{piece.id}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "\n" not in answer.headers["Content-Disposition"]
    answer.headers["Content-Disposition"].encode("ascii")
    assert unquote(answer.headers["Content-Disposition"].partition("UTF-8''")[2]) == piece.name
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.content_type == "application/octet-stream"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "www.example.gov.cn",
        "http://",
        "data:text/html,x",
        "http://[::1",
        "h" * 600,
    ],
)
def test_only_published_pages_are_links(office: Office, address: str) -> None:
    task_id = office.task_id()
    answer = office.client("wang").post(f"/tasks/{task_id}/links", data={"address": address, "note": "说明在此"})
    assert answer.status_code == 422
    assert "说明在此" in answer.text
    assert re.search(r"网页链接须以|超过 500 字", answer.text)
    assert pieces(office, task_id) == []


def test_links_and_removal_by_fragment(office: Office) -> None:
    task_id, client = office.task_id(), office.client("wang")
    htmx = {"HX-Request": "true"}
    data = {"address": "https://www.example.gov.cn/a.html", "note": "专栏"}
    added = client.post(f"/tasks/{task_id}/links", data=data, headers=htmx)
    assert 'rel="noopener noreferrer nofollow"' in added.text
    piece = pieces(office, task_id)[0]
    url = f"/tasks/{task_id}/evidence/{piece.id}/remove"
    first, events = client.post(url, headers=htmx), office.count()
    second = client.post(url, headers=htmx)
    assert (first.status_code, second.status_code, office.count()) == (200, 200, events)
    assert pieces(office, task_id) == []
    assert client.post(f"/tasks/{task_id}/evidence/999/remove").status_code == 404
    assert "移除证明材料" in client.get(f"/tasks/{task_id}").text


def test_a_piece_of_another_task_is_not_found(office: Office) -> None:
    one, two, client = office.task_id(1), office.task_id(2), office.client("wang")
    upload(client, one, PDF, "一.pdf")
    piece = pieces(office, one)[0]
    assert client.get(f"/tasks/{two}/evidence/{piece.id}").status_code == 404
    assert client.post(f"/tasks/{two}/evidence/{piece.id}/remove").status_code == 404
    assert client.get(f"/tasks/{one}/evidence/{2**70}").status_code == 404


@pytest.mark.parametrize(
    ("name", "head", "media_type"),
    [
        ("表.txt", "第一季度公开情况".encode("gb18030") * 4, "text/plain"),
        ("表.csv", "单位,数量\n市财政局,1\n".encode("utf-8-sig"), "text/plain"),
        ("短.txt", b"1", "text/plain"),
        (
            "图.PNG",
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00",
            "image/png",
        ),
        ("旧.doc", bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600, "application/msword"),
    ],
)
def test_ordinary_files_are_admitted(name: str, head: bytes, media_type: str) -> None:
    assert admit(name, head) == media_type


def test_the_upload_page_says_that_this_is_no_place_for_secrets(office: Office) -> None:
    page = office.client("wang").get(f"/tasks/{office.task_id()}").text
    assert page.count("非涉密系统，严禁上传、处理涉密信息") >= 2
    assert seen(office.client("wang"), office.task_id()) == "1"


def _blobs(office: Office) -> set[str]:
    root = office.here.settings.home / "blobs"
    return {path.name for path in root.rglob("*") if path.is_file()}
