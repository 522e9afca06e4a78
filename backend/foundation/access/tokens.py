"""Access tokens: JWT with everything pinned (RFC 8725), ten minutes, held in memory by the client."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.foundation.problems import NotSignedIn

LIFETIME = timedelta(minutes=10)
ISSUER = "suicha"
AUDIENCE = "suicha-api"
TYPE = "at+jwt"
CLAIM_TYPES = {"sub": str, "sid": str, "rep": str, "iat": int, "exp": int}


@dataclass(frozen=True)
class TokenKey:
    """One signing key under a fixed key id."""

    key_id: str
    private: Ed25519PrivateKey

    @classmethod
    def from_seed(cls, seed: bytes) -> "TokenKey":
        """The Ed25519 key that a 32-byte seed stands for."""
        return cls(key_id="k1", private=Ed25519PrivateKey.from_private_bytes(seed))


@dataclass(frozen=True)
class Claims:
    """What a valid token says: the account, its session and the replica it is bound to."""

    account_id: str
    session_id: str
    replica_id: str | None


def issue_access_token(key: TokenKey, claims: Claims, *, now: datetime) -> str:
    """A signed token for one session."""
    payload = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": claims.account_id,
        "sid": claims.session_id,
        "rep": claims.replica_id or "",
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
    }
    return jwt.encode(payload, key.private, algorithm="EdDSA", headers={"typ": TYPE, "kid": key.key_id})


def read_access_token(key: TokenKey, token: str, *, now: datetime) -> Claims:
    """The claims of a token that is ours and in date; raises NotSignedIn otherwise.

    The time is the application's, not the library's, so that tests can move it.
    """
    try:
        header = jwt.get_unverified_header(token)
        if header.get("typ") != TYPE or header.get("kid") != key.key_id or set(header) - {"alg", "typ", "kid"}:
            raise NotSignedIn("登录凭证无效，请重新登录。", "This token is not ours; sign in again.")
        payload = jwt.decode(
            token,
            key.private.public_key(),
            algorithms=["EdDSA"],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={
                "require": ["aud", "iss", *CLAIM_TYPES],
                "verify_exp": False,
                "verify_iat": False,
            },
        )
    except jwt.PyJWTError as error:
        raise NotSignedIn("登录凭证无效，请重新登录。", "This token is not ours; sign in again.") from error
    if not all(isinstance(payload[name], kind) for name, kind in CLAIM_TYPES.items()):
        raise NotSignedIn("登录凭证无效，请重新登录。", "This token is not ours; sign in again.")
    moment = int(now.timestamp())
    if payload["exp"] <= moment or payload["iat"] > moment + 60:
        raise NotSignedIn("登录已过期，请重新登录。", "The session has expired; sign in again.")
    return Claims(payload["sub"], payload["sid"], payload["rep"] or None)
