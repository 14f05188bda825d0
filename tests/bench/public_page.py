"""The kept IPT page against a static file of about its size, from the same server.

python -m tests.bench.public_page

Both are fetched packed, over the same open connections, in interleaved rounds; the ratio of each
round counts, and the median of the rounds is held against the limit. Absolute figures vary five
times over on a busy machine, the ratio hardly. One web worker is started, so that the client has
a processor of its own; its share of it is printed, and above nine tenths the round is not counted
(a client that cannot ask faster would hide the difference).
"""

import gzip
import re
import selectors
import socket
import statistics
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.outside import live, postgres

LIMIT = 0.5
ROUNDS = 9
SECONDS = 1.5
CONNECTIONS = 8
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass
class Connection:
    """One open connection and what of the present answer has arrived."""

    sock: socket.socket
    request: bytes
    got: int = 0
    wanted: int = 0
    head: bytes = b""

    def ask(self) -> None:
        self.got, self.wanted, self.head = 0, 0, b""
        self.sock.sendall(self.request)

    def take(self) -> bool:
        """Read what is there; whether the answer is whole. Raises RuntimeError if it is not 200."""
        data = self.sock.recv(262_144)
        if not data:
            raise RuntimeError("the server closed the connection")
        self.got += len(data)
        if not self.wanted:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return False
            if not self.head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(self.head[:60].decode())
            length = LENGTH.search(self.head)
            if length is None:
                raise RuntimeError("an answer without a length")
            self.wanted = end + 4 + int(length[1])
        return self.got >= self.wanted


@dataclass(frozen=True)
class Pace:
    """Answers per second, and the client's share of its processor meanwhile."""

    rate: float
    client: float


def pace(address: tuple[str, int], host: str, path: str, seconds: float = SECONDS) -> Pace:
    """Fetch `path` for so long over a few connections, each asking again once it is answered."""
    words = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n"
    done = 0
    with selectors.DefaultSelector() as ready:
        for _ in range(CONNECTIONS):
            each = Connection(socket.create_connection(address), words.encode())
            each.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.register(each.sock, selectors.EVENT_READ, each)
            each.ask()
        began, busy = time.perf_counter(), time.process_time()
        while (spent := time.perf_counter() - began) < seconds:
            for key, _ in ready.select(1):
                if key.data.take():
                    done += 1
                    key.data.ask()
        busy = time.process_time() - busy
        for key in list(ready.get_map().values()):
            key.data.sock.close()
    return Pace(done / spent, busy / spent)


def compare(url: str, page: str, file: str) -> float:
    """Print each round; return the median of page over file. Both must be warm."""
    parts = urlsplit(url)
    address = ("127.0.0.1", parts.port or 80)
    for path in (page, file):
        pace(address, parts.netloc, path, 0.5)
    ratios = []
    for number in range(ROUNDS):
        order = (page, file) if number % 2 else (file, page)
        told = {path: pace(address, parts.netloc, path) for path in order}
        ratio = told[page].rate / told[file].rate
        client = max(each.client for each in told.values())
        if client < 0.9:
            ratios.append(ratio)
        print(
            f"  page {told[page].rate:6.0f}/s  file {told[file].rate:6.0f}/s  ratio {ratio:.2f}"
            f"  client {client:.0%}"
        )
    if not ratios:
        raise SystemExit("the client was the bottleneck in every round")
    return statistics.median(ratios)


def ipt_page(url: str) -> str:
    """The path of the page on Interpersonal Therapy, from the site's own map."""
    with urllib.request.urlopen(f"{url}/sitemap.xml") as answer:
        places = re.findall(r"<loc>([^<]+)</loc>", answer.read().decode())
    return next(urlsplit(place).path for place in places if "interpersonal" in place)


def file_like(static: Path, size: int) -> str:
    """The packed static file whose size is nearest; as an address below /static/."""
    packed = [path for path in static.rglob("*.gz") if path.stat().st_size > 500]
    nearest = min(packed, key=lambda path: abs(path.stat().st_size - size))
    return f"/static/{nearest.relative_to(static).with_suffix('')}"


def measure(name: str, **env: str) -> float:
    """Serve the invented practice on one database and compare; prints what it did."""
    with (
        tempfile.TemporaryDirectory(prefix="ground-bench-") as folder,
        live.house(Path(folder), **env) as house,
    ):
        page = ipt_page(house.url)
        with urllib.request.urlopen(f"{house.url}{page}") as answer:
            size = len(gzip.compress(answer.read(), 6))
        file = file_like(Path(folder) / "static", size)
        print(f"{name}: {page} ({size} bytes packed) against {file}")
        ratio = compare(house.url, page, file)
    print(f"public page / static file on {name}: {ratio:.2f} (limit {LIMIT})")
    return ratio


def main() -> int:
    ratios = [measure("SQLite")]
    with postgres.server() as url:
        ratios.append(measure("PostgreSQL", DATABASE_URL=url))
    return 0 if min(ratios) >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
