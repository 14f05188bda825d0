"""Cuts the tests off from the world: only this machine answers."""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class ForeignHost(AssertionError):
    """Something in the house tried to reach a host that is not this machine."""


def is_loopback(host: str | bytes | None) -> bool:
    """Whether a host name or address means this machine."""
    name = host.decode() if isinstance(host, bytes) else (host or "")
    if name in {"", "localhost"} or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.split("%")[0]).is_loopback
    except ValueError:
        return False


@contextmanager
def loopback_only() -> Iterator[None]:
    """Refuse every connection and every name look-up that leaves this machine."""
    kept = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto")}
    look_up = socket.getaddrinfo

    def check(sock: socket.socket, address: Any) -> None:
        if sock.family in {socket.AF_INET, socket.AF_INET6} and not is_loopback(address[0]):
            raise ForeignHost(f"A test tried to reach {address[0]}.")

    def connect(self: socket.socket, address: Any) -> None:
        check(self, address)
        kept["connect"](self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        check(self, address)
        return int(kept["connect_ex"](self, address))

    def sendto(self: socket.socket, data: bytes, *where: Any) -> int:
        check(self, where[-1])
        return int(kept["sendto"](self, data, *where))

    def getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
        if not is_loopback(host):
            raise ForeignHost(f"A test tried to look up {host}.")
        return look_up(host, *rest, **named)

    guarded: dict[str, Any] = {"connect": connect, "connect_ex": connect_ex, "sendto": sendto}
    for name, guard in guarded.items():
        setattr(socket.socket, name, guard)
    socket.getaddrinfo = getaddrinfo  # type: ignore[assignment]
    try:
        yield
    finally:
        for name, method in kept.items():
            setattr(socket.socket, name, method)
        socket.getaddrinfo = look_up
