"""A network that ends at this machine."""

import ipaddress
import socket

import pytest


def _is_loopback(host):
    if host in (None, "", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _guarded(original, host_of):
    def call(*arguments, **named):
        host = host_of(*arguments, **named)
        if not _is_loopback(host):
            # Not an error, which a retrying client would catch.
            pytest.fail(f"a test left this machine, for {host}")
        return original(*arguments, **named)

    return call


def _host_of_address(connection, address):
    # Addresses of other families than the Internet's are paths on this machine.
    return address[0] if connection.family in (socket.AF_INET, socket.AF_INET6) else None


def stay_on_this_machine(patch):
    """Make whatever connects to another machine, or asks for its address, fail its test."""
    for method in ("connect", "connect_ex"):
        original = getattr(socket.socket, method)
        patch.setattr(socket.socket, method, _guarded(original, _host_of_address))
    asking = _guarded(socket.getaddrinfo, lambda host, *_, **__: host)
    patch.setattr(socket, "getaddrinfo", asking)
