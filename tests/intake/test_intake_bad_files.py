"""Hostile and broken files (safety.md B17–B66): one Chinese sentence each, in a limited process, and nothing half read."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pikepdf
import pytest

import intake
from intake.isolation import read_isolated
from tests.desk_office import multipart, open_office
from tests.intake.intake_written import HEAD, Printed, as_docx, as_pdf, as_xlsx
from workflow.record import sandbox
from workflow.record.errors import Unreadable
from workflow.record.published import PublishedLedger

ROW = ("1", "公开预算", "公开部门预算。", "市财政局", "市直各部门", "2026年3月底前")
NEXT = ("2", "公开决算", "公开部门决算。", "市财政局", "市直各部门", "2026年10月底前")
TABLE = Printed(("云岭市2026年政务公开任务分解表",), ((HEAD, (ROW, NEXT)),), ())


def rezipped(data: bytes, **parts: bytes) -> bytes:
    """An office file with some of its parts changed or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            new.writestr(name, parts.pop(name, old.read(name)))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def with_entities(data: bytes, entities: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        body = opened.read("word/document.xml").decode()
    body = re.sub(r"(<\?xml[^>]*\?>)", rf"\1<!DOCTYPE d [{entities}]>", body)
    return rezipped(data, **{"word/document.xml": body.encode()})


def nested_bomb() -> bytes:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("0", b"0" * (10 << 20))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for n in range(10):
            packed.writestr(f"{n}.zip", inner.getvalue())
    return out.getvalue()


def bomb_sheet() -> bytes:
    data = as_xlsx(TABLE)
    filler = b"<row r='9'><c r='A9' t='inlineStr'><is><t>" + b" " * (300 << 20) + b"</t></is></c></row></sheetData>"
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        sheet = opened.read("xl/worksheets/sheet1.xml").replace(b"</sheetData>", filler)
    return rezipped(data, **{"xl/worksheets/sheet1.xml": sheet})


def corners() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "序号", "责任单位"
    return saved(book)


def ofd() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("OFD.xml", "<ofd/>")
    return out.getvalue()


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def compound(stream: str) -> bytes:
    """The head of an old office file, and a directory entry of this name."""
    name = stream.encode("utf-16-le") + b"\x00\x00"
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\x00" * 632
        + name.ljust(64, b"\x00")
        + bytes([len(name)])
        + b"\x00" * 600
    )


def many_rows() -> bytes:
    rows = tuple((str(n), *ROW[1:]) for n in range(1, 10_003))
    return ("\t".join(HEAD) + "\n" + "\n".join("\t".join(row) for row in rows)).encode()


def bomb_pdf(megabytes: int) -> bytes:
    packed = zlib.compress(b"0 " * (megabytes << 19), 1)
    for _ in range(2):
        packed = zlib.compress(packed, 9)
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        stream = pdf.make_stream(packed)
        stream.Filter = pikepdf.Array([pikepdf.Name.FlateDecode] * 3)
        pdf.pages[0].Contents = stream
        return saved_pdf(pdf)


def saved_pdf(pdf: pikepdf.Pdf, **how: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **how)
    return out.getvalue()


def locked_pdf() -> bytes:
    with pikepdf.open(io.BytesIO(as_pdf(TABLE))) as pdf:
        return saved_pdf(pdf, encryption=pikepdf.Encryption(owner="a", user="b"))


def looped_pdf() -> bytes:
    with pikepdf.open(io.BytesIO(as_pdf(TABLE))) as pdf:
        pages = pdf.Root.Pages
        pages.Kids.append(pages)
        return saved_pdf(pdf)


