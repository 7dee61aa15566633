"""Old Word and WPS documents (.doc, .wps): brought to .docx by LibreOffice where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from intake.blocks import Document
from intake.formats import word
from workflow.errors import Unreadable

SECONDS = 60


def read(data: bytes, name: str) -> Document:
    """Convert with a profile of its own, then read. Raises Unreadable, also where LibreOffice is missing."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise Unreadable(
            f"没有读到任务表：{name}是旧版 Word 或 WPS 文档，服务器没有安装 LibreOffice，不能转换；请另存为 .docx 后再读入。"
        )
    with tempfile.TemporaryDirectory(prefix="office-") as folder:
        source = Path(folder) / "source.doc"
        source.write_bytes(data)
        command = [
            program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--nolockcheck",
            "--convert-to", "docx:MS Word 2007 XML", "--outdir", folder, str(source),
        ]  # fmt: skip
        try:
            subprocess.run(command, cwd=folder, timeout=SECONDS, check=True, capture_output=True)
            converted = (Path(folder) / "source.docx").read_bytes()
        except (subprocess.SubprocessError, OSError):
            raise Unreadable(
                f"没有读到任务表：{name}不能转换，可能已损坏或设有密码；请另存为 .docx 后再读入。"
            ) from None
    return word.read(converted, name)
