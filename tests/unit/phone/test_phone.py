"""The try-out on a real phone: the certificates that a phone must accept, and the way in."""

import ssl
import stat
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import segno

from backend.phone import Trust, invitation, prepare_trust, welcome

NOW = datetime.now(UTC)


def shake_hands(trust: Trust, address: str) -> None:
    """A client that trusts the authority only meets the server, in memory; raises ssl.SSLError."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(trust.certificate, trust.key)
    asking = ssl.create_default_context(cafile=str(trust.authority))
    asking.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    client = asking.wrap_bio(to_client, to_server, server_hostname=address)
    done: set[ssl.SSLObject] = set()
    while len(done) < 2:
        for side in (client, server):
            try:
                side.do_handshake()
                done.add(side)
            except ssl.SSLWantReadError:
                pass


class TestPrepareTrust:
    def test_is_accepted_for_this_address_and_no_other(self, tmp_path: Path) -> None:
        trust = prepare_trust(tmp_path / "phone", "192.168.3.7", now=NOW)
        shake_hands(trust, "192.168.3.7")
        with pytest.raises(ssl.SSLCertVerificationError):
            shake_hands(trust, "192.168.3.8")

    def test_keeps_the_authority_that_phones_already_trust(self, tmp_path: Path) -> None:
        first = prepare_trust(tmp_path, "192.168.3.7", now=NOW).authority.read_bytes()
        moved = prepare_trust(tmp_path, "10.0.0.9", now=NOW + timedelta(hours=1))
        assert moved.authority.read_bytes() == first
        shake_hands(moved, "10.0.0.9")

    def test_lets_nobody_else_read_the_keys(self, tmp_path: Path) -> None:
        prepare_trust(tmp_path, "10.0.0.9", now=NOW)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("*.key")}
        assert modes == {"authority.key": 0o600, "server.key": 0o600}


class TestWelcome:
    def test_hands_out_the_certificate_and_the_address(self, tmp_path: Path) -> None:
        trust = prepare_trust(tmp_path, "127.0.0.1", now=NOW)
        server = welcome(0, app_url="https://127.0.0.1:1/field", authority=trust.authority)
        base = f"http://127.0.0.1:{server.server_address[1]}"
        with urllib.request.urlopen(f"{base}/suicha.crt") as answer:
            assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
            assert answer.read() == trust.authority.read_bytes()
        with urllib.request.urlopen(base) as answer:
            assert 'href="https://127.0.0.1:1/field"' in answer.read().decode()
        server.shutdown()
        server.server_close()


class TestInvitation:
    def test_shows_every_module_of_the_code(self) -> None:
        url = "http://192.168.3.7:8444/"
        shades = {"█": (False, False), "▀": (False, True), "▄": (True, False), " ": (True, True)}
        shown = [[shades[glyph] for glyph in line] for line in invitation(url).split("\n")]
        rows = [[pair[half] for pair in line] for line in shown for half in (0, 1)]
        code = segno.make(url, error="m", micro=False)
        expected = [[bool(cell) for cell in row] for row in code.matrix_iter(border=2)]
        assert rows[: len(expected)] == expected
