"""I4: an address that somebody typed in never leads into a private network."""

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from commonground.scheduling.outside import fetching
from commonground.scheduling.outside.fetching import Refused, fetch, public

PRIVATE = (
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "10.255.255.254", "172.16.0.1", "172.31.9.9",
    "192.168.0.1", "192.168.255.254", "169.254.169.254", "169.254.0.1", "0.0.0.0", "0.1.2.3",
    "100.64.0.1", "100.127.255.254", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:192.168.1.1",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::",
    "2002:c0a8:101::", "2001:db8::1",
)  # fmt: skip
PUBLIC = ("93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8")


def never(*told: Any) -> Any:
    raise AssertionError("it must not be connected to")


def answering(found: list[str]) -> Callable[..., list[str]]:
    return lambda *_: found


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_connected_to(address: str) -> None:
    assert not public(address)
    for found in ([address], ["8.8.8.8", address]):
        with pytest.raises(Refused, match="private"):
            fetch("https://calendar.example/a.ics", resolve=answering(found), connect=never)


@pytest.mark.parametrize("address", PUBLIC)
def test_the_open_internet_is_open(address: str) -> None:
    assert public(address)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://calendar.example/a.ics", "scheme"), ("file:///etc/passwd", "scheme"),
        ("gopher://calendar.example/", "scheme"), ("https://", "host"),
        ("https://a:b@calendar.example/", "host"), ("https://[::1", "host"),
        ("https://calendar.example:99999/", "host"),
    ],
)  # fmt: skip
def test_an_address_of_another_kind_is_refused(url: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        fetch(url, resolve=lambda *_: ["8.8.8.8"], connect=never)


def test_a_name_that_answers_otherwise_the_second_time_changes_nothing() -> None:
    asked: list[str] = []
    reached: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["8.8.8.8"] if len(asked) == 1 else ["127.0.0.1"]

    def connect(address: str, *told: Any) -> Any:
        reached.append(address)
        raise OSError

    with pytest.raises(Refused, match="unreachable"):
        fetch("https://rebinding.example/a.ics", resolve=resolve, connect=connect)
    assert (asked, reached) == (["rebinding.example"], ["8.8.8.8"])


@pytest.fixture
def served() -> Iterator[Callable[[bytes], Any]]:
    """A server on this machine that gives one answer, reached in place of the public address."""
    opened: list[socket.socket] = []

    def serve(answer: bytes, repeat: int = 1) -> Callable[..., socket.socket]:
        here = socket.create_server(("127.0.0.1", 0))
        opened.append(here)

        def once() -> None:
            peer, _ = here.accept()
            with peer:
                peer.recv(4096)
                try:
                    for _ in range(repeat):
                        peer.sendall(answer)
                except OSError:
                    return

        threading.Thread(target=once, daemon=True).start()
        return lambda *_: socket.create_connection(here.getsockname())

    yield serve
    for each in opened:
        each.close()


def get(connect: Any) -> bytes:
    return fetch("https://calendar.example/a.ics", resolve=lambda *_: ["8.8.8.8"], connect=connect)


def test_a_calendar_is_read(served: Any) -> None:
    assert get(served(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")) == b"hello"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(served: Any, status: int) -> None:
    answer = f"HTTP/1.1 {status} Gone\r\nLocation: https://127.0.0.1/\r\n\r\n".encode()
    with pytest.raises(Refused, match="redirect"):
        get(served(answer))


def test_a_file_that_never_ends_is_left(served: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(fetching, "BYTES", 10_000)
    endless = served(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 50_000)
    with pytest.raises(Refused, match="size"):
        get(endless)


def test_a_server_that_says_nothing_is_left(served: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.2)
    here = socket.create_server(("127.0.0.1", 0))
    silent = lambda *_: socket.create_connection(here.getsockname(), timeout=0.2)  # noqa: E731
    with here, pytest.raises(Refused, match="time"):
        get(silent)
