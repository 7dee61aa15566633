"""Files as people bring them (上传样本): real ones, made here, with a mark, a macro, a bomb or nothing wrong in them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from email.message import EmailMessage
from typing import Any

import docx
import openpyxl
import pikepdf
from docx.oxml import parse_xml
from PIL import Image

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def saved(document: Any, **how: Any) -> bytes:
    out = io.BytesIO()
    document.save(out, **how)
    return out.getvalue()


def zipped(**parts: bytes) -> bytes:
    return archive(parts)


def archive(parts: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return out.getvalue()


def plus(data: bytes, parts: dict[str, bytes]) -> bytes:
    """An archive with more parts, or others of the same name."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        return archive({name: old.read(name) for name in old.namelist()} | parts)


def letter(*lines: str) -> Any:
    document = docx.Document()
    for line in lines or ("关于报送政务公开情况的函", "现将有关情况报告如下。"):
        document.add_paragraph(line)
    return document


def split_runs(*runs: str) -> bytes:
    document = letter()
    paragraph = document.add_paragraph()
    for run in runs:
        paragraph.add_run(run)
    return saved(document)


def in_header(text: str) -> bytes:
    document = letter()
    document.sections[0].header.paragraphs[0].text = text
    return saved(document)


def in_footer(text: str) -> bytes:
    document = letter()
    document.sections[0].footer.paragraphs[0].text = text
    return saved(document)


def in_cell(text: str) -> bytes:
    document = letter()
    document.add_table(1, 2).cell(0, 0).text = text
    return saved(document)


def in_text_box(text: str) -> bytes:
    document = letter()
    document.element.body.insert(0, parse_xml(
        f'<w:p xmlns:w="{WORD}" xmlns:v="urn:schemas-microsoft-com:vml"><w:r><w:pict><v:shape><v:textbox><w:txbxContent>'
        f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    ))  # fmt: skip
    return saved(document)


def watermark(text: str) -> bytes:
    document = letter()
    document.element.body.insert(0, parse_xml(
        f'<w:p xmlns:w="{WORD}" xmlns:v="urn:schemas-microsoft-com:vml"><w:r><w:pict><v:shape>'
        f'<v:textpath style="" string="{text}"/></v:shape></w:pict></w:r></w:p>'
    ))  # fmt: skip
    return saved(document)


def symbol_star() -> bytes:
    document = letter()
    document.element.body.insert(0, parse_xml(
        f'<w:p xmlns:w="{WORD}"><w:r><w:t>机密</w:t></w:r><w:r><w:sym w:font="Wingdings" w:char="F0AB"/></w:r></w:p>'
    ))  # fmt: skip
    return saved(document)


def in_properties(text: str) -> bytes:
    document = letter()
    document.core_properties.subject = text
    return saved(document)


def in_utf16_part(text: str) -> bytes:
    data = saved(letter(text))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        body = packed.read("word/document.xml").decode().replace("UTF-8", "UTF-16")
    return plus(data, {"word/document.xml": body.encode("utf-16")})


def sheet(*cells: str, title: str = "台账", header: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    book.active.append(cells or ("序号", "公开内容"))
    book.active.oddHeader.center.text = header
    return saved(book)


def slides(text: str) -> bytes:
    body = f'<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>{text[:1]}</a:t></a:r><a:r><a:t>{text[1:]}</a:t></a:r></a:p></p:sld>'
    return archive({"[Content_Types].xml": b"<Types/>", "ppt/slides/slide1.xml": body.encode()})


def open_document(text: str) -> bytes:
    body = f'<office:document-content xmlns:office="o" xmlns:text="t"><text:p>{text}</text:p></office:document-content>'
    kind = b"application/vnd.oasis.opendocument.text"
    return archive({"mimetype": kind, "content.xml": body.encode()}, zipfile.ZIP_STORED)


def ofd(text: str) -> bytes:
    page = "".join(f"<ofd:TextObject><ofd:TextCode>{one}</ofd:TextCode></ofd:TextObject>" for one in text)
    return archive(
        {"OFD.xml": b"<ofd:OFD/>", "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page>{page}</ofd:Page>".encode()}
    )


def mail(text: str = "附上照片。", *, html: str = "", **attached: bytes) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "公开情况", "a@example.gov.cn", "b@example.gov.cn"
    message.set_content(text, charset="gb18030" if text.startswith("秘") else "utf-8")
    if html:
        message.add_alternative(html, subtype="html")
    for name, data in attached.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name.replace("_", "."))
    return message.as_bytes()


def pdf(**root: Any) -> bytes:
    with pikepdf.new() as made:
        made.add_blank_page()
        for key, value in root.items():
            made.Root[f"/{key}"] = value
        return saved(made)


def action(kind: str, **more: Any) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), **more)


def with_button(kind: str) -> bytes:
    with pikepdf.new() as made:
        page = made.add_blank_page()
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action(kind, F="x")
        )
        page.Annots = made.make_indirect(pikepdf.Array([link]))
        return saved(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def with_attachment(name: str, data: bytes) -> bytes:
    with pikepdf.new() as made:
        made.add_blank_page()
        made.attachments[name] = data
        return saved(made)


def flate_bomb(megabytes: int) -> bytes:
    packing = zlib.compressobj(9)
    packed = b"".join(packing.compress(b" " * (1 << 20)) for _ in range(megabytes)) + packing.flush()
    with pikepdf.new() as made:
        made.add_blank_page()
        stream = made.make_stream(b"")
        stream.write(packed, filter=pikepdf.Name.FlateDecode)
        made.pages[0].Contents = stream
        return saved(made, compress_streams=False)


def docx_bomb(megabytes: int) -> bytes:
    out = io.BytesIO(saved(letter()))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed, packed.open("word/media/a.bmp", "w") as part:
        for _ in range(megabytes):
            part.write(b"\0" * (1 << 20))
    return out.getvalue()


def huge_png(side: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def picture(kind: str) -> bytes:
    return saved(Image.new("RGB", (40, 30), "white"), format=kind)


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + kind + data


def film(brand: bytes, *, size: tuple[int, int] = (4032, 3024)) -> bytes:
    """What phones write: a file of boxes whose first names the brand."""
    head = box(b"ftyp", brand + b"\0\0\0\0" + brand + b"isom")
    return (
        head + box(b"meta", b"\0" * 4 + box(b"ispe", b"\0" * 4 + struct.pack(">II", *size))) + box(b"mdat", b"\1" * 200)
    )


def nested(depth: int, data: bytes, name: str) -> bytes:
    for level in range(depth):
        data, name = archive({name: data}, zipfile.ZIP_STORED), f"{level}.zip"
    return data


def relation(kind: str, mode: str = "External") -> bytes:
    return (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r9" Type="{OFFICE}/{kind}" Target="http://192.0.2.1/x" TargetMode="{mode}"/></Relationships>'
    ).encode()
