"""The checks (检查项目): one row each, its module loaded when its turn comes, so that a missing package is a finding too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from views.doctor.finding import Finding

if TYPE_CHECKING:
    from workflow.record.installation import Installation

MACHINE = "运行环境"
OF_THE_MACHINE = (
    ("Python 软件包", "views.doctor.packages:python"),
    ("系统软件包", "views.doctor.machine:debian"),
)
OF_THE_INSTALLATION = (
    (MACHINE, "数据目录", "views.doctor.machine:home"),
    (MACHINE, "公文字体", "views.doctor.machine:own_fonts"),
    (MACHINE, "调休安排", "views.doctor.machine:working_days"),
    ("数据", "数据库", "views.doctor.holdings:holdings"),
    ("印章与外部服务", "密钥和证书", "views.doctor.trust:keys"),
    ("印章与外部服务", "外部服务", "views.doctor.trust:services"),
)
"""Section, subject, and where the check is (``module:attribute``); it is handed the installation and how thorough to be."""


def examine(opened: Callable[[], Installation], *, full: bool = False) -> Iterator[tuple[str, Finding]]:
    """Every finding under its section; a check that breaks off is a finding too, and the others go on."""
    for subject, place in OF_THE_MACHINE:
        for finding in _guarded(subject, place):
            yield MACHINE, finding
    try:
        here = opened()
    except Exception as error:  # a home that cannot be made, an address that is none, a driver that is missing
        yield "数据", _broken("设置和数据目录", error)
        return
    for section, subject, place in OF_THE_INSTALLATION:
        for finding in _guarded(subject, place, here, full):
            yield section, finding


def _guarded(subject: str, place: str, *given: Any) -> Iterator[Finding]:
    try:
        yield from resolve_name(place)(*given)
    except Exception as error:  # whatever is broken: telling it is what the doctor is for
        yield _broken(subject, error)


def _broken(subject: str, error: Exception) -> Finding:
    said = " ".join(str(error).split())
    if type(error).__name__ == "Invalid":
        return Finding(subject, "fault", said)
    return Finding(subject, "fault", f"没有检查成：{type(error).__name__}（{said[:300]}）", "先处理其他 ✗，再检查一次")
