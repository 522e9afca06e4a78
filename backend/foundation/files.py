"""Content-addressed files: photos, signatures. A file is named by its SHA-256 and never overwritten."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileStore:
    """A folder of files named by digest, with resumable parts beside them.

    Everything that returns has been fsynced, file and folder both: a 2xx rests on that.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "parts").mkdir(parents=True, exist_ok=True)
        (root / "sha256").mkdir(parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        """Where the file of this digest lies, whether or not it is there."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("not a SHA-256 digest")
        return self.root / "sha256" / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether the whole file is stored."""
        return self.path(sha256).is_file()

    def part(self, part_id: str) -> Path:
        """Where the received bytes of an unfinished upload lie; their count on disk is the truth."""
        if not part_id.replace("-", "").isalnum():
            raise ValueError("not an upload id")
        return self.root / "parts" / part_id

    def append(self, part_id: str, data: bytes) -> int:
        """Add bytes to a part durably; returns its size afterwards."""
        with open(self.part(part_id), "ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            return file.tell()

    def received(self, part_id: str) -> int:
        """How many bytes of a part are on disk."""
        path = self.part(part_id)
        return path.stat().st_size if path.exists() else 0

    def digest(self, part_id: str) -> str:
        """SHA-256 of the bytes received so far, as hex."""
        with open(self.part(part_id), "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def finish(self, part_id: str, sha256: str) -> None:
        """Make a complete part the stored file of its digest; the same content twice is one file."""
        target = self.path(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(self.part(part_id), target)
        with _open_folder(target.parent) as folder:
            os.fsync(folder)

    def discard(self, part_id: str) -> None:
        """Forget an unfinished upload."""
        self.part(part_id).unlink(missing_ok=True)


@contextmanager
def _open_folder(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
