"""The tests themselves are cut off from the world."""

import socket

import pytest

from tests.outside.network import ForeignHost, is_loopback


def test_a_foreign_address_is_refused():
    with socket.socket() as sock, pytest.raises(ForeignHost):
        sock.connect(("192.0.2.1", 80))


def test_a_foreign_name_is_not_even_looked_up():
    with pytest.raises(ForeignHost):
        socket.getaddrinfo("example.org", 443)


def test_this_machine_answers():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as sock,
    ):
        assert sock.getpeername() == server.getsockname()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.9.9.9", None])
def test_loopback_is_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0.example.org", "10.0.0.1", "169.254.169.254", "localhost.example.org"]
)
def test_other_hosts_are_foreign(host):
    assert not is_loopback(host)
