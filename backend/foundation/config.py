"""Settings from the environment, and the loud refusal of demo secrets outside demo mode."""

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

DEMO_SECRET = "demo-secret-never-use-outside-the-sample-city"


class ConfigurationError(RuntimeError):
    """The program must not start with these settings; the text says which and what to do."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between one installation and another."""

    database_url: str
    files: Path
    secret: str
    demo: bool
    secure_cookies: bool
    site: Path
    # Whether a password alone enrols a phone, without a code from the office.
    open_enrolment: bool = False
    # How many bytes of files one person may send before a record names them.
    unnamed_bytes: int = 2 * 1024**3
    # How many proxies stand in front and write X-Forwarded-For; the address of a try is what the first of them saw.
    proxies: int = 0

    def key(self, purpose: str) -> bytes:
        """32 bytes derived from the secret for one purpose (HKDF-SHA256, RFC 5869)."""
        derivation = HKDF(hashes.SHA256(), 32, salt=None, info=f"suicha|{purpose}".encode())
        return derivation.derive(self.secret.encode())


def settings_from_environment() -> Settings:
    """Read SUICHA_* variables; raises ConfigurationError rather than start half-configured."""
    demo = os.environ.get("SUICHA_DEMO", "") == "1"
    home = Path(os.environ.get("SUICHA_HOME", "var")).resolve()
    root = Path(__file__).resolve().parents[2]
    return checked(
        Settings(
            database_url=os.environ.get("SUICHA_DATABASE_URL", f"sqlite:///{home / 'suicha.db'}"),
            files=Path(os.environ.get("SUICHA_FILES", str(home / "files"))),
            secret=os.environ.get("SUICHA_SECRET", DEMO_SECRET if demo else ""),
            demo=demo,
            secure_cookies=os.environ.get("SUICHA_SECURE_COOKIES", "0" if demo else "1") == "1",
            site=Path(os.environ.get("SUICHA_SITE", str(root / "pwa" / "dist"))),
            open_enrolment=os.environ.get("SUICHA_OPEN_ENROLMENT", "1" if demo else "0") == "1",
            unnamed_bytes=_whole("SUICHA_UNNAMED_MB", default=2048) * 1024**2,
            proxies=_whole("SUICHA_PROXIES", default=0),
        )
    )


def _whole(name: str, *, default: int) -> int:
    stated = os.environ.get(name, str(default))
    if not (stated.isascii() and stated.isdigit()):
        raise ConfigurationError(f"{name} is {stated!r}; it must be a whole number.")
    return int(stated)


def checked(settings: Settings) -> Settings:
    """The same settings, or ConfigurationError naming what is unsafe."""
    if not settings.demo and settings.secret == DEMO_SECRET:
        raise ConfigurationError(
            "SUICHA_SECRET is the published demo secret. Set a secret of your own, or SUICHA_DEMO=1 to try the sample."
        )
    if len(settings.secret) < 32:
        raise ConfigurationError("SUICHA_SECRET is missing or shorter than 32 characters.")
    return settings
