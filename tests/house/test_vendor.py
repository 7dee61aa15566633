"""Browser assets (第三方前端资源): what was fetched is what is served, and no page asks another host for anything."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
RECORD = json.loads((VENDOR / "VERSIONS.json").read_text(encoding="utf-8"))
FILES = {name: digest for entry in RECORD.values() for name, digest in entry["files"].items()}
TEXTS = sorted(f for f in STATIC.rglob("*") if f.suffix in {".css", ".js", ".svg"})
PAGES = sorted((ROOT / "templates").rglob("*.html"))

NAMED_NOT_FETCHED = {
    "adminlte.io",  # the rest stand in licence comments and messages of errors
    "getbootstrap.com",
    "github.com",
    "icons.getbootstrap.com",
    "opensource.org",
    "popper.js.org",
    "www.apache.org",
    "www.w3.org",  # XML namespaces
}
MAX_BYTES = 4 * 1024 * 1024


def label(path: Path) -> str:
    """The path as pytest shows it."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("name", FILES)
def test_files_are_as_fetched(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == FILES[name]


def test_nothing_lies_beside_the_record() -> None:
    lying = {
        f.relative_to(VENDOR).as_posix() for f in VENDOR.rglob("*") if f.is_file() and "__pycache__" not in f.parts
    }
    assert lying == FILES.keys() | {"VERSIONS.json", "fetch.py"}
    assert sum((VENDOR / name).stat().st_size for name in FILES) < MAX_BYTES


@pytest.mark.parametrize("folder", RECORD)
def test_every_package_carries_its_licence(folder: str) -> None:
    assert f"{folder}/LICENSE" in FILES


@pytest.mark.parametrize("path", TEXTS, ids=label)
def test_assets_load_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "sourceMappingURL" not in text
    assert not re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", text)
    hosts = set(re.findall(r"https?://([\w.-]+)", text))
    assert hosts <= NAMED_NOT_FETCHED


@pytest.mark.parametrize("path", [f for f in TEXTS if f.suffix == ".css"], ids=label)
def test_stylesheets_refer_to_files_that_are_here(path: Path) -> None:
    wanted = re.findall(r"url\([\"']?(?!data:)([^\"')?#]+)", path.read_text(encoding="utf-8"))
    assert not [name for name in wanted if not (path.parent / name).is_file()]


@pytest.mark.parametrize("path", [STATIC / "app.css", VENDOR / "adminlte/adminlte.min.css"], ids=label)
def test_stylesheets_work_on_chromium_109(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"color-mix\(|oklch\(|oklab\(|light-dark\(|@layer|@scope|text-wrap:\s*balance", text)


@pytest.mark.parametrize("path", PAGES, ids=label)
def test_pages_name_no_outside_host(path: Path) -> None:
    assert not re.search(r"(src|href|action|content)=[\"'](https?:)?//", path.read_text(encoding="utf-8"))


def test_our_stylesheet_stays_short() -> None:
    assert len((STATIC / "app.css").read_text(encoding="utf-8").splitlines()) <= 165
