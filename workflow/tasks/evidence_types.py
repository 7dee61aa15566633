"""What may be evidence (证明材料格式): the endings taken, and what the bytes behind each must be."""

from __future__ import annotations

import re

import magic

from workflow.record.errors import Invalid

HEAD = 1 << 16
"""Bytes of a file that are looked at."""

_OLE = ("application/x-ole-storage", "application/cdfv2", "application/vnd.ms-office")
_ZIP = ("application/zip", "application/x-zip-compressed", "application/octet-stream")
_FILM = ("video/mp4", "video/quicktime", "video/x-m4v")
_OFFICE = "application/vnd.openxmlformats-officedocument"
TAKEN: dict[str, tuple[str, ...]] = {
    "pdf": ("application/pdf",),
    "ofd": (*_ZIP, "application/ofd"),
    "doc": ("application/msword", *_OLE),
    "wps": ("application/msword", "application/wps-office.wps", *_OLE, *_ZIP),
    "xls": ("application/vnd.ms-excel", *_OLE),
    "et": ("application/vnd.ms-excel", "application/wps-office.et", *_OLE, *_ZIP),
    "ppt": ("application/vnd.ms-powerpoint", *_OLE),
    "dps": ("application/vnd.ms-powerpoint", "application/wps-office.dps", *_OLE, *_ZIP),
    "docx": (f"{_OFFICE}.wordprocessingml.document", *_ZIP),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", *_ZIP),
    "pptx": (f"{_OFFICE}.presentationml.presentation", *_ZIP),
    "odt": ("application/vnd.oasis.opendocument.text", *_ZIP),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", *_ZIP),
    "odp": ("application/vnd.oasis.opendocument.presentation", *_ZIP),
    "eml": ("message/", "text/"),
    "jpg": ("image/jpeg",),
    "jpeg": ("image/jpeg",),
    "png": ("image/png",),
    "gif": ("image/gif",),
    "bmp": ("image/bmp", "image/x-ms-bmp"),
    "tif": ("image/tiff",),
    "tiff": ("image/tiff",),
    "webp": ("image/webp",),
    "heic": ("image/heic", "image/heif"),
    "heif": ("image/heif", "image/heic"),
    "txt": ("text/",),
    "csv": ("text/", "application/csv"),
    "zip": _ZIP[:2],
    "rar": ("application/x-rar", "application/vnd.rar"),
    "7z": ("application/x-7z-compressed",),
    "mp3": ("audio/mpeg",),
    "wav": ("audio/x-wav", "audio/wav", "audio/vnd.wave"),
    "amr": ("audio/amr",),
    "aac": ("audio/x-hx-aac", "audio/aac", "audio/x-aac"),
    "m4a": ("audio/x-m4a", "audio/mp4", *_FILM),
    "mp4": _FILM,
    "mov": _FILM,
    "3gp": ("video/3gpp", *_FILM),
}
"""Ending → media types (or their beginnings) that libmagic may name for it."""

_PICTURES = {kind for kinds in TAKEN.values() for kind in kinds if kind.startswith("image/")}
"""What phones and messengers call by each other's endings: a picture is told by its bytes."""
ACCEPT = ",".join(f".{ending}" for ending in TAKEN)
_STARTS = {"pdf": b"%PDF-", "docx": b"PK\x03\x04", "xlsx": b"PK\x03\x04", "pptx": b"PK\x03\x04", "ofd": b"PK\x03\x04"}
_ACTIVE = re.compile(rb"<!doctype\s+html|<html[\s>]|<script[\s>]|<svg[\s>]|<\?php|^\s*#!(?!AMR)", re.IGNORECASE)
"""Marks of a page or a script at the head of a file that claims to be something else."""
_SCRIPT = (
    "text/html",
    "text/x-shellscript",
    "text/x-php",
    "text/x-msdos-batch",
    "text/javascript",
    "text/x-perl",
    "text/x-ruby",
)


def admit(name: str, head: bytes) -> str:
    """The media type of a file whose name and first bytes are given. Raises Invalid for what is not taken."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if not ending:
        raise Invalid(f"文件「{name}」没有扩展名，无法判断格式，请补上（例如 .pdf）后重新上传。")
    if ending not in TAKEN:
        raise Invalid(
            f"文件「{name}」的格式 .{ending} 不能作为证明材料；请上传 PDF、OFD、Office/WPS 文档、图片、文本、邮件、压缩包或音视频。"
        )
    if not head:
        raise Invalid(f"文件「{name}」是空的（0 字节），请检查后重新选择。")
    found = magic.from_buffer(head, mime=True).lower()
    if found == "application/octet-stream" and TAKEN[ending][0] == "text/" and b"\0" not in head:
        found = "text/plain"  # a few characters are too few for libmagic
    if ending == "eml" and found in ("text/html", "application/octet-stream"):
        found = "message/rfc822"  # a mail whose body is a page is still a mail; its inside is looked into
    alike = found in _PICTURES and TAKEN[ending][0] in _PICTURES
    fits = alike or (found.startswith(TAKEN[ending]) and head.startswith(_STARTS.get(ending, b"")))
    if not fits or found in _SCRIPT or (ending != "eml" and _ACTIVE.search(head[:1024])):
        raise Invalid(
            f"文件「{name}」的内容与扩展名 .{ending} 不符，或带有可执行内容；请用原来的软件另存为正确格式后重新上传。"
        )
    return found if alike or TAKEN[ending][0] == "text/" else TAKEN[ending][0]
