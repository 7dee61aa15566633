"""The lists that are installed (依赖清单): complete, since pip resolves nothing, and without anything that nobody asks for."""

from __future__ import annotations

import platform
import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
ASKED = {
    "requirements.txt": PROJECT["project"]["dependencies"],
    "requirements-dev.txt": PROJECT["dependency-groups"]["dev"],
    "requirements-build.txt": PROJECT["dependency-groups"]["build"],
}
PYTHONS = ("3.11.2", "3.12.0", "3.13.0")


def applies(wanted: Requirement, python: str, extras: Iterable[str] = ("",)) -> bool:
    """Whether a requirement counts on this system under a Python, for any of the extras asked for."""
    here = {"python_version": python.rpartition(".")[0], "python_full_version": python}
    return wanted.marker is None or any(wanted.marker.evaluate(here | {"extra": extra}) for extra in extras)


def locked(name: str, python: str) -> dict[str, str]:
    """Package → version of one list, as it is read under a Python."""
    lines = re.findall(r"^[A-Za-z0-9].*?(?= \\$)", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    entries = [Requirement(line) for line in lines]
    return {canonicalize_name(e.name): str(e.specifier).removeprefix("==") for e in entries if applies(e, python)}


def followed(asked: Iterable[str], python: str) -> Iterator[Requirement]:
    """What is asked for, and what that asks for, extras included; a package that is not installed here asks for nothing."""
    waiting, seen = [Requirement(line) for line in asked], set[tuple[str, str]]()
    while waiting:
        wanted = waiting.pop()
        yield wanted
        name = canonicalize_name(wanted.name)
        fresh = {"", *wanted.extras} - {extra for known, extra in seen if known == name}
        seen |= {(name, extra) for extra in fresh}
        try:
            further = [Requirement(line) for line in requires(name) or ()] if fresh else []
        except PackageNotFoundError:
            continue
        waiting += [r for r in further if applies(r, python, fresh)]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", ASKED)
def test_a_list_holds_all_that_is_asked_for_and_nothing_else(name: str, python: str) -> None:
    pinned = locked(name, python)
    assert len(pinned) > 2
    wanted = list(followed(ASKED[name], python))
    missing = [
        str(r)
        for r in wanted
        if (v := pinned.get(canonicalize_name(r.name))) is None or not r.specifier.contains(v, prereleases=True)
    ]
    assert not missing
    assert pinned.keys() <= {canonicalize_name(r.name) for r in wanted}, "in the list, and nobody asks for it"


@pytest.mark.parametrize("name", ASKED)
def test_what_is_installed_is_what_is_locked(name: str) -> None:
    pinned = locked(name, platform.python_version())
    assert {package: version(package) for package in pinned} == pinned


def test_the_lists_agree_and_every_package_has_hashes() -> None:
    versions: dict[str, set[str]] = {}
    for name in ASKED:
        text = (ROOT / name).read_text("utf-8")
        blocks = re.split(r"\n(?=\S)", text.strip())
        assert all("--hash=sha256:" in block for block in blocks)
        for package, pinned in locked(name, PYTHONS[0]).items():
            versions.setdefault(package, set()).add(pinned)
    assert {package for package, several in versions.items() if len(several) > 1} == set()
