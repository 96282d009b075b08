"""Free TCP ports on 127.0.0.1."""

import os
import socket

# Below the kernel's ephemeral range (from 32768), so that no outgoing connection takes the port meanwhile. The tests in
# C++ use the same range and the same claims (tests/support/free_port.cpp).
FIRST, COUNT = 10240, 20000
_claims = []


def free_port():
    """Never the same twice in one program. An abstract socket (unix(7)) per port, bound until we exit, claims it."""
    for n in range(COUNT):
        port = FIRST + (os.getpid() * 61 + len(_claims) + n) % COUNT
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0tidings-port-{port}")
        except OSError:
            claim.close()
            continue
        _claims.append(claim)
        if is_free(port):
            return port
    raise RuntimeError("no free TCP port on 127.0.0.1")


def is_free(port):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
