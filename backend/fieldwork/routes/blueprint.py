"""The blueprint of fieldwork, and how its bodies are read: whole, bounded, before the transaction."""

import gzip
import json
import zlib
from typing import Any

from flask import Response, request

from backend.fieldwork.problems import BadEncoding, BatchTooLarge, MalformedBatch
from backend.foundation.http import Blueprint

LARGEST_INFLATED = 4 * 1024 * 1024
# Below this the header that says gzip outweighs what it saves.
SMALLEST_DEFLATED = 512

blp = Blueprint("fieldwork", __name__, url_prefix="/api/v1", description="现场检查与同步 Fieldwork and sync")


@blp.before_request
def receive_body() -> None:
    """Wait for the whole body now: inside the write transaction a slow phone would make every other wait."""
    request.get_data()


@blp.after_request
def deflate(response: Response) -> Response:
    """Send packets, lists and logs as gzip to who takes it: they are text, and phones pay for their bytes."""
    if response.mimetype != "application/json" or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= SMALLEST_DEFLATED and request.accept_encodings.quality("gzip") > 0:
        response.set_data(gzip.compress(body, compresslevel=6, mtime=0))
        response.content_encoding = "gzip"
    return response


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
