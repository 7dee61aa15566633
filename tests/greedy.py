"""What a file may make its reader do (贪食): run in the limited process, which must end it; imports nothing, so it is there at once."""

from __future__ import annotations

from typing import Any


def hungry(data: bytes, question: Any) -> int:
    return len(b"x" * (8 << 30))


def endless(data: bytes, question: Any) -> None:
    while True:
        pass


def fetching(data: bytes, question: Any) -> None:
    import socket

    socket.create_connection(("127.0.0.1", 9), timeout=1)


def starting(data: bytes, question: Any) -> None:
    import subprocess

    subprocess.run(["true"], check=True)


def peaceful(data: bytes, question: Any) -> int:
    return len(data)
