"""Access tokens: ours and in date, or nothing (RFC 8725)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backend.foundation.access.tokens import LIFETIME, Claims, TokenKey, issue_access_token, read_access_token
from backend.foundation.problems import NotSignedIn

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
KEY = TokenKey.from_seed(b"k" * 32)
CLAIMS = Claims("account", "session", "replica")
HEADER = {"typ": "at+jwt", "kid": "k1"}


def payload(**changed: Any) -> dict[str, Any]:
    """What a token of ours says, with changes; None leaves a claim out."""
    moment = int(NOW.timestamp())
    stated = {
        "iss": "suicha",
        "aud": "suicha-api",
        "sub": "account",
        "sid": "session",
        "rep": "",
        "iat": moment,
        "exp": moment + 600,
    }
    return {name: value for name, value in {**stated, **changed}.items() if value is not None}


def signed(body: dict[str, Any], headers: dict[str, Any] = HEADER, key: TokenKey = KEY) -> str:
    """A token with the right kind of signature."""
    return jwt.encode(body, key.private, algorithm="EdDSA", headers=headers)


class TestReadAccessToken:
    @pytest.mark.parametrize("claims", [CLAIMS, Claims("account", "session", None)])
    def test_reads_what_was_issued(self, claims: Claims) -> None:
        assert read_access_token(KEY, issue_access_token(KEY, claims, now=NOW), now=NOW) == claims

    def test_stops_at_the_end_of_its_life(self) -> None:
        token = issue_access_token(KEY, CLAIMS, now=NOW)
        assert read_access_token(KEY, token, now=NOW + LIFETIME - timedelta(seconds=1))
        with pytest.raises(NotSignedIn):
            read_access_token(KEY, token, now=NOW + LIFETIME)

    @pytest.mark.parametrize(
        "changed",
        [
            {"iss": "other"},
            {"aud": "other"},
            {"exp": None},
            {"sub": None},
            {"sid": None},
            {"iat": None},
            {"exp": "9999999999"},
            {"exp": 9999999999.5},
            {"iat": int(NOW.timestamp()) + 3600},
            {"iat": "x"},
            {"sub": 7},
            {"sid": 7},
            {"sid": ["x"]},
            {"rep": 7},
        ],
    )
    def test_refuses_claims_that_do_not_fit(self, changed: dict[str, Any]) -> None:
        with pytest.raises(NotSignedIn):
            read_access_token(KEY, jwt.encode(payload(**changed), KEY.private, "EdDSA", HEADER), now=NOW)

    @pytest.mark.parametrize(
        "headers",
        [{}, {"typ": "JWT", "kid": "k1"}, {**HEADER, "kid": "k2"}, {**HEADER, "jwk": {}}, {**HEADER, "x5u": ""}],
    )
    def test_refuses_other_headers(self, headers: dict[str, Any]) -> None:
        with pytest.raises(NotSignedIn):
            read_access_token(KEY, signed(payload(), headers), now=NOW)

    def test_refuses_other_keys_and_other_algorithms(self) -> None:
        public = KEY.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        tokens = [
            signed(payload(), key=TokenKey.from_seed(b"o" * 32)),
            jwt.encode(payload(), None, algorithm="none", headers=HEADER),
            jwt.encode(payload(), public, algorithm="HS256", headers=HEADER),
        ]
        for token in tokens:
            with pytest.raises(NotSignedIn):
                read_access_token(KEY, token, now=NOW)

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.é.é", "." * 9, "x" * 9000])
    def test_refuses_what_is_no_token(self, token: str) -> None:
        with pytest.raises(NotSignedIn):
            read_access_token(KEY, token, now=NOW)

    def test_refuses_any_changed_character(self) -> None:
        token = issue_access_token(KEY, CLAIMS, now=NOW)
        for place in range(0, len(token) - 1, 7):
            other = "A" if token[place] != "A" else "B"
            with pytest.raises(NotSignedIn):
                read_access_token(KEY, token[:place] + other + token[place + 1 :], now=NOW)
