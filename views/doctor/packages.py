"""The Python packages (Python 软件包): is what is installed what ``requirements.txt`` locks?"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from views.doctor.finding import Finding

LIST = Path(__file__).resolve().parents[2] / "requirements.txt"


def python() -> Iterator[Finding]:
    """Python and the packages of the list, version by version."""
    yield Finding("Python", "ok", f"{sys.version.split()[0]}（{sys.prefix}）")
    locked = [Requirement(line) for line in re.findall(r"^\w.*?(?= \\$)", LIST.read_text("utf-8"), re.MULTILINE)]
    wanted = [package for package in locked if package.marker is None or package.marker.evaluate()]
    wrong = [package.name for package in wanted if _installed(package.name) not in package.specifier]
    if wrong:
        named = "、".join(wrong[:5]) + (" 等" if len(wrong) > 5 else "")
        yield Finding("Python 软件包", "fault", f"{len(wrong)} 个缺少或版本不对：{named}", "rm .venv/.made && make run")
    else:
        yield Finding("Python 软件包", "ok", f"{len(wanted)} 个，与 {LIST.name} 一致")


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "0"
