"""Reading a file from an address that somebody typed in, without being sent where it should not go.

Only https, only public addresses: the name is resolved once, every answer must be public, and the
connection goes to that very address, so a name that answers differently the second time changes
nothing. No redirect is followed; size and time are limited.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

SECONDS = 15.0
BYTES = 2_000_000
Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]
Connect = Callable[[str, int, str, float], socket.socket]


class Refused(Exception):
    """It was not read; the message is a code: scheme, host, private, redirect, status, size,
    time, tls or unreachable."""


def resolve(host: str, port: int) -> list[str]:
    """Every address a name stands for."""
    return [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def connect(address: str, port: int, host: str, seconds: float) -> socket.socket:
    """A TLS connection to one address, whose certificate must be for the name."""
    plain = socket.create_connection((address, port), timeout=seconds)
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


def public(address: str) -> bool:
    """Whether an address is one of the open internet: not ours, not a neighbour's, not special."""
    found: Address = ip_address(address.split("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if inner and not public(str(inner)):
            return False
        if found.ipv4_mapped:
            return True
    return bool(found.is_global and not found.is_multicast and not found.is_reserved)


def fetch(url: str, *, resolve: Resolve = resolve, connect: Connect = connect) -> bytes:
    """What lies at an https address, at most BYTES of it within SECONDS. Raises Refused."""
    until = time.monotonic() + SECONDS
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError as error:
        raise Refused("host") from error
    if parts.scheme != "https":
        raise Refused("scheme")
    if not host or parts.username or parts.password:
        raise Refused("host")
    address = _only_public(host, port, resolve)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        wire = connect(address, port, host, SECONDS)
    except ssl.SSLError as error:
        raise Refused("tls") from error
    except OSError as error:
        raise Refused("unreachable") from error
    conversation = http.client.HTTPConnection(host, port)
    conversation.sock = wire
    try:
        conversation.request("GET", path, headers={"Accept": "text/calendar", "Host": host})
        answer = conversation.getresponse()
        if 300 <= answer.status < 400:
            raise Refused("redirect")
        if answer.status != 200:
            raise Refused("status")
        return _body(answer, wire, until)
    except (OSError, http.client.HTTPException) as error:
        raise Refused("time" if isinstance(error, TimeoutError) else "unreachable") from error
    finally:
        conversation.close()


def _only_public(host: str, port: int, resolve: Resolve) -> str:
    """One address of the name, all of which must be public."""
    try:
        found = list(resolve(host, port))
        refused = not all(public(each) for each in found)
    except (OSError, UnicodeError, ValueError) as error:
        raise Refused("host") from error
    if not found:
        raise Refused("host")
    if refused:
        raise Refused("private")
    return found[0]


def _body(answer: http.client.HTTPResponse, wire: socket.socket, until: float) -> bytes:
    found = b""
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise Refused("time")
        wire.settimeout(left)
        piece = answer.read1(65_536)
        if not piece:
            return found
        found += piece
        if len(found) > BYTES:
            raise Refused("size")
