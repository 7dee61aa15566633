"""The clean room (洁净环境): a fresh clone on a bare Debian must come to its first page and to a sound `doctor`.

`make clean-room` runs it, as root: debootstrap makes a root that holds python3, make, git and ca-certificates and knows
where this machine gets its packages, and nothing else of it. Where no such root can be made, an environment without
variables stands in, and a line says so. It runs before anything is installed: standard library alone.
"""

from __future__ import annotations

import configparser
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import URLError

SOURCE = Path(__file__).resolve().parent.parent
SUITE = "bookworm"
HOLDS = ("python3", "make", "git", "ca-certificates")
PATIENCE = 1500
"""Seconds until the first page: the registries may be slow."""
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
ADDRESSES = {f"{scheme}_proxy" for scheme in ("http", "https", "no", "all")} | {
    "pip_index_url", "pip_extra_index_url", "pip_trusted_host", "pip_proxy", "pip_cert", "pip_default_timeout",
}  # fmt: skip
PIP_KEYS = ("index-url", "extra-index-url", "trusted-host", "proxy", "cert", "timeout")


class NoRoot(Exception):
    """Why no root can be made here."""


class Room:
    """A place where nothing lies but what was put there: how to run a command in it, and where its files are."""

    def __init__(self, folder: Path, root: Path | None) -> None:
        self.folder, self.root = folder, root
        self.home = self.inside(folder)
        addresses = {name: value for name, value in os.environ.items() if name.lower() in ADDRESSES}
        self.environment = {"PATH": PATH, "HOME": self.home, "LANG": "C.UTF-8", **pip_addresses(), **addresses}

    def inside(self, path: Path) -> str:
        """The path as it is called in the room."""
        return str(path) if self.root is None else f"/{path.relative_to(self.root)}"

    def start(self, words: list[str], *, log: Path | None = None, **variables: str) -> subprocess.Popen[str]:
        """A command of the room's own, in its home; with a root, in name spaces that end with it."""
        if self.root is not None:
            words = [*apart(f"--root={self.root}", f"--wd={self.home}"), *words]
        output = log.open("w") if log else None
        return subprocess.Popen(
            words, cwd=self.folder, env=self.environment | variables, stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT if log else None, start_new_session=True, text=True,
        )  # fmt: skip

    def run(self, words: list[str], **variables: str) -> None:
        """A command that must succeed."""
        status = self.start(words, **variables).wait(PATIENCE)
        if status:
            sys.exit(f"Clean room: {' '.join(words)} ended with status {status}")


def apart(*more: str) -> list[str]:
    """Before a command: what it mounts is seen by nobody else, and all that it starts ends with it."""
    return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", *more]


def output_of(*words: str) -> str:
    """What a command of this machine prints, or nothing."""
    try:
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


def sources() -> list[str]:
    """The lines by which apt finds the suite on this machine, its main archive first."""
    for _ in range(2):
        listed = output_of(
            "apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)", "Created-By: Packages"
        )
        lines = {tuple(line.split()) for line in listed.splitlines() if len(line.split()) == 3}
        found = sorted(line for line in lines if line[1].startswith(SUITE))
        if any(line[1] == SUITE for line in found):
            return [f"deb {' '.join(line)}" for line in sorted(found, key=lambda line: line[1] != SUITE)]
        subprocess.run(["apt-get", "update", "-qq"], check=False)
    raise NoRoot(f"apt names no {SUITE} here")


