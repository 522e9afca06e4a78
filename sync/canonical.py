"""Canonical JSON (RFC 8785 inside I-JSON, RFC 7493) and the digests made from it. Knows no protocol rule."""

import hashlib
from base64 import urlsafe_b64encode
from typing import Any, TypeAlias

import rfc8785

# A JSON value. Spelling the recursion out would only force casts on every reader of a register.
Json: TypeAlias = Any

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 32


class NotCanonical(ValueError):
    """Outside the protocol's JSON: a fraction, a number beyond 2^53-1, half a surrogate pair, too deep."""


def canonical(value: Json) -> bytes:
    """The one UTF-8 text of a JSON value. Raises NotCanonical."""
    _refuse_fractions(value, MAX_DEPTH)
    try:
        return rfc8785.dumps(value)
    except ValueError as error:
        # Half a surrogate pair in a key leaves the library as UnicodeEncodeError, in a text as its own error.
        raise NotCanonical(str(error)) from error


def _refuse_fractions(value: Json, depth: int) -> None:
    # rfc8785 writes 1.0 as "1" and Python has no way to see the difference afterwards; the protocol
    # carries decimals as strings, so that no language ever rounds one.
    if depth < 0:
        raise NotCanonical(f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, float):
        raise NotCanonical("numbers are integers; write a decimal as a string")
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise NotCanonical("keys are strings")
        for item in value.values():
            _refuse_fractions(item, depth - 1)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_fractions(item, depth - 1)
    elif value is not None and not isinstance(value, bool | int | str):
        raise NotCanonical(f"not JSON: {type(value).__name__}")


def is_integer(value: Json, low: int = -MAX_INTEGER, high: int = MAX_INTEGER) -> bool:
    """Whether the value is an integer within the bounds; true and false are not integers."""
    return type(value) is int and low <= value <= high


def short_hash(data: bytes) -> str:
    """SHA-256 as base64url without padding, 43 characters: hashes of operations and of the server's chain."""
    return urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def hex_digest(value: Json) -> str:
    """SHA-256 of the canonical text in lower-case hex: digests of documents and of sealed records."""
    return hashlib.sha256(canonical(value)).hexdigest()
