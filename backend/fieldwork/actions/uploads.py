"""Receiving files in pieces (tus 1.0).

The part on disk says how much has arrived; the database learns of whole files only.
"""

import base64
import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from PIL import Image
from sqlalchemy.orm import Session

from backend.fieldwork.models import Blob, BlobUse, Upload
from backend.fieldwork.problems import (
    ChecksumMismatch,
    OffsetMismatch,
    UploadBusy,
    UploadsUnnamed,
    UploadTooLarge,
    WrongFileType,
)
from backend.fieldwork.queries.blobs import exceeds_unnamed, find_upload, get_upload, is_named, may_read, uses
from backend.fieldwork.queries.inspections import was_assigned
from backend.fieldwork.queries.log import get_inspection
from backend.fieldwork.rules import ABANDONED_AFTER, MOST_PIXELS, PICTURES, STROKES, largest
from backend.foundation import audit
from backend.foundation.access.actor import Actor
from backend.foundation.files import FileStore
from backend.foundation.ids import new_id
from backend.foundation.problems import InvalidInput, NotFound

CHECKSUMS = ("sha1", "sha256")


def begin_upload(
    session: Session,
    *,
    inspection_id: str,
    sha256: str,
    size: int,
    mime: str,
    files: FileStore,
    limit: int,
    actor: Actor,
    now: datetime,
) -> Upload:
    """Announce a file for an inspection; announced again it goes on, and one that the actor can read is complete.

    Who carries a rescue file need not be of the team: a file that a stored operation names may come from anybody. Of
    what no operation names a person may send `limit` bytes. Raises UploadTooLarge and UploadsUnnamed.
    """
    inspection = get_inspection(session, inspection_id)
    named = is_named(session, inspection_id=inspection.id, sha256=sha256)
    if not (named or was_assigned(session, inspection, person_id=actor.person_id)):
        raise NotFound()
    if size > largest(mime):
        raise UploadTooLarge()
    stored = uses(session, inspection_id=inspection.id, sha256=sha256)
    if not stored and may_read(session, sha256=sha256, actor=actor):
        session.add(BlobUse(inspection_id=inspection.id, sha256=sha256))
        stored = True
    begun = find_upload(session, person_id=actor.person_id, inspection_id=inspection.id, sha256=sha256)
    if begun is not None and (stored or (begun.size, begun.mime) == (size, mime)):
        return begun
    if begun is not None:
        # Another length or kind under the same digest: one of the two was wrong, and it must not take room twice.
        _drop(session, begun, files)
    if not (named or stored) and exceeds_unnamed(session, person_id=actor.person_id, more=size, limit=limit):
        raise UploadsUnnamed(limit)
    upload = Upload(
        id=new_id(),
        person_id=actor.person_id,
        inspection_id=inspection.id,
        sha256=sha256,
        size=size,
        mime=mime,
        created_at=now,
    )
    session.add(upload)
    return upload


def received(session: Session, *, upload: Upload, files: FileStore) -> int:
    """How many bytes of an upload have arrived."""
    if uses(session, inspection_id=upload.inspection_id, sha256=upload.sha256):
        return upload.size
    return files.received(upload.id)


def receive(
    session: Session,
    *,
    upload_id: str,
    offset: int,
    data: bytes,
    checksum: str | None,
    files: FileStore,
    actor: Actor,
    now: datetime,
) -> int:
    """Append bytes durably; the new offset. The last ones make the file, if it is what was announced.

    Raises OffsetMismatch, ChecksumMismatch, UploadTooLarge, UploadBusy and WrongFileType.
    """
    upload = get_upload(session, upload_id, actor=actor)
    arrived = received(session, upload=upload, files=files)
    if arrived == upload.size:
        if offset != arrived:
            raise OffsetMismatch(arrived)
        return arrived
    with _alone(files.part(upload.id)):
        arrived = files.received(upload.id)
        if offset != arrived:
            raise OffsetMismatch(arrived)
        if arrived + len(data) > upload.size:
            raise UploadTooLarge()
        if checksum is not None:
            _check(data, checksum)
        arrived = files.append(upload.id, data)
        if arrived == upload.size:
            _complete(session, upload=upload, files=files, actor=actor, now=now)
    return arrived


