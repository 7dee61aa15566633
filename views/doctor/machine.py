"""The machine (运行环境): what Debian has to hold, the office's fonts, and room for its data."""

from __future__ import annotations

import ctypes
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from intake.programs import has
from packets import fonts
from views.doctor.finding import Finding
from workflow.record.calendar import OWN, arrangement_known, day_of
from workflow.record.installation import Installation
from workflow.record.room import shortage

GIB = 1 << 30


@dataclass(frozen=True)
class Part:
    """What a part of the system needs of Debian (系统软件包), and what does not work without it."""

    name: str
    packages: tuple[str, ...]
    there: Callable[[], bool]
    without: str
    needed: bool = False


def debian() -> Iterator[Finding]:
    """Libraries and programs of the system, one row a part."""
    for part in PARTS:
        if part.there():
            yield Finding(part.name, "ok", "已安装")
        else:
            mend = "sudo apt-get install -y --no-install-recommends " + " ".join(part.packages)
            yield Finding(part.name, "fault" if part.needed else "told", f"没有安装：{part.without}", mend)


def own_fonts(here: Installation, full: bool) -> Iterator[Finding]:
    """The office's own 仿宋, 楷体 and 小标宋, without which papers are set in 宋体."""
    folder, found = here.settings.fonts, fonts.own_faces(here.settings)
    if len(found) == len(fonts.OWN):
        yield Finding("公文字体", "ok", "、".join(face.path.name for face in found))
    else:
        why = "字体不全" if folder.is_dir() else "没有这个目录"
        yield Finding("公文字体", "told", f"{folder}：{why}，仿宋、楷体、小标宋用宋体代替", "make fonts")


def home(here: Installation, full: bool) -> Iterator[Finding]:
    """The folder of all data: closed to others, with room for what comes."""
    folder = here.settings.home.resolve()
    free = shutil.disk_usage(folder).free
    said = f"{folder}，磁盘剩余 {free / GIB:.1f} GB"
    short = shortage(here.settings)
    if short:
        yield Finding("数据目录", "fault", f"{said}；{short}", "清理磁盘或扩容")
    elif free < 10 * GIB:
        yield Finding("数据目录", "told", f"{said}，不足 10 GB", "清理磁盘或扩容")
    elif folder.stat().st_mode & 0o077:
        yield Finding("数据目录", "told", f"{said}，本机其他用户可以进入", f"chmod 700 {folder}")
    else:
        yield Finding("数据目录", "ok", said)


def working_days(here: Installation, full: bool) -> Iterator[Finding]:
    """The exchanged days of the years that limits are counted in: this one, and from December on the next."""
    today, own = day_of(here.clock()), here.settings.common.resolve() / OWN
    for year in sorted({today.year, (today + timedelta(31)).year}):
        if arrangement_known(year):
            yield Finding("调休安排", "ok", f"{year} 年已收录")
        else:
            said = f"{year} 年的放假调休还没有收录，工作日按周末和法定节日估算"
            yield Finding("调休安排", "told", said, f"把公布的日子逐行写入 {own}，如“{year}-10-06 放假”，然后重新启动")


def _loads(*libraries: str) -> Callable[[], bool]:
    def there() -> bool:
        try:
            return all(ctypes.CDLL(library) for library in libraries)
        except OSError:
            return False

    return there


def _base_fonts() -> bool:
    return all((fonts.BASE / f"{collection}.ttc").is_file() for _, _, collection in fonts.OPEN)


_PAPERS = "不能生成证据包、台账 PDF 和年度卷宗"
PARTS = (
    Part(
        "排版库 Pango",
        ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
        _loads("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"),
        _PAPERS,
        needed=True,
    ),
    Part("文件类型识别", ("libmagic1",), _loads("libmagic.so.1"), "不能上传证明材料", needed=True),
    Part("中文字体", ("fonts-noto-cjk",), _base_fonts, _PAPERS, needed=True),
    Part(
        "根证书",
        ("ca-certificates",),
        Path("/etc/ssl/certs/ca-certificates.crt").is_file,
        "不能与邮件服务器、群机器人和时间戳服务加密连接",
    ),
    Part(
        "LibreOffice", ("libreoffice-writer-nogui",), partial(has, "office"), "不能读入 .doc、.wps、.rtf、.odt 和 .ods"
    ),
)
"""One row a part; every package named here is named in the Makefile too."""
