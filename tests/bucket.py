"""A bucket of the tests' own (对象存储): moto's server, a mock of S3 in this process, behind a line that breaks or is slow as told."""

from __future__ import annotations

import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import requests
from moto.server import ThreadedMotoServer

KEYS = {"aws_access_key_id": "taizhang", "aws_secret_access_key": "not a secret", "aws_region": "us-east-1"}
PREFIX = "office"
OWNER = {"Authorization": f"AWS4-HMAC-SHA256 Credential={KEYS['aws_access_key_id']}/20260101/us-east-1/s3/aws4_request"}
"""The mock looks at whose key it is, not at the signature."""


class Line:
    """A line to the server (线路): breaks after so many bytes as often as it is told; each piece waits a moment."""

    def __init__(self, port: int) -> None:
        self._port, self.breaks, self.after, self.pause, self.opened = port, 0, 0, 0.0, 0
        self.cut = False
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Nobody comes in any more."""
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                self.opened += 1
                far = socket.create_connection(("127.0.0.1", self._port))
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        carried = 0
        with suppress(OSError):
            while data := one.recv(1 << 16):
                time.sleep(self.pause)
                carried += len(data)
                if self.cut or self._breaks_now(carried):
                    break
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            one.close()

    def _breaks_now(self, carried: int) -> bool:
        if self.breaks and carried > self.after:
            self.breaks -= 1
            return True
        return False


class Bucket:
    """A bucket as its administrator has it in hand, who needs no line (存储桶)."""

    def __init__(self, server: str, line: Line) -> None:
        self.line, self.name = line, f"b{secrets.token_hex(6)}"
        self._address = f"{server}/{self.name}"
        self.make()

    def make(self) -> None:
        """Bring it into being."""
        assert requests.put(self._address, headers=OWNER, timeout=60).ok

    def remove(self) -> None:
        """With whatever is in it."""
        for key in self.names():
            self.delete(key)
        assert requests.delete(self._address, headers=OWNER, timeout=60).ok

    def names(self) -> list[str]:
        """The names of its first thousand objects."""
        listed = requests.get(f"{self._address}?list-type=2", headers=OWNER, timeout=60).text
        return [part.partition("</Key>")[0] for part in listed.split("<Key>")[1:]]

    def put(self, key: str, data: bytes) -> None:
        """Lay something in it behind everybody's back."""
        assert requests.put(f"{self._address}/{key}", data=data, headers=OWNER, timeout=60).ok

    def delete(self, key: str) -> None:
        """Take something out of it behind everybody's back."""
        assert requests.delete(f"{self._address}/{key}", headers=OWNER, timeout=60).ok

    def unfinished(self) -> bool:
        """Whether parts of an upload lie about that nobody has put together."""
        return "<Upload>" in requests.get(f"{self._address}?uploads", headers=OWNER, timeout=60).text

    @property
    def settings(self) -> dict[str, Any]:
        """What an installation is told of it."""
        options = KEYS | {"aws_endpoint": f"http://127.0.0.1:{self.line.port}"}
        return {"storage_url": f"s3://{self.name}/{PREFIX}", "storage_options": options}


def where(sha256: str) -> str:
    """The name of a blob in the bucket."""
    return f"{PREFIX}/{sha256[:2]}/{sha256}"


@contextmanager
def serving() -> Iterator[str]:
    """The address of the mock."""
    mock = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    mock.start()
    host, port = mock.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        mock.stop()


@contextmanager
def bucket_of(server: str) -> Iterator[Bucket]:
    """A new bucket and its line."""
    line = Line(int(server.rpartition(":")[2]))
    try:
        yield Bucket(server, line)
    finally:
        line.close()


def blobs(folder: Path) -> list[str]:
    """The names of everything that lies in a folder of blobs."""
    return sorted(path.name for path in (folder / "blobs").glob("*/*"))
