"""Fetch the browser assets (第三方前端资源) from npm once, into this folder: ``python static/vendor/fetch.py``.

Only minified files that pages load are kept, with their licences. Source map comments, font imports and fallbacks that
name another host or a file we do not keep are cut. ``VERSIONS.json`` holds every version and SHA-256;
``tests/house/test_vendor.py`` compares them.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent

PACKAGES: dict[str, tuple[str, str, dict[str, str]]] = {
    # folder: (npm package, version, {path inside the package: path here})
    "adminlte": (
        "admin-lte",
        "4.9.1",
        {"dist/css/adminlte.min.css": "adminlte.min.css", "LICENSE": "LICENSE"},
    ),
    "bootstrap": (
        "bootstrap",
        "5.3.8",
        {"dist/js/bootstrap.bundle.min.js": "bootstrap.bundle.min.js", "LICENSE": "LICENSE"},
    ),
    "bootstrap-icons": (
        "bootstrap-icons",
        "1.13.2",
        {
            "font/bootstrap-icons.min.css": "bootstrap-icons.min.css",
            "font/fonts/bootstrap-icons.woff2": "fonts/bootstrap-icons.woff2",
            "LICENSE": "LICENSE",
        },
    ),
    "htmx": ("htmx.org", "2.0.11", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"}),
    "echarts": (
        "echarts",
        "6.1.0",
        {"dist/echarts.common.min.js": "echarts.common.min.js", "LICENSE": "LICENSE", "NOTICE": "NOTICE"},
    ),
}

SOURCE_MAP = re.compile(rb"\n?(//[#@] ?sourceMappingURL=\S+|/\*[#@] ?sourceMappingURL=[^*]+\*/)\s*$")
OUTSIDE_IMPORT = re.compile(rb"@import\s+(url\()?[\"']?(https?:)?//[^;]+;")
WOFF_FALLBACK = re.compile(rb",url\([^)]*\.woff(\?[^)]*)?\) format\([\"']woff[\"']\)")


def clean(content: bytes, name: str) -> bytes:
    """The same asset without anything that would make a browser ask for a file we do not serve."""
    if not name.endswith((".css", ".js")):
        return content
    content = SOURCE_MAP.sub(b"\n", content)
    return WOFF_FALLBACK.sub(b"", OUTSIDE_IMPORT.sub(b"", content))


def fetch(folder: str, package: str, version: str, files: dict[str, str]) -> dict[str, str]:
    """Unpack the wanted files of one package; answers path here → SHA-256."""
    digests = {}
    with tempfile.TemporaryDirectory() as scratch:
        command = ["npm", "pack", "--silent", f"{package}@{version}"]
        done = subprocess.run(command, cwd=scratch, check=True, capture_output=True, text=True)
        with tarfile.open(Path(scratch) / done.stdout.split()[-1]) as archive:
            for source, target in files.items():
                member = archive.extractfile(f"package/{source}")
                if member is None:
                    raise FileNotFoundError(f"{package}: {source}")
                content = clean(member.read(), target)
                path = HERE / folder / target
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                digests[f"{folder}/{target}"] = hashlib.sha256(content).hexdigest()
    return digests


def main() -> None:
    """Fetch everything and write down what was fetched."""
    record = {}
    for folder, (package, version, files) in PACKAGES.items():
        record[folder] = {"package": package, "version": version, "files": fetch(folder, package, version, files)}
    text = json.dumps(record, indent=2, sort_keys=True)
    (HERE / "VERSIONS.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