def make_root(root: Path) -> None:
    """Debian's smallest system with what the README asks for. Raises NoRoot where that cannot be."""
    if os.getuid() != 0:
        raise NoRoot("not root")
    if not shutil.which("debootstrap"):
        raise NoRoot("no debootstrap")
    if subprocess.run([*apart(), "true"], check=False, capture_output=True).returncode:
        raise NoRoot("no name spaces")
    lines = sources()
    made = subprocess.run(
        [*apart(), "debootstrap", "--variant=minbase", f"--include={','.join(HOLDS)}", SUITE, str(root), lines[0].split()[1]],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        raise NoRoot("debootstrap: " + " ".join(made.stdout.splitlines()[-2:]))
    (root / "etc/apt/sources.list").write_text("\n".join(lines) + "\n")
    tell_addresses(root)


def tell_addresses(root: Path) -> None:
    """How this machine reaches its registries: names, proxies, mirrors and the office's own root certificates."""
    for name in ("etc/resolv.conf", "etc/hosts"):
        if Path("/", name).is_file():
            shutil.copyfile(Path("/", name), root / name)
    proxies = [
        line
        for line in output_of("apt-config", "dump").splitlines()
        if line.startswith(("Acquire::http::", "Acquire::https::"))
    ]
    (root / "etc/apt/apt.conf.d/00addresses").write_text("\n".join(proxies) + "\n")
    for own in Path("/usr/local/share/ca-certificates").glob("*.crt"):
        shutil.copyfile(own, root / "usr/local/share/ca-certificates" / own.name)
    subprocess.run(["chroot", str(root), "update-ca-certificates"], check=True, capture_output=True, env={"PATH": PATH})


def pip_addresses() -> dict[str, str]:
    """What pip's own settings say of addresses, as variables; folders and constraints of this machine are left behind."""
    home = Path.home()
    files = ["/etc/xdg/pip/pip.conf", "/etc/pip.conf", home / ".pip/pip.conf", home / ".config/pip/pip.conf"]
    settings = configparser.RawConfigParser()
    settings.read([*files, os.environ.get("PIP_CONFIG_FILE", "/dev/null")])
    said = settings["global"] if settings.has_section("global") else {}
    kept = {key: said[key] for key in PIP_KEYS if key in said and "file:" not in said[key]}
    return {"PIP_CONFIG_FILE": "/dev/null", **{f"PIP_{key.upper().replace('-', '_')}": kept[key] for key in kept}}


@contextmanager
def room() -> Iterator[Room]:
    """A bare root, else an empty environment; gone in either case."""
    with tempfile.TemporaryDirectory(prefix="clean-room-", ignore_cleanup_errors=True) as folder:
        root, home = Path(folder) / "root", Path(folder) / "home"
        try:
            make_root(root)
            home = root / "root"
            print(f"Clean room: a bare Debian {SUITE} with {', '.join(HOLDS)}", flush=True)
            made = Room(home, root)
        except NoRoot as why:
            home.mkdir()
            made = Room(home, None)
            print(
                f"Clean room: NO BARE ROOT ({why}), an empty environment instead: Debian's packages are this machine's",
                flush=True,
            )
        yield made


@contextmanager
def served(room: Room, clone: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """`make run`; what it prints is shown where it fails, and it ends with us."""
    log = clone.parent / "run.log"
    running = room.start(["make", "-C", room.inside(clone), "run"], log=log, TAIZHANG_PORT=str(port))
    try:
        yield running
    except BaseException:
        print(log.read_text(errors="replace")[-4000:], file=sys.stderr)
        raise
    finally:
        with ExitStack() as quietly:
            quietly.callback(running.wait)
            os.killpg(running.pid, signal.SIGKILL)


def first_page(running: subprocess.Popen[str], port: int) -> None:
    """Wait for the page that asks who is there."""
    until = time.monotonic() + PATIENCE
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < until:
        if running.poll() is not None:
            sys.exit(f"Clean room: `make run` ended with status {running.returncode} before the first page")
        try:
            with direct.open(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                if "口令" in answer.read().decode():
                    return
        except (URLError, OSError):
            time.sleep(0.5)
    sys.exit(f"Clean room: no first page after {PATIENCE} seconds")


def main() -> None:
    """Make the room, clone the commit, run it, look it over."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if changed := output_of("git", "-C", str(SOURCE), "status", "--porcelain"):
        print(f"Clean room: {len(changed.splitlines())} changes that are not committed are not tried", flush=True)
    began = time.monotonic()

    def told(what: str) -> None:
        print(f"Clean room: {what} after {time.monotonic() - began:.0f} s", flush=True)

    with room() as made:
        told("ready")
        origin, clone = made.folder / "origin.git", made.folder / "taizhang"
        subprocess.run(["git", "clone", "-q", "--bare", f"file://{SOURCE}", str(origin)], check=True)
        made.run(["git", "clone", "-q", made.inside(origin), made.inside(clone)])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with served(made, clone, port) as running:
            first_page(running, port)
            told("first page of `make run`")
            made.run(["sh", "-c", f"cd {made.inside(clone)} && .venv/bin/flask --app app doctor --full"])
    told("sound")


if __name__ == "__main__":
    main()
