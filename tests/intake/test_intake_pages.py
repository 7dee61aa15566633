"""Pages, values between separators, broken bytes and PDFs: told by what they are, read as they are shown."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import Any

import pytest
from weasyprint import HTML

import intake
from intake.decode import characters, spoilt
from tests.intake.intake_written import HEAD, STYLE, as_html, as_pdf
from tests.intake.test_intake_bad_files import compound
from tests.intake.test_intake_displayed import ROWS, TABLE, messages
from workflow.record.errors import Unreadable
from workflow.record.published import PublishedLedger

PAGE = as_html(TABLE).decode()
LINES = [HEAD, *ROWS]


def facts(found: PublishedLedger) -> list[tuple[Any, ...]]:
    return [
        (t.number, t.title, t.requirement, *t.lead_units, *t.responsible_units, t.deadline_text) for t in found.tasks
    ]


def mail(page: str, charset: str) -> bytes:
    body = base64.encodebytes(page.encode(charset)).decode()
    head = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
    kind = f'Content-Transfer-Encoding: base64\r\nContent-Type: text/html; charset="{charset}"\r\n\r\n'
    return f"\r\nX-Of: a\r\n{head}{kind}{body}\r\n--b--\r\n".encode()


UNDER_OTHER_NAMES = {
    "a table far down": ("表.xls", ("<!-- " + "关于" * 3000 + " -->" + PAGE.split("<body>")[1]).encode()),
    "a mark before it, another charset said": ("表.html", b"\xef\xbb\xbf" + PAGE.replace("utf-8", "gb2312").encode()),
    "another charset said": ("表.html", PAGE.replace("utf-8", "gb2312").encode()),
    "UTF-16": ("表.txt", PAGE.encode("utf-16")),
    "a single-file page": ("表.doc", mail(PAGE, "utf-8")),
    "a single-file page in gb2312": ("表.mht", mail(PAGE.replace("utf-8", "gb2312"), "gb2312")),
    "a PDF behind a line": ("表.pdf", b"\r\n\x00spool\r\n" + as_pdf(TABLE)),
    "commas under another name": ("表.txt", "\n".join(",".join(line) for line in LINES).encode()),
    "a separator that the file names": ("表.csv", b"sep=^\r\n" + "\r\n".join("^".join(line) for line in LINES).encode("gb18030")),
    "values kept as formulas": ("表.csv", "\n".join(",".join(f'="{cell}"' for cell in line) for line in LINES).encode()),
}  # fmt: skip


@pytest.mark.parametrize("kind", UNDER_OTHER_NAMES)
def test_a_file_is_what_stands_in_it(kind: str) -> None:
    name, data = UNDER_OTHER_NAMES[kind]
    assert facts(intake.read(data, filename=name)) == [tuple(row) for row in ROWS]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_gives_the_head_its_columns(mark: str) -> None:
    long = "落实到人，细化到天，公开到位，接受监督，及时更新，年底总结，形成长效"
    lines = [HEAD, *((*row[:2], long, *row[3:]) for row in ROWS)]
    found = intake.read("\n".join(mark.join(line) for line in lines).encode("gb18030"), filename="表.csv")
    assert [task.requirement for task in found.tasks] == [long, long]


def broken(encoding: str, at: str, byte: int) -> bytes:
    """The table with one byte of a character spoilt."""
    data = bytearray("\n".join(",".join(line) for line in LINES).encode(encoding))
    data[data.index(at.encode(encoding)) + byte] = 0xFF
    return bytes(data)


@pytest.mark.parametrize(("encoding", "byte"), [("utf-8", 0), ("utf-8", 1), ("gb18030", 0), ("gb18030", 1)])
@pytest.mark.parametrize("name", ["表.csv", "表.txt"])
def test_a_broken_byte_costs_its_character_and_a_line(encoding: str, byte: int, name: str) -> None:
    found = intake.read(broken(encoding, "决", byte), filename=name)
    assert len(found.tasks) == 2
    assert (found.tasks[1].title or "").strip("\ufffd") in ("公开\ufffd算", "公开\ufffd\ufffd算")
    assert found.tasks[1].requirement == ROWS[1][2]
    assert "文件有损坏的字节" in messages(found)
    assert "第 3 行“2,公开" in messages(found) or "第 3 行“公开" in messages(found)


def test_damage_is_told_where_it_is() -> None:
    assert spoilt("一\n二") == []
    assert "第 2 行“公开预\ufffd”" in spoilt("一\n公开预\ufffd<td>")[0]
    assert characters(b"\xff\xfe\x00N") == "一"


def page(cells: str = "", *, rows: str = "", style: str = "", around: str = "%s") -> PublishedLedger:
    head = "<tr>" + "".join(f"<th>{name}</th>" for name in ("序号", "工作任务", "责任单位")) + "</tr>"
    body = rows or f"<tr><td>1</td><td>公开预算。</td><td>{cells}</td></tr>"
    made = (
        f"<html><head><meta charset=utf-8>{style}</head><body>{around % f'<table>{head}{body}</table>'}</body></html>"
    )
    return intake.read(made.encode(), filename="a.html")


SHOWN = "<span>市财政局</span>"


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (f"<del>市国资局</del>{SHOWN}", "画了删除线"),
        (f"<s>市国资局</s>{SHOWN}", "画了删除线"),
        (f"<span style='text-decoration: line-through'>市国资局</span>{SHOWN}", "画了删除线"),
        (f"<span hidden>市国资局</span>{SHOWN}", "设为隐藏"),
        (f"<span style='visibility:hidden'>市国资局</span>{SHOWN}", "设为隐藏"),
        (f"<span style='font-size:0'>市国资局</span>{SHOWN}", "设为隐藏"),
        (f"<span class='off x'>市国资局</span>{SHOWN}", "设为隐藏"),
        (f"<span style='color:#FFF'>市国资局</span>{SHOWN}", "与底色相同"),
        ("<ruby>市财政局<rp>(</rp><rt>shì</rt><rp>)</rp></ruby>", "拼音等注音"),
        (f"<select><option>市国资局</option></select><input value='市国资局' placeholder='请填写'>{SHOWN}", ""),
    ],
)  # fmt: skip
def test_what_a_page_does_not_show_is_not_read(cell: str, told: str) -> None:
    found = page(cell, style="<style>@media print {.x {display:none}} .off, p.gone { display : none }</style>")
    assert found.tasks[0].responsible_units == ("市财政局",)
    assert told in messages(found)


def test_white_on_a_coloured_ground_is_shown() -> None:
    found = page("<span style='background:#369'><b style='color:#fff'>市财政局</b></span>")
    assert found.tasks[0].responsible_units == ("市财政局",)


def test_spans_end_with_their_group_and_feet_stand_last() -> None:
    rows = (
        "<tfoot><tr><td>3</td><td>公开债务。</td><td>市审计局</td></tr></tfoot>"
        "<tbody><tr><td>1</td><td>公开预算。</td><td rowspan=99>市财政局</td></tr><tr><td>2</td><td>公开决算。</td></tr></tbody>"
    )
    found = page(rows=rows)
    assert [(t.number, t.responsible_units) for t in found.tasks] == [
        ("1", ("市财政局",)),
        ("2", ("市财政局",)),
        ("3", ("市审计局",)),
    ]


def test_a_caption_is_read_and_inner_tables_stay_apart() -> None:
    inner = "<table><tr><td>预算</td><td>每年</td></tr><tr><td>决算</td><td>每年</td></tr></table>"
    rows = f"<caption>云岭市2026年任务分解表</caption><tr><td>1</td><td>公开预算。{inner}</td><td>市财政局</td></tr>"
    found = page(rows=rows)
    assert found.title == "云岭市2026年任务分解表"
    assert [(t.requirement, t.recurrence) for t in found.tasks] == [("公开预算。", None)]
    assert "另有小表" in messages(found)
    listed = page(
        rows="<tr><td>1</td><td>公开<table><tr><td>预算</td></tr><tr><td>决算</td></tr></table></td><td>市财政局</td></tr>"
    )
    assert [t.requirement for t in listed.tasks] == ["公开预算决算"]
    laid_out = page("市财政局", around="<table><tr><td>栏目</td><td>%s</td></tr></table>")
    assert [t.requirement for t in laid_out.tasks] == ["公开预算。"]


def printed_over(extra: str, cell: str = "市财政局") -> PublishedLedger:
    """The table as a PDF with something laid over it."""
    made = as_html(TABLE, STYLE + extra).decode().replace(">市财政局<", f">{cell}<")
    return intake.read(HTML(string=made).write_pdf(), filename="a.pdf")


def test_doubled_glyphs_are_read_once() -> None:
    twice = "<style>p, td, th { text-shadow: none } b, i { white-space: nowrap } b { position: relative } b i { position: absolute; left: .3pt; top: 0; font-style: normal }</style>"
    found = printed_over(twice, "<b>市财政局<i>市财政局</i></b>")
    assert facts(found) == [tuple(row) for row in ROWS]


WATERMARKS = {
    "turned": "<div style='position:fixed; top: 60mm; left: 20mm; font-size: 40pt; color: #999; transform: rotate(-30deg)'>内部资料</div>",
    "pale": "<div style='position:fixed; top: 20mm; left: 20mm; color: #eee'>内部资料内部资料内部资料</div>",
    "white": "<div style='position:fixed; top: 20mm; left: 20mm; color: #fff'>内部资料内部资料内部资料</div>",
}


@pytest.mark.parametrize("kind", WATERMARKS)
def test_watermarks_and_white_words_are_no_text(kind: str) -> None:
    found = printed_over(WATERMARKS[kind])
    assert facts(found) == [tuple(row) for row in ROWS]
    assert "第 1 页“内部资料" in messages(found)


def test_struck_words_of_a_pdf_are_told_and_white_heads_are_read() -> None:
    found = printed_over("<style>th { background: #369; color: #fff }</style>", "<s>市国资局</s>市财政局")
    assert facts(found) == [tuple(row) for row in ROWS]
    assert "画了删除线的文字没有读入：第 1 页“市国资局" in messages(found)


def packed(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/"), content)
    return out.getvalue()


KINDS = {
    "OpenDocument 文档": packed(mimetype="application/vnd.oasis.opendocument.text"),
    "OpenDocument 表格": packed(mimetype="application/vnd.oasis.opendocument.spreadsheet"),
    "演示文稿": packed(mimetype="application/vnd.oasis.opendocument.presentation"),
    "压缩包": packed(readme="x"),
    "RTF 文档": b"{\\rtf1 x}",
    "旧版 Word 或 WPS 文档": compound("WordDocument"),
    "设有密码": compound("EncryptedPackage"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_refusal_names_the_kind(kind: str) -> None:
    with pytest.raises(Unreadable, match=kind):
        intake.read(KINDS[kind], filename="表.docx")
