"""Reads of published documents: the one gate that the portal looks through."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, defer

from backend.draws.models import Draw
from backend.draws.queries.pools import public_bundle
from backend.draws.rules import canonical
from backend.foundation.access.actor import region_prefix
from backend.foundation.problems import NotFound
from backend.publication.models import Publication
from schemas.vocabulary import PublicationKind, PublicationState


def _current(kind: PublicationKind) -> Select[Publication]:
    return select(Publication).where(Publication.kind == kind, Publication.state != PublicationState.CORRECTED)


def find_current(session: Session, *, kind: PublicationKind, key: str) -> Publication | None:
    """The version in force of a document, locked for the one that may follow it."""
    return session.scalars(_current(kind).where(Publication.key == key).with_for_update()).first()


def get_version(session: Session, *, kind: PublicationKind, key: str, version: int | None = None) -> Publication:
    """One version of a public document, the current one unless told; raises NotFound."""
    in_force = Publication.state != PublicationState.CORRECTED
    wanted = in_force if version is None else Publication.version == version
    row = session.scalars(select(Publication).where(Publication.kind == kind, Publication.key == key, wanted)).first()
    if row is None:
        raise NotFound("没有这样的公示信息。", "Nothing of that name is published.")
    return row


def list_versions(session: Session, *, kind: PublicationKind, key: str) -> Sequence[Publication]:
    """Every version of a document, latest first."""
    return session.scalars(
        select(Publication)
        .where(Publication.kind == kind, Publication.key == key)
        .options(defer(Publication.document))
        .order_by(Publication.version.desc())
    ).all()


def list_current(
    session: Session, *, kind: PublicationKind, cursor: str | None, limit: int
) -> tuple[list[Publication], str | None]:
    """A page of the documents of one kind, latest first and unread, and the cursor of the next page."""
    unread = _current(kind).options(defer(Publication.document))
    return _page(session, unread, cursor=cursor, limit=limit)


def search_results(
    session: Session, *, q: str | None, region: str | None, cursor: str | None, limit: int
) -> tuple[list[Publication], str | None]:
    """A page of published results: of the object with exactly that code, or whose name contains `q`."""
    found = _current(PublicationKind.RESULT)
    if q:
        by_code = Publication.object_code == q.upper()
        found = found.where(by_code | Publication.object_name.contains(q, autoescape=True))
    if region:
        found = found.where(Publication.region.startswith(region_prefix(region)))
    return _page(session, found, cursor=cursor, limit=limit)


def list_results(session: Session) -> Sequence[Publication]:
    """All results in force, oldest first, for open data."""
    return session.scalars(_current(PublicationKind.RESULT).order_by(Publication.id)).all()


def bundle_text(session: Session, *, key: str) -> bytes:
    """The canonical bytes (RFC 8785) of the bundle that a published draw's document names by digest, as far as it is
    open; raises NotFound."""
    named = get_version(session, kind=PublicationKind.DRAW, key=key).document["bundle"]
    draw = session.get(Draw, key)
    if named is None or draw is None or not (draw.hidden or draw.bundle_digest == named["digest"]):
        raise NotFound("抽取包尚未公示。", "The bundle is not published.")
    return canonical(public_bundle(session, draw))


def _page(
    session: Session, found: Select[Publication], *, cursor: str | None, limit: int
) -> tuple[list[Publication], str | None]:
    # Ids are UUIDv7: their order is the order of publication.
    if cursor:
        found = found.where(Publication.id < cursor)
    rows = list(session.scalars(found.order_by(Publication.id.desc()).limit(limit + 1)))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None
