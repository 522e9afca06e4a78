"""Reads of files: which are there, which are missing, and who may have them."""

import json
import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session

from backend.fieldwork.models import Blob, BlobUse, DutyAssignment, Inspection, LoggedOperation, Upload
from backend.fieldwork.queries.log import load_state
from backend.foundation.access.actor import Actor, region_prefix
from backend.foundation.problems import NotFound
from schemas.vocabulary import Role
from sync import named_blobs, named_files

_DIGEST = re.compile('"([0-9a-f]{64})"')
OVERSEERS = frozenset({Role.REVIEWER, Role.SUPERVISOR, Role.AUDITOR})


def uses(session: Session, *, inspection_id: str, sha256: str) -> bool:
    """Whether the file is stored for this inspection."""
    return session.get(BlobUse, (inspection_id, sha256)) is not None


def may_read(session: Session, *, sha256: str, actor: Actor) -> bool:
    """Whether an inspection that the actor has a duty in, or oversees, uses the file."""
    return bool(session.scalar(select(_readable(actor).where(BlobUse.sha256 == sha256).exists())))


def list_missing(session: Session, *, digests: Sequence[str], inspection_id: str | None, actor: Actor) -> list[str]:
    """Those of the digests that no inspection within the actor's sight holds, or not this one if it is named.

    A file that only others hold counts as missing: to know a digest is no right to its file.
    """
    held = _readable(actor).where(BlobUse.sha256.in_(digests))
    if inspection_id is not None:
        held = held.where(BlobUse.inspection_id == inspection_id)
    found = set(session.scalars(held))
    return [sha256 for sha256 in dict.fromkeys(digests) if sha256 not in found]


def blobs_missing(session: Session, inspection: Inspection) -> list[str]:
    """The files that the record names and that have not arrived; publication waits for them."""
    named = named_blobs(load_state(session, inspection))
    held = session.scalars(select(BlobUse.sha256).where(BlobUse.inspection_id == inspection.id))
    return sorted(named - set(held))


def is_named(session: Session, *, inspection_id: str, sha256: str) -> bool:
    """Whether a stored operation of the inspection, held ones included, names the file.

    The digest is looked for as a text of the canonical JSON, so a file that only a newer version knows of counts too.
    """
    named = select(LoggedOperation.pos).where(
        LoggedOperation.inspection_id == inspection_id, LoggedOperation.body.contains(f'"{sha256}"')
    )
    return bool(session.scalar(select(named.exists())))


def exceeds_unnamed(session: Session, *, person_id: str, more: int, limit: int) -> bool:
    """Whether so many bytes more would take what a person has sent, and no stored operation names, beyond the limit."""
    sent = session.scalars(select(Upload).where(Upload.person_id == person_id)).all()
    room = limit - more
    # Only whoever has sent that much altogether is looked at more closely.
    if sum(upload.size for upload in sent) <= room:
        return False
    named: dict[str, set[str]] = {}
    for inspection_id in {upload.inspection_id for upload in sent}:
        bodies = session.scalars(select(LoggedOperation.body).where(LoggedOperation.inspection_id == inspection_id))
        named[inspection_id] = {sha256 for body in bodies for sha256 in _DIGEST.findall(body)}
    return sum(upload.size for upload in sent if upload.sha256 not in named[upload.inspection_id]) > room


def find_upload(session: Session, *, person_id: str, inspection_id: str, sha256: str) -> Upload | None:
    """The person's upload of that file, begun before."""
    return session.scalars(
        select(Upload)
        .where(Upload.person_id == person_id, Upload.inspection_id == inspection_id, Upload.sha256 == sha256)
        .order_by(Upload.id)
    ).first()


def list_awaited(session: Session, *, inspection_id: str, rep: str) -> list[str]:
    """The files that a replica's stored operations, held ones included, name and that have not arrived."""
    bodies = session.scalars(
        select(LoggedOperation.body).where(LoggedOperation.inspection_id == inspection_id, LoggedOperation.rep == rep)
    )
    named = {sha256 for body in bodies for sha256 in named_files(json.loads(body))}
    held = session.scalars(select(BlobUse.sha256).where(BlobUse.inspection_id == inspection_id))
    return sorted(named - set(held))


def get_upload(session: Session, upload_id: str, *, actor: Actor) -> Upload:
    """The actor's own upload; raises NotFound."""
    upload = session.get(Upload, upload_id)
    if upload is None or upload.person_id != actor.person_id:
        raise NotFound()
    return upload


def get_blob(session: Session, sha256: str, *, actor: Actor) -> Blob:
    """A file within the actor's sight; raises NotFound."""
    blob = session.get(Blob, sha256)
    if blob is None or not may_read(session, sha256=sha256, actor=actor):
        raise NotFound()
    return blob


def _readable(actor: Actor) -> Select[str]:
    own: ColumnElement[bool] = exists().where(
        DutyAssignment.inspection_id == Inspection.id, DutyAssignment.person_id == actor.person_id
    )
    sight = [own]
    if actor.roles & OVERSEERS:
        sight.append(Inspection.region.startswith(region_prefix(actor.region)))
    return select(BlobUse.sha256).join(Inspection, Inspection.id == BlobUse.inspection_id).where(or_(*sight))