def discard_upload(session: Session, *, upload_id: str, files: FileStore, actor: Actor) -> None:
    """Give an upload up; a file that is complete stays, and with it the note of who sent it."""
    upload = get_upload(session, upload_id, actor=actor)
    if not uses(session, inspection_id=upload.inspection_id, sha256=upload.sha256):
        _drop(session, upload, files)


def discard_abandoned(session: Session, *, upload: Upload, files: FileStore, now: datetime) -> bool:
    """Forget an upload that nobody has gone on with for a week; says whether it was one.

    When bytes came last is told by the part on disk. Its phone asks, hears that there is none, and begins anew. A
    whole file that no operation names stays, and counts against what its sender may send so.
    """
    part = files.part(upload.id)
    if part.exists():
        with _alone(part):
            if now.timestamp() - part.stat().st_mtime < ABANDONED_AFTER.total_seconds():
                return False
            files.discard(upload.id)
    elif uses(session, inspection_id=upload.inspection_id, sha256=upload.sha256) and not is_named(
        session, inspection_id=upload.inspection_id, sha256=upload.sha256
    ):
        return False
    session.delete(upload)
    return True


def _drop(session: Session, upload: Upload, files: FileStore) -> None:
    files.discard(upload.id)
    session.delete(upload)


@contextmanager
def _alone(part: Path) -> Iterator[None]:
    with open(part, "ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UploadBusy() from error
        yield


def _check(data: bytes, checksum: str) -> None:
    name, _, encoded = checksum.partition(" ")
    if name not in CHECKSUMS:
        raise InvalidInput("不支持的校验算法。", f"Checksums are {', '.join(CHECKSUMS)}.")
    try:
        stated = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise InvalidInput("校验值无法解读。", "The checksum is not base64.") from error
    if hashlib.new(name, data).digest() != stated:
        raise ChecksumMismatch()


def _complete(session: Session, *, upload: Upload, files: FileStore, actor: Actor, now: datetime) -> None:
    try:
        if files.digest(upload.id) != upload.sha256:
            raise ChecksumMismatch()
        if detect(files.part(upload.id)) != upload.mime:
            raise WrongFileType()
    except (ChecksumMismatch, WrongFileType):
        files.discard(upload.id)
        raise
    files.finish(upload.id, upload.sha256)
    if session.get(Blob, upload.sha256) is None:
        session.add(Blob(sha256=upload.sha256, size=upload.size, mime=upload.mime, stored_at=now))
        # The use below points at the file by foreign key.
        session.flush()
    session.add(BlobUse(inspection_id=upload.inspection_id, sha256=upload.sha256))
    audit.record(
        session,
        actor=actor,
        action="fieldwork.store_file",
        subject=("inspection", upload.inspection_id),
        now=now,
        after={"sha256": upload.sha256, "size": upload.size, "mime": upload.mime},
    )


def detect(path: Path) -> str | None:
    """What a file is by its content: JPEG, PNG or WebP of at most 25 megapixels, or pen strokes as JSON.

    Only headers are read: a picture is not decoded before its dimensions are known to be sane.
    """
    try:
        with Image.open(path, formats=list(PICTURES)) as picture:
            width, height = picture.size
            return PICTURES[str(picture.format)] if width * height <= MOST_PIXELS else None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    except (OSError, ValueError, SyntaxError):
        return STROKES if _is_strokes(path) else None


def _is_strokes(path: Path) -> bool:
    if path.stat().st_size > largest(STROKES):
        return False
    try:
        return isinstance(json.loads(path.read_bytes()), list | dict)
    except (ValueError, RecursionError):
        return False
