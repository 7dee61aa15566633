"""Judging a stranger's file (隔离验证): in a process of its own with limits on memory, time and network.

Started as ``python -m packets.isolation FOLDER``; the folder holds the file, the anchors and the answer.
"""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from packets.verdict import Verification, failed

ROOT = Path(__file__).resolve().parent.parent
MEMORY, SECONDS = 2 << 30, 120


def verify_isolated(
    pdf: bytes, *, anchors: Sequence[bytes], registered: str | None = None, kind: str = "packet"
) -> Verification:
    """:func:`packets.verify.verify` (or ``verify_document`` for ``kind="document"``) where a hostile file can do no harm.

    Too much memory or time, or a crash, is 不通过.
    """
    with tempfile.TemporaryDirectory(prefix="verify-") as name:
        folder = Path(name)
        (folder / "file.pdf").write_bytes(pdf)
        question = {"anchors": [anchor.decode("ascii", "replace") for anchor in anchors], "registered": registered}
        (folder / "question.json").write_text(json.dumps({**question, "kind": kind}))
        command = [sys.executable, "-m", "packets.isolation", name]
        try:
            subprocess.run(command, cwd=ROOT, timeout=SECONDS, check=True, capture_output=True)
            return Verification.from_json(json.loads((folder / "answer.json").read_text("utf-8")))
        except (subprocess.SubprocessError, OSError, ValueError):
            return failed("验证超出时间或内存限度，文件可能被恶意构造。")


def main() -> None:
    """Judge the file in the folder named on the command line."""
    folder = Path(sys.argv[1])
    question = json.loads((folder / "question.json").read_text())
    verify = importlib.import_module("packets.verify")  # pyHanko is loaded here, never in the web process
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_no_network)
    pdf = (folder / "file.pdf").read_bytes()
    anchors = [text.encode() for text in question["anchors"]]
    if question["kind"] == "document":
        result = verify.verify_document(pdf, anchors=anchors)
    else:
        result = verify.verify(pdf, anchors=anchors, registered=question["registered"])
    (folder / "answer.json").write_text(json.dumps(result.to_json(), ensure_ascii=False), "utf-8")


def _no_network(event: str, args: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system"):
        raise PermissionError(event)


if __name__ == "__main__":
    main()
