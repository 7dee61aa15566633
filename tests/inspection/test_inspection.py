"""What people bring is looked into (材料查看): marks anywhere and in any coding, active content, bombs; each a real file."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from inspection import marks
from inspection.looking import answer
from tests import brought
from tests.brought import action, archive, in_cell, letter, mail, nested, pdf, plus, relation, saved, sheet
from tests.intake.intake_written import Printed, as_pdf

Made = Callable[[], bytes]


def looked(tmp_path: Path, name: str, data: bytes) -> dict[str, Any]:
    """The answer of the child, here."""
    (tmp_path / "data").write_bytes(data)
    with (tmp_path / "data").open("rb") as stream:
        return answer(stream, {"name": name})


@pytest.mark.parametrize(
    "text",
    [
        "机密★10年", "机密 ★ 10 年", "机　密　★", "绝密☆长期", "秘密 ★ 长期", "秘密★6个月", "機密★", "机\u200b密★", "机\u3164密★", "机\U000e0041密★", "机密⭐",
        "标题\n秘密\n正文", "标题\n 秘 密 \n正文", "a\r\n机密\r\nb", "机密10年", "机密 一年", "机密*10年", "机\n密\n★\n1\n0\n年",
        "０００００１\n机密★１０年\n特急", "000012 机密", "机密 特急", "【机密】", "（秘密）", "密级：机密", "文件首页印有 机密★5年 字样", "商业秘密★5年",
    ],
)  # fmt: skip
def test_a_formal_mark_is_one_in_any_spacing(text: str) -> None:
    assert marks.find(text)


@pytest.mark.parametrize(
    "text",
    [
        "保守国家机密", "商业秘密", "机密级", "机密性", "不得泄露商业秘密*", "分为绝密、机密、秘密三级", "涉及国家秘密的\n信息", "泄露国家\n秘密。\n",
        "政府信息中的国家秘密、商业秘密、个人隐私", "《保守国家秘密法》\n第一条", "本单位无秘密", "投票采用秘密投票", "随机密码★", "国家\n秘密\n第三条",
    ],
)  # fmt: skip
def test_the_word_inside_a_sentence_is_none(text: str) -> None:
    assert marks.find(text) == ""


MARKED: dict[str, tuple[str, Made, str]] = {
    "a document": ("a.docx", lambda: saved(letter("关于某事的函", "机密★10年")), "正文"),
    "spaced": ("a.docx", lambda: saved(letter("机 密 ★ 10 年")), "正文"),
    "broken into runs": ("a.docx", lambda: brought.split_runs("机", "密", "★", "10年"), "正文"),
    "a star of a symbol font": ("a.docx", brought.symbol_star, "正文"),
    "a cell": ("a.docx", lambda: in_cell("秘密"), "正文"),
    "a header": ("a.docx", lambda: brought.in_header("机密"), "页眉"),
    "a footer": ("a.docx", lambda: brought.in_footer("秘密★1年"), "页脚"),
    "a text box": ("a.docx", lambda: brought.in_text_box("绝密★"), "正文"),
    "a watermark": ("a.docx", lambda: brought.watermark("机密"), "正文"),
    "properties": ("a.docx", lambda: brought.in_properties("机密★长期"), "文件属性"),
    "a part in UTF-16": ("a.docx", lambda: brought.in_utf16_part("机密★"), "正文"),
    "numbered characters": ("a.docx", lambda: plus(saved(letter()), {"word/footnotes.xml": b"<w:p><w:t>&#26426;&#x5bc6;&#9733;</w:t></w:p>"}), "脚注"),
    "a sheet": ("a.xlsx", lambda: sheet("序号", "机密★10年"), "正文"),
    "a sheet's name": ("a.xlsx", lambda: sheet(title="机密"), "工作表名称"),
    "a sheet's header": ("a.xlsx", lambda: sheet(header="机密"), "正文"),
    "slides": ("a.pptx", lambda: brought.slides("机密★"), "正文"),
    "OpenDocument": ("a.odt", lambda: brought.open_document("秘密<text:s/>★"), "正文"),
    "OFD, letter by letter": ("a.ofd", lambda: brought.ofd("机密★"), "正文"),
    "PDF": ("a.pdf", lambda: as_pdf(Printed(("机密★10年", "关于某事的函"), (), ())), "正文"),
    "PDF, spaced": ("a.pdf", lambda: as_pdf(Printed(("秘　密", "关于某事的函"), (), ())), "正文"),
    "PDF properties": ("a.pdf", lambda: pdf(Info2=pikepdf.Dictionary(Title="机密★")), "属性"),
    "text in UTF-8": ("a.txt", "说明\n机密★\n".encode, "内容"),
    "text in GB18030": ("a.txt", lambda: "说明\n秘密\n".encode("gb18030"), "正文"),
    "text in UTF-16": ("a.txt", lambda: "说明\n机 密★\n".encode("utf-16"), "内容"),
    "text in UTF-16 that does not say so": ("a.txt", lambda: "说明\n机密\n".encode("utf-16-be"), "正文"),
    "a table": ("a.csv", lambda: "序号,名称\n1,绝密★\n".encode("gb18030"), "内容"),
    "a picture's notes": ("a.jpg", lambda: brought.picture("JPEG") + "机密★".encode("utf-16-le"), "内容"),
    "mail": ("a.eml", lambda: mail("秘密★1年\n请查收。"), "邮件正文"),
    "mail's page": ("a.eml", lambda: mail(html="<p>机<b>密</b>&#9733;</p>"), "邮件正文"),
    "mail's document": ("a.eml", lambda: mail(a_docx=saved(letter("机密★"))), "a.docx"),
    "an archive's document": ("a.zip", lambda: archive({"材料/附件.docx": saved(letter("机密★"))}), "附件.docx"),
    "an archive's name": ("a.zip", lambda: archive({"机密★.docx": b"x"}), "文件名"),
    "an archive's name in GBK": ("a.zip", lambda: archive({"aaaaaa.txt": b"x"}).replace(b"aaaaaa", "机密★".encode("gb18030")), "文件名"),
    "an archive in an archive": ("a.zip", lambda: nested(3, "机密★".encode("gb18030"), "a.txt"), "a.txt"),
    "a page in an archive": ("a.zip", lambda: archive({"a.html": b"<meta charset=gb2312><p>" + "机<i>密</i>★".encode()}), "a.html"),
    "RTF in an archive": ("a.zip", lambda: archive({"a.rtf": rb"{\rtf1\ansi \'bb\'fa\'c3\'dc\u9733?}"}), "a.rtf"),
    "a PDF's attachment": ("a.pdf", lambda: brought.with_attachment("a.txt", "机密★".encode()), "a.txt"),
    "the name": ("【机密】函.docx", lambda: saved(letter()), "文件名"),
}  # fmt: skip


@pytest.mark.parametrize("case", MARKED)
def test_a_mark_is_found_wherever_it_stands(case: str, tmp_path: Path) -> None:
    name, make, where = MARKED[case]
    said = looked(tmp_path, name, make()).get("refused", "")
    assert "带有密级标志" in said
    assert where in said.partition("带有密级标志")[0]
    assert "文件没有保存" in said


FINE: dict[str, tuple[str, Made]] = {
    "the law": ("保守国家秘密法.docx", lambda: saved(letter("保守国家机密，人人有责。", "商业秘密、机密级、秘密级"))),
    "a sheet": ("a.xlsx", lambda: sheet("序号", "是否涉及国家秘密", "否")),
    "a table": ("a.csv", lambda: "序号,密级\n1,无\n".encode("gb18030")),
    "PDF": ("a.pdf", lambda: as_pdf(Printed(("保守国家秘密是每个公民的义务", "二、涉及商业秘密的信息"), (), ()))),
    "a jump in a PDF": ("a.pdf", lambda: brought.with_button("URI")),
    "an archive": ("a.zip", lambda: archive({"照片/a.jpg": brought.picture("JPEG"), "说明.txt": "完成。".encode()})),
    "a hyperlink": ("a.docx", lambda: plus(saved(letter()), {"word/_rels/document.xml.rels": relation("hyperlink")})),
    "mail": ("a.eml", lambda: mail(a_jpg=brought.picture("JPEG"))),
    "a photo": ("a.jpg", lambda: brought.picture("JPEG")),
    "a scan of pages": ("a.tif", lambda: brought.picture("TIFF")),
    "a phone's photo": ("a.heic", lambda: brought.film(b"heic")),
    "a phone's film": ("a.mov", lambda: brought.film(b"qt  ")),
    "slides": ("a.pptx", lambda: brought.slides("公开情况")),
    "OFD": ("a.ofd", lambda: brought.ofd("公开情况")),
}


@pytest.mark.parametrize("case", FINE)
def test_of_ordinary_files_nothing_is_said(case: str, tmp_path: Path) -> None:
    name, make = FINE[case]
    assert looked(tmp_path, name, make()) == {"remarks": [], "apart": False}


PROGRAM = b"MZ\x90\x00" + b"\0" * 60
ACTIVE: dict[str, tuple[str, Made, str]] = {
    "macros": ("a.docx", lambda: plus(saved(letter()), {"word/vbaProject.bin": b"x"}), "带有宏"),
    "macros of a workbook": ("a.xlsx", lambda: plus(sheet(), {"xl/vbaProject.bin": b"x"}), "带有宏"),
    "sheets of macros": ("a.xlsx", lambda: plus(sheet(), {"xl/macrosheets/sheet1.xml": b"<x/>"}), "带有宏"),
    "macros of an old file": ("a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "_VBA_PROJECT".encode("utf-16-le"), "带有宏"),
    "an object": ("a.docx", lambda: plus(saved(letter()), {"word/embeddings/oleObject1.bin": b"x"}), "OLE"),
    "a control": ("a.docx", lambda: plus(saved(letter()), {"word/activeX/activeX1.xml": b"<x/>"}), "OLE"),
    "a template far away": ("a.docx", lambda: plus(saved(letter()), {"word/_rels/settings.xml.rels": relation("attachedTemplate")}), "引用外部"),
    "a picture far away": ("a.docx", lambda: plus(saved(letter()), {"word/_rels/header1.xml.rels": relation("image")}), "引用外部"),
    "DDE": ("a.docx", lambda: plus(saved(letter()), {"word/footer9.xml": b"<w:p><w:instrText>DDEAUTO c:\\\\x</w:instrText></w:p>"}), "DDE"),
    "a document type": ("a.docx", lambda: plus(saved(letter()), {"word/footer9.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}), "DTD"),
    "a program in a document": ("a.docx", lambda: plus(saved(letter()), {"word/media/a.exe": PROGRAM}), "程序"),
    "a program in an archive": ("a.zip", lambda: archive({"安装/setup.exe": PROGRAM}), "安装/setup.exe"),
    "a program under another name": ("a.zip", lambda: archive({"照片.jpg": PROGRAM}), "程序"),
    "a script": ("a.zip", lambda: archive({"a.vbs": b"x"}), "程序或脚本"),
    "a page with a script": ("a.zip", lambda: archive({"a.html": b"<html><script>1</script>"}), "带脚本的网页"),
    "SVG": ("a.zip", lambda: archive({"a.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}), "SVG"),
    "a program three archives deep": ("a.zip", lambda: nested(3, PROGRAM, "a.exe"), "程序"),
    "a PDF's script": ("a.pdf", lambda: pdf(OpenAction=action("JavaScript", JS="app.alert(1)")), "JavaScript"),
    "a PDF's start of programs": ("a.pdf", lambda: pdf(AA=pikepdf.Dictionary(WC=action("Launch", F="cmd.exe"))), "外部程序"),
    "a PDF's form": ("a.pdf", lambda: brought.with_button("SubmitForm"), "提交表单"),
    "a PDF's attachment": ("a.pdf", lambda: brought.with_attachment("a.exe", PROGRAM), "内嵌文件"),
    "a PDF's dynamic form": ("a.pdf", lambda: pdf(AcroForm=pikepdf.Dictionary(XFA="x")), "XFA"),
    "a broken PDF that acts": ("a.pdf", lambda: b"%PDF-1.4\n1 0 obj <</S/JavaScript/JS(x)>>", "不能打开"),
    "mail with a program": ("a.eml", lambda: mail(a_exe=PROGRAM), "程序"),
    "mail with a script": ("a.eml", lambda: mail(html="<html><script>1</script></html>"), "带脚本"),
    "a closed archive": ("a.rar", lambda: b"Rar!\x1a\x07\x01\x00" + b"\0" * 99, "不能查看"),
    "a locked PDF": ("a.pdf", lambda: saved(pikepdf.open(BytesIO(pdf())), encryption=pikepdf.Encryption(owner="a", user="b")), "密码"),
    "a locked document": ("a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "密码"),
}  # fmt: skip


@pytest.mark.parametrize("case", ACTIVE)
def test_what_would_act_is_told_and_stays_apart(case: str, tmp_path: Path) -> None:
    name, make, said = ACTIVE[case]
    found = looked(tmp_path, name, make())
    assert said in "；".join(found["remarks"])
    assert found["apart"]


REFUSED: dict[str, tuple[str, Made, str]] = {
    "a name that leads outside": ("a.docx", lambda: plus(saved(letter()), {"../../evil": b"x"}), "以外的位置"),
    "a name of another disk": ("a.zip", lambda: archive({"C:\\a.txt": b"x"}), "以外的位置"),
    "a name that leads outside, within": ("a.zip", lambda: archive({"a.zip": archive({"..\\..\\evil.txt": b"x"})}), "以外的位置"),
    "an archive as a document": ("a.docx", lambda: archive({"a.exe": PROGRAM}), "内容与扩展名 .docx 不符"),
    "half a document": ("a.docx", lambda: saved(letter())[:3000], "已损坏"),
    "too deep": ("a.zip", lambda: nested(7, b"x", "a.txt"), "层层打包"),
    "too many parts": ("a.zip", lambda: archive({f"{n}.txt": b"" for n in range(5_001)}), "解开后太大"),
    "a bomb": ("a.docx", lambda: brought.docx_bomb(40), "解开后太大"),
    "bombs in an archive": ("a.zip", lambda: archive({f"{n}.zip": archive({"0": b"\0" * (9 << 20)}) for n in range(3)}), "解开后太大"),
    "a flood of pixels": ("a.png", lambda: brought.huge_png(60_000), "60000×60000 像素"),
    "a flood of pixels in a document": ("a.docx", lambda: plus(saved(letter()), {"word/media/a.png": brought.huge_png(60_000)}), "像素"),
    "a phone's flood of pixels": ("a.heic", lambda: brought.film(b"heic", size=(60_000, 60_000)), "像素"),
    "a PDF's bomb": ("a.pdf", lambda: brought.flate_bomb(80), "解开后"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_would_do_harm_is_refused_with_a_sentence(case: str, tmp_path: Path) -> None:
    name, make, said = REFUSED[case]
    assert said in looked(tmp_path, name, make()).get("refused", "")


@pytest.mark.proof
@pytest.mark.parametrize(
    ("name", "make", "old", "marked"),
    [
        ("a.docx", lambda: saved(letter("关于某事的函", "机密★10年")), "doc", True),
        ("a.docx", lambda: saved(letter("关于某事的函", "秘 密", "正文")), "doc", True),
        ("a.docx", lambda: brought.in_header("机密"), "doc", True),
        ("a.docx", lambda: saved(letter("保守国家机密", "商业秘密")), "doc", False),
        ("a.docx", lambda: saved(letter("关于某事的函", "机密★10年")), "rtf", True),
        ("a.xlsx", lambda: sheet("序号", "秘密"), "xls", True),
        ("a.xlsx", lambda: sheet("序号", "国家秘密"), "xls", False),
        ("a.xlsx", lambda: sheet("序号", "机密★"), "ods", True),
    ],
)
def test_old_files_as_a_real_office_writes_them(name: str, make: Made, old: str, marked: bool, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(make())
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/p", "--headless", "--convert-to", old, name]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    found = looked(tmp_path, f"a.{old}", (tmp_path / f"a.{old}").read_bytes())
    assert ("带有密级标志" in found.get("refused", "")) is marked
