"""Virus scanning (查毒) by the office's own clamd: bytes go to it as a stream, so that it needs no right to our files.

The protocol is INSTREAM of clamd(8): lengths of four bytes before each chunk, a zero at the end, one line as answer.
"""

from __future__ import annotations

import re
import socket
import struct
from contextlib import suppress
from typing import BinaryIO

CHUNK, SECONDS = 1 << 18, 60
"""clamd answers a hundred megabytes in some seconds."""


class Unanswered(Exception):
    """clamd is not there, or did not say whether the file is clean; its own words where it had any."""


def scan(where: str, stream: BinaryIO) -> str:
    """The name of the virus in a stream, empty where there is none. ``where``: a socket's path, or host:port.

    Raises Unanswered.
    """
    try:
        with _connected(where) as line:
            _send(line, stream)
            said = _answer(line)
    except (OSError, ValueError) as error:
        raise Unanswered(type(error).__name__) from None
    found = re.fullmatch(r"stream: (.+) FOUND", said)
    if found:
        return found[1][:80]
    if said != "stream: OK":
        raise Unanswered(said[:80])
    return ""


def version(where: str) -> str:
    """What clamd calls itself, with the number of its signatures. Raises Unanswered."""
    try:
        with _connected(where) as line:
            line.sendall(b"zVERSION\0")
            return _answer(line)[:80]
    except (OSError, ValueError) as error:
        raise Unanswered(type(error).__name__) from None


def _connected(where: str) -> socket.socket:
    host, colon, port = where.rpartition(":")
    if colon and port.isdigit() and "/" not in where:
        return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(SECONDS)
    try:
        line.connect(where.removeprefix("unix:"))
    except OSError:
        line.close()
        raise
    return line


def _send(line: socket.socket, stream: BinaryIO) -> None:
    """The whole stream, or as much as is taken: clamd says that a file is too large for it and hangs up in the middle."""
    with suppress(BrokenPipeError, ConnectionResetError):
        line.sendall(b"zINSTREAM\0")
        while chunk := stream.read(CHUNK):
            line.sendall(struct.pack(">I", len(chunk)) + chunk)
        line.sendall(struct.pack(">I", 0))


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < 4096:
        more = line.recv(4096)
        if not more:
            break
        said += more
    return said.rstrip(b"\0\n").decode("utf-8", "replace")
