"""The press (排版进程): the only process that runs WeasyPrint; it forks for each document and limits what a fork may use.

Started as ``python -m packets.press``. A line on standard input names a folder with ``job.json``; the fork writes
``out.pdf`` or ``error.json`` there, and a line on standard output says that it is over. It has no business with the
network or with files outside that folder, and an audit hook ends a fork that tries.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse


class ClosedFetcher(URLFetcher):  # type: ignore[misc]
    """Serves what the job brought, by name, and nothing else."""

    def __init__(self, folder: Path, resources: dict[str, str]) -> None:
        super().__init__(allowed_protocols=[], allow_redirects=False)
        self._folder, self._resources = folder, resources
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Raise ValueError for anything that is not one of the job's own resources."""
        name = url.removeprefix("resource:")
        if name == url or name not in self._resources:
            self.refused.append(url[:80])
            raise ValueError("not a resource of this document")
        return URLFetcherResponse(url, (self._folder / self._resources[name]).read_bytes())


def print_document(folder: Path) -> None:
    """Render one job; a resource that cannot be had is an error, never a hole."""
    job = json.loads((folder / "job.json").read_text("utf-8"))
    fetcher = ClosedFetcher(folder, job["resources"])
    at = datetime.fromisoformat(job["at"]) if job["at"] else datetime.now(UTC)
    attachments = [
        weasyprint.Attachment(
            file_obj=BytesIO((folder / one["file"]).read_bytes()),
            name=one["name"],
            description=one["description"],
            relationship=one["relationship"],
            created=at,
            modified=at,
        )
        for one in job["attachments"]
    ]
    document = weasyprint.HTML(string=job["html"], url_fetcher=fetcher, base_url=None)
    data = document.write_pdf(
        pdf_variant=job["variant"],
        attachments=attachments or None,
        font_config=FontConfiguration(),
        pdf_identifier=job["identifier"].encode(),
    )
    if fetcher.refused:
        raise ValueError("refused: " + ", ".join(fetcher.refused))
    (folder / "out.pdf").write_bytes(data)


def _limit(job_bytes: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (job_bytes, job_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_no_network)


def _no_network(event: str, args: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen", "os.system"):
        os._exit(3)


def _fork(folder: Path, job_bytes: int, seconds: int) -> None:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            tempfile.tempdir = str(folder)  # what the fork leaves behind goes with the job
            _limit(job_bytes, seconds)
            print_document(folder)
            status = 0
        except BaseException as error:  # the parent has to learn of whatever it was
            (folder / "error.json").write_text(json.dumps({"error": f"{type(error).__name__}: {error}"[:500]}))
        finally:
            os._exit(status)
    end = time.monotonic() + seconds
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        time.sleep(0.005)


def main() -> None:
    """Warm up, then print one job a line until standard input ends; who waits at a page goes first."""
    os.nice(5)
    weasyprint.HTML(string="<p>台账").write_pdf()
    gc.collect()
    gc.freeze()
    print("ready", flush=True)
    for line in sys.stdin:
        folder, job_bytes, seconds = line.rstrip("\n").split("\t")
        _fork(Path(folder), int(job_bytes), int(seconds))
        print("done", flush=True)


if __name__ == "__main__":
    main()
