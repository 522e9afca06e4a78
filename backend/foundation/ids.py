"""Identifiers made here: UUIDv7, so that rows sort by the time they were made (RFC 9562)."""

import os
import time
import uuid


def new_id() -> str:
    """A fresh UUIDv7 as 36 lower-case characters."""
    milliseconds = time.time_ns() // 1_000_000
    tail = int.from_bytes(os.urandom(10))
    value = (milliseconds & (1 << 48) - 1) << 80 | tail
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))
