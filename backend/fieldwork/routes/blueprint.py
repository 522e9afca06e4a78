"""The blueprint of fieldwork, and how its bodies are read: whole, bounded, before the transaction."""

import json
import zlib
from typing import Any

from flask import request

from backend.fieldwork.problems import BadEncoding, BatchTooLarge, MalformedBatch
from backend.foundation.http import Blueprint

LARGEST_INFLATED = 4 * 1024 * 1024

blp = Blueprint("fieldwork", __name__, url_prefix="/api/v1", description="现场检查与同步 Fieldwork and sync")


@blp.before_request
def receive_body() -> None:
    """Wait for the whole body now: inside the write transaction a slow phone would make every other wait."""
    request.get_data()


def read_json(limit: int) -> dict[str, Any]:
    """The JSON object in the body, gzip or plain, of at most `limit` bytes when inflated."""
    body = request.get_data()
    if request.content_encoding == "gzip":
        body = inflate(body, min(limit, LARGEST_INFLATED))
    if len(body) > limit:
        raise BatchTooLarge()
    try:
        found = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadEncoding() from error
    if not isinstance(found, dict):
        raise MalformedBatch()
    return found


def inflate(body: bytes, limit: int) -> bytes:
    """The bytes of a gzip body; stops at the limit, however much more a small body would unfold to."""
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        found = stream.decompress(body, limit + 1)
    except zlib.error as error:
        raise BadEncoding() from error
    if len(found) > limit:
        raise BatchTooLarge()
    if not stream.eof:
        raise BadEncoding()
    return found


def _refuse(name: str) -> None:
    raise ValueError(name)
