"""The sample city on a real phone: HTTPS on the local network with a certificate that this machine makes itself.

Browsers give a service worker and the camera to secure pages only, so the phone must come to trust the machine's own
authority once; a small page on plain HTTP hands that out. For trying, never for production.
"""

import ipaddress
import os
import socket
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from typing import Any

import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from flask import Flask
from gunicorn.app.base import BaseApplication

from backend.scheduler import elected, start

# iOS refuses server certificates that live longer than 825 days, browsers soon more than 398.
CERTIFICATE_LIFE = timedelta(days=90)
AUTHORITY_LIFE = timedelta(days=730)
WELCOME = Template((Path(__file__).parent / "phone.html").read_text())


def local_address() -> str:
    """The address by which other devices of the local network reach this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: connecting a datagram socket only asks the routing table.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


@dataclass(frozen=True)
class Trust:
    """Where the authority's certificate, the server's certificate and the server's key lie."""

    authority: Path
    certificate: Path
    key: Path


def prepare_trust(folder: Path, address: str, *, now: datetime) -> Trust:
    """Make the authority once, and a new server certificate for this address; keys are readable by the owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    trust = Trust(folder / "authority.crt", folder / "server.crt", folder / "server.key")
    authority_key_file = folder / "authority.key"
    if not (trust.authority.exists() and authority_key_file.exists()):
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name(f"Suicha 随查 try-out ({socket.gethostname()})")
        _write_key(authority_key_file, key)
        _write_certificate(trust.authority, _authority(name, key, now))
    loaded = serialization.load_pem_private_key(authority_key_file.read_bytes(), None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    server_key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.load_pem_x509_certificate(trust.authority.read_bytes())
    _write_key(trust.key, server_key)
    _write_certificate(trust.certificate, _server(address, server_key, issuer, loaded, now))
    return trust


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Any, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A phone's clock may be a little behind.
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + life)
    )


def _authority(name: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    return (
        _builder(name, name, key, now, AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _server(
    address: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate,
    issuer_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    reached_by = x509.SubjectAlternativeName(
        [x509.IPAddress(ipaddress.ip_address(address)), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    )
    return (
        _builder(_name(address), issuer.subject, key, now, CERTIFICATE_LIFE)
        .add_extension(reached_by, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    content = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.touch(mode=0o600)
    path.write_bytes(content)


def _write_certificate(path: Path, certificate: x509.Certificate) -> None:
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def welcome(port: int, *, app_url: str, authority: Path) -> ThreadingHTTPServer:
    """A plain HTTP server with two things: how to trust this machine, and the certificate to trust."""
    page = WELCOME.substitute(app_url=app_url).encode()
    certificate = authority.read_bytes()
    answers = {"/": ("text/html; charset=utf-8", page), "/suicha.crt": ("application/x-x509-ca-cert", certificate)}

    class Welcome(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = answers.get(self.path, answers["/"])
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the terminal shows the QR code."""

    server = ThreadingHTTPServer(("0.0.0.0", port), Welcome)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def invitation(url: str) -> str:
    """The address as a QR code for a terminal, two modules a line."""
    code = segno.make(url, error="m", micro=False)
    rows = [[bool(cell) for cell in row] for row in code.matrix_iter(border=2)]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    # Dark modules are the terminal's background seen through light blocks, as on most screens.
    glyphs = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(glyphs[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs)


class _Server(BaseApplication):
    """One serving process, because SQLite has one writer, with the scheduler inside."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self.app, self.options = app, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app


def serve_https(app: Flask, *, port: int, trust: Trust) -> None:
    """Serve until interrupted."""
    held = ExitStack()

    def begin(_worker: object) -> None:
        if held.enter_context(elected(app)):
            start(app)

    _Server(
        app,
        {
            "bind": f"0.0.0.0:{port}",
            "certfile": str(trust.certificate),
            "keyfile": str(trust.key),
            "workers": 1,
            "threads": 8,
            "worker_class": "gthread",
            "timeout": 120,
            "loglevel": "error",
            "post_worker_init": begin,
        },
    ).run()


def show_invitation(address: str, *, port: int, welcome_port: int) -> str:
    """What the terminal says."""
    first, then = f"http://{address}:{welcome_port}/", f"https://{address}:{port}/field"
    return "\n".join(
        [
            invitation(first),
            "",
            f"  1  手机连同一个无线网络，扫码打开 {first}",
            "     Same Wi-Fi: scan, open the page, install the certificate once.",
            f"  2  然后打开 {then} ，登录 inspector1",
            "     Then open the app and sign in as inspector1.",
            "",
        ]
    )


def trust_folder() -> Path:
    """Where the try-out's certificates lie."""
    return Path(os.environ.get("SUICHA_HOME", "var")).resolve() / "phone"


def today() -> datetime:
    """The time for certificates: the machine's own, since phones check it against theirs."""
    return datetime.now(UTC)
