"""Ports for servers of tests, also for those that stop and come back on the same one."""

import random
import socket

# Below the ports that the system gives to outgoing connections: one of those, in another test, would be in the way of a
# server that comes back. Above the ports that browsers refuse.
LOWEST, BEYOND = 12_000, 32_000


def free_port() -> int:
    """A port that nobody listens on, unlikely to be one that another test's server will come back to."""
    while True:
        port = random.SystemRandom().randrange(LOWEST, BEYOND)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
