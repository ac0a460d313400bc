"""A local web server that misbehaves: it sends byte for byte what the table in ``endpoints`` says, over plain sockets."""

from __future__ import annotations

import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

GOOD = (
    "<!doctype html><html lang='ar'><head><meta charset='utf-8'><title>عنوان</title></head>"
    "<body><p>قال الوزير إن الجسر افتتح.</p></body></html>"
)


@dataclass
class Visit:
    """One request, and the means to answer it."""

    socket: socket.socket
    path: str
    headers: dict[str, str]
    number: int  # of this path, from 1
    host: str

    def send(self, data: bytes | str) -> None:
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def reset(self) -> None:
        """Hang up with RST, as a firewall does."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


Answer = Callable[[Visit], None]


@dataclass
class Server:
    """Answers each path by the table; any other path is a 404."""

    answers: dict[str, Answer]
    seen: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.host = f"127.0.0.1:{self.listening.getsockname()[1]}"
        self.visits: Counter[str] = Counter()
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listening.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65536)
                if not piece:
                    return
                head += piece
            first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
            path = first.split(" ")[1].partition("?")[0].strip("/")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            self.visits[path] += 1
            self.seen.append({"path": "/" + path, "first": first, **headers})
            self.answers.get(path, _missing)(Visit(connection, path, headers, self.visits[path], self.host))
            with suppress(OSError):
                connection.shutdown(socket.SHUT_WR)

    def stop(self) -> None:
        self.stopped.set()
        with suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join(5)


def _missing(visit: Visit) -> None:
    visit.send("HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\ngone")


@contextmanager
def misbehaving() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The server's address, and what it was asked with which headers."""
    from tests.evidence.endpoints import ENDPOINTS

    server = Server({endpoint.path: endpoint.answer for endpoint in ENDPOINTS})
    try:
        yield f"http://{server.host}", server.seen
    finally:
        server.stop()
