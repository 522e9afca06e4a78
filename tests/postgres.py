"""A throw-away PostgreSQL cluster for tests: real server, loopback, thrown away at the end."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


def find_binaries() -> Path:
    """The folder with initdb and pg_ctl; raises with the mend if PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise RuntimeError("PostgreSQL's server is missing. On Debian: apt-get install postgresql")


@contextmanager
def cluster() -> Iterator[str]:
    """A running cluster on a free loopback port; yields the prefix of database URLs (append a database name)."""
    binaries = find_binaries()
    # PostgreSQL refuses to run as root, so there it runs as the user that its package made.
    wrap = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="suicha-pg-") as folder:
        os.chmod(folder, 0o777)
        data = f"{folder}/data"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        run = [*wrap, str(binaries / "initdb"), "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "-D", data]
        subprocess.run(run, check=True, capture_output=True)
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        control = [*wrap, str(binaries / "pg_ctl"), "-D", data, "-w"]
        subprocess.run([*control, "-o", options, "-l", f"{folder}/log", "start"], check=True, capture_output=True)
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True)


def create_database(prefix: str, name: str, *, template: str = "template1") -> str:
    """Make a database in the cluster, as a copy of another; returns its URL."""
    server = prefix.replace("postgresql+psycopg", "postgresql") + "postgres"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'create database "{name}" template "{template}"')
    return prefix + name