def forms_pdf(deep: int) -> bytes:
    """A page that draws a form ten times, which draws another ten times, and so on: a few hundred bytes, 10^deep lines."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        inner = pdf.make_stream(b"0 0 m 9 9 l S")
        for _ in range(deep):
            inner.Type, inner.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
            inner.BBox = pikepdf.Array([0, 0, 9, 9])
            outer = pdf.make_stream(b"/F Do " * 10)
            outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=inner))
            inner = outer
        pdf.pages[0].Resources, pdf.pages[0].Contents = inner.Resources, inner
        return saved_pdf(pdf)


def ruled_pdf(apart: int) -> bytes:
    """A page ruled both ways so many points apart."""
    rules = [f"{at} 0 m {at} 792 l S 0 {at} m 612 {at} l S" for at in range(0, 612, apart)]
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].Contents = pdf.make_stream(" ".join(rules).encode())
        return saved_pdf(pdf)


def endless_pdf(pages: int) -> bytes:
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        return saved_pdf(pdf)


CSV = "序号,工作任务,责任单位\n"
REFUSED = {
    "a line of too many cells": (f"{CSV}{'1,' * 2_001}".encode, "a.csv", "第 2 行有 2002 栏"),
    "a quote that closes after a book": (
        f'{CSV}1,"{"公开" * 70_000}",市财政局'.encode, "a.csv", "引号没有成对",
    ),
    "B25 a page that draws without end": (lambda: bomb_pdf(40), "a.pdf", "画的线条和文字多得不像任务表"),
    "B25 rules that cross everywhere": (lambda: ruled_pdf(4), "a.pdf", "画的线条和文字多得不像任务表"),
    "B25 forms within forms": (lambda: forms_pdf(12), "a.pdf", "画的线条和文字多得不像任务表"),
    "B17 nothing": (lambda: b"", "a.docx", "是空的"),
    "B18 a program": (lambda: b"MZ\x90\x00" + b"\x00" * 200, "a.pdf", "是程序"),
    "B20 a picture with a script": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "a.svg", "没有一行像表头"),
    "B24 a locked PDF": (locked_pdf, "a.pdf", "设有密码，请去除密码"),
    "B27 half a PDF": (lambda: as_pdf(TABLE)[:900], "a.pdf", "没有读到任务表"),
    "B28 a page too many": (lambda: endless_pdf(401), "a.pdf", "超过 400 页"),
    "B28 a thousand pages": (lambda: endless_pdf(1000), "a.pdf", "超过 400 页"),
    "B34 archives in an archive": (nested_bomb, "a.zip", "是压缩包"),
    "B35 a part outside": (lambda: rezipped(as_docx(TABLE), **{"../../evil": b"x"}), "a.docx", "内部结构异常"),
    "B36 a billion laughs": (lambda: with_entities(as_docx(TABLE), '<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">'), "a.docx", "含有外部引用"),
    "B37 a file from outside": (lambda: with_entities(as_docx(TABLE), '<!ENTITY a SYSTEM "file:///etc/passwd">'), "a.docx", "含有外部引用"),
    "B40 a locked old document": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4000, "a.doc", "没有读到任务表"),
    "B41 OFD": (ofd, "a.ofd", "是 OFD 版式文件"),
    "B46 an old workbook that is none": (lambda: compound("Workbook"), "a.xls", "不是可以打开的表格"),
    "B47 no head": (("关于开会的通知\n请准时参加。\n" * 4).encode, "a.txt", "没有一行像表头"),
    "B56 two corners": (corners, "a.xlsx", "范围过大"),
    "B58 a sheet that unpacks to 300 MB": (bomb_sheet, "a.xlsx", "解开后太大"),
    "B59 blanks": (lambda: b" " * (50 << 20), "a.txt", "没有读到任务表"),
    "B60 a DTD in a sheet": (lambda: rezipped(as_xlsx(TABLE), **{"xl/sharedStrings.xml": b"<?xml version='1.0'?><!DOCTYPE s [<!ENTITY a 'b'>]><sst/>"}), "a.xlsx", "含有外部引用"),
    "B62 too many rows": (many_rows, "a.txt", "超过"),
}  # fmt: skip


MORE = {"B28 a thousand pages"}


@pytest.mark.parametrize("case", [pytest.param(c, marks=pytest.mark.proof) if c in MORE else c for c in REFUSED])
def test_a_bad_file_gets_one_sentence(case: str) -> None:
    make, name, expected = REFUSED[case]
    with pytest.raises(Unreadable) as refused:
        read_isolated(make(), filename=name)
    said = refused.value.message
    assert expected in said
    assert said.startswith("没有读到任务表")
    assert not re.search(r"Traceback|Error|/tmp|/work", said)


@pytest.mark.proof
def test_b25_a_pdf_that_unpacks_without_end_meets_the_limit() -> None:
    """What it draws is counted when it is unpacked: a bomb that memory does not hold ends before that."""
    with pytest.raises(Unreadable, match="超出了时间或内存限度"):
        read_isolated(bomb_pdf(800), filename="a.pdf")


def test_b26_a_page_tree_that_loops_is_read_or_refused() -> None:
    with contextlib.suppress(Unreadable):
        assert read_isolated(looped_pdf(), filename="a.pdf").tasks


def with_script() -> bytes:
    with pikepdf.open(io.BytesIO(as_pdf(TABLE))) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        return saved_pdf(pdf)


def with_launch() -> bytes:
    with pikepdf.open(io.BytesIO(as_pdf(TABLE))) as pdf:
        pdf.Root.AA = pikepdf.Dictionary(WC=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe"))
        return saved_pdf(pdf)


def with_program() -> bytes:
    with pikepdf.open(io.BytesIO(as_pdf(TABLE))) as pdf:
        pdf.attachments["a.exe"] = b"MZ\x90\x00"
        return saved_pdf(pdf)


@pytest.mark.parametrize("make", [with_script, with_launch, with_program])
def test_b22_b23_b30_what_a_pdf_would_do_by_itself_is_said_and_never_done(make: Any) -> None:
    ledger = read_isolated(make(), filename="a.pdf")
    assert len(ledger.tasks) == 2
    assert "没有执行也没有打开" in messages(ledger)


def test_b38_a_template_far_away_is_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    away = b"""<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
    <Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
     Target="http://192.0.2.1/x.dotm" TargetMode="External"/></Relationships>"""
    data = rezipped(as_docx(TABLE), **{"word/_rels/settings.xml.rels": away})
    assert len(read_isolated(data, filename="a.docx").tasks) == 2


def test_b19_b21_a_page_under_another_name_is_read_as_what_it_is() -> None:
    page = "<html><body><table><tr><th>工作任务</th><th>责任单位</th></tr><tr><td>公开预算。</td><td>市财政局</td></tr></table></body></html>"
    assert len(read_isolated(page.encode(), filename="a.doc").tasks) == 1


def messages(ledger: PublishedLedger) -> str:
    return "\n".join(problem.message for problem in ledger.problems)


def changed(*rows: tuple[str, ...]) -> PublishedLedger:
    return intake.read(as_xlsx(Printed(TABLE.before, ((HEAD, rows),), ())), filename="a.xlsx")


def test_b48_b63_repeated_numbers_and_blank_cells_are_listed() -> None:
    rows = [(str(n), *ROW[1:]) for n in (*range(2, 12), 11)]
    said = messages(changed(("1", "公开债务", "公开。", "", "", ""), *rows))
    assert "编号 11 出现了不止一次" in said
    assert "没有读到任何牵头单位或责任单位" in said


def test_b49_b64_numbers_however_they_are_written() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(TABLE)))
    book.active["A3"], book.active["A4"] = 1.0, "２"
    assert [task.number for task in intake.read(saved(book), filename="a.xlsx").tasks] in (["1", "2"], ["1", "２"])


def test_b51_b61_unknown_and_doubled_units_are_listed() -> None:
    said = messages(changed((*ROW[:3], "市财政局", "市财政局、某某小微", ROW[5])))
    assert "既是牵头单位又是责任单位" in said
    assert "“某某小微”不像单位名称" in said


@pytest.mark.parametrize("day", ["2026年2月30日前", "46000"])
def test_b52_a_date_that_is_none_is_listed(day: str) -> None:
    ledger = changed((*ROW[:5], day))
    assert ledger.tasks[0].due is None
    assert day in messages(ledger)


def test_b53_b54_formulas_are_their_kept_values_or_text() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(TABLE)))
    book.active["C3"] = "=1+1"
    book.active["C4"].value, book.active["C4"].data_type = "=cmd|' /C calc'!A0", "s"
    ledger = intake.read(saved(book), filename="a.xlsx")
    assert ledger.tasks[0].requirement in (None, "=1+1")
    assert ledger.tasks[1].requirement == "=cmd|'/Ccalc'!A0"


def test_b57_a_million_empty_rows_are_passed_over() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(TABLE)))
    book.active.row_dimensions[200_000].height = 15
    assert len(read_isolated(saved(book), filename="a.xlsx").tasks) == 2


def test_b66_rare_characters_survive() -> None:
    ledger = changed((*ROW[:2], "公开𠮷林预算。", *ROW[3:]))
    assert ledger.tasks[0].requirement == "公开𠮷林预算。"


@pytest.mark.parametrize("greedy", ["hungry", "endless", "fetching", "starting"])
def test_the_limited_process_ends_what_goes_too_far(greedy: str) -> None:
    with pytest.raises(sandbox.Exhausted):
        sandbox.call(f"tests.greedy:{greedy}", b"", {}, seconds=1)


def test_the_limited_process_lets_an_answer_through() -> None:
    assert sandbox.call("tests.greedy:peaceful", b"four", {}, seconds=1) == 4


def test_the_server_answers_while_a_file_is_read(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    (tmp_path / "data").write_bytes(b"")
    (tmp_path / "question").write_text("{}")
    reading = subprocess.Popen([sys.executable, "-m", "workflow.record.sandbox", str(2 << 30), "60", "call", "tests.greedy:endless", str(tmp_path)])  # fmt: skip
    try:
        assert office.client("chen").get("/ledgers").status_code == 200
        assert reading.poll() is None
    finally:
        reading.kill()
        reading.wait()


def test_a_refused_upload_leaves_nothing_behind(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    before = office.count()
    answer = office.client("chen").post("/review/new", data=multipart(locked_pdf(), "表.pdf"), content_type="multipart/form-data; boundary=b")  # fmt: skip
    assert answer.status_code == 422
    assert "设有密码" in answer.text
    assert office.count() == before


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(as_xlsx(TABLE))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/p", "--headless", "--convert-to", "xls", "a.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    for name in ("表.xls", "表.et"):
        assert len(read_isolated((tmp_path / "a.xls").read_bytes(), filename=name).tasks) == 2


def test_macros_are_never_run_and_said() -> None:
    data = rezipped(as_docx(TABLE), **{"word/vbaProject.bin": b"x" * 10})
    assert docx.Document(io.BytesIO(data))
    with pytest.raises(Unreadable, match="带有宏"):
        read_isolated(data, filename="a.docm")
