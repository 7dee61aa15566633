"""A web site on this machine for tests that fetch (本机网站)."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from workflow.record import fetching

PAGE = "<html><head><title>公开\n目录</title></head><body><script>秘</script><p>2026年度<b>政务公开</b>要点</p></body></html>"


class Site(ThreadingHTTPServer):
    """A web site on this machine (本机网站): what it answers by path, and what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.asked: list[tuple[str, dict[str, str]]] = []
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class Answers(BaseHTTPRequestHandler):
    """What it answers by path (应答)."""

    server: Site

    def do_GET(self) -> None:
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path[4:])
            self.end_headers()
        elif self.path == "/slow":
            self.send_response(200)
            self.end_headers()
            for _ in range(200):
                self.wfile.write(b"x")
                self.wfile.flush()
                if threading.Event().wait(0.02):
                    return
        elif self.path == "/short":
            self._say(PAGE.encode(), length=9000)
        elif self.path == "/large":
            self._say(b"x" * (fetching.MOST + 10))
        else:
            self._say(PAGE.encode("gb18030"), status=404 if self.path == "/gone" else 200)

    def _say(self, body: bytes, *, status: int = 200, length: int = 0) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=gb2312")
        self.send_header("Content-Length", str(length or len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said: object) -> None:
        """Nothing is told."""
