"""Files that show why a substitution is needed; kept by their digest, never public."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from backend.draws.models import Evidence
from backend.draws.problems import EvidenceInvalid
from backend.draws.queries.draws import get_visible_draw
from backend.draws.queries.substitutions import find_evidence
from backend.foundation import audit
from backend.foundation.access.actor import Actor
from backend.foundation.files import FileStore
from backend.foundation.ids import new_id

LARGEST_EVIDENCE = 10 * 1024 * 1024
# By content, never by name: PDF, PNG, JPEG.
_MAGIC = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def keep_evidence(
    session: Session, *, draw_id: str, name: str, data: bytes, files: FileStore, actor: Actor, now: datetime
) -> Evidence:
    """Keep a file for a draw; the same file twice is one. Raises NotFound, EvidenceInvalid."""
    draw = get_visible_draw(session, draw_id, actor=actor)
    mime = next((mime for magic, mime in _MAGIC.items() if data.startswith(magic)), None)
    if mime is None or len(data) > LARGEST_EVIDENCE:
        message = "请上传 PDF、PNG 或 JPEG 文件，不超过 10 MB"
        raise EvidenceInvalid(message, "PDF, PNG or JPEG of at most 10 MB.", errors=[_fault(message)])
    sha256 = hashlib.sha256(data).hexdigest()
    found = find_evidence(session, draw, sha256)
    if found is not None:
        return found
    if not files.has(sha256):
        part = new_id()
        files.append(part, data)
        files.finish(part, sha256)
    kept = Evidence(
        draw_id=draw.id,
        sha256=sha256,
        name=name,
        mime=mime,
        size=len(data),
        stored_by=actor.person_id,
        stored_at=now,
    )
    session.add(kept)
    after = {"sha256": sha256, "size": len(data)}
    audit.record(
        session, actor=actor, action="draws.keep_evidence", subject=("draw_evidence", draw.id), now=now, after=after
    )
    return kept


def _fault(message: str) -> dict[str, str]:
    return {"pointer": "/", "code": "evidence", "message": message}
