"""How far a job is, in a file beside the uploads.

Not in the database: a job that imports all or nothing is one transaction, out of which nobody sees anything, and on
SQLite nobody else could write meanwhile.
"""

from backend.foundation.files import FileStore


def write_progress(files: FileStore, job_id: str, *, rows: int, percent: int) -> None:
    """Note how many rows are done and how much that is; a reader may see it late, never wrong."""
    files.part(f"{job_id}-progress").write_text(f"{rows:>12}{min(99, percent):>4}")


def read_progress(files: FileStore, job_id: str) -> tuple[int, int]:
    """The rows done and the share in percent; nothing yet is (0, 0)."""
    try:
        text = files.part(f"{job_id}-progress").read_text()
        return int(text[:12]), int(text[12:])
    except (OSError, ValueError):
        return 0, 0
