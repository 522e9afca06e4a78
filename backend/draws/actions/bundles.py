"""Keeping a bundle: only what our own verifier accepts is stored."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from backend.draws.documents import Bundle
from backend.draws.models import Draw
from backend.draws.problems import BundleRejected
from backend.draws.queries.pools import whole_bundle
from backend.draws.rules import digest
from backend.draws.verifier import verify_bundle
from schemas.vocabulary import DrawKind


def keep_bundle(draw: Draw, bundle: Bundle, parent: Bundle | None) -> None:
    """Store a draw's whole bundle with its digest. Raises BundleRejected when anything in it does not hold."""
    findings = verify_bundle(bundle, parent, published=draw.commitment_digest or "")
    if findings:
        raise rejected([fault.code for fault in findings])
    draw.bundle, draw.bundle_digest = _kept(bundle), digest(bundle)


def parent_bundle(session: Session, draw: Draw) -> Bundle | None:
    """The whole bundle of the objects' draw that a match staffs; with the leaves of a large pool, so ask once."""
    return whole_bundle(session, draw.parent) if draw.parent else None


def rejected(codes: Sequence[str]) -> BundleRejected:
    """The problem that names what does not hold."""
    return BundleRejected(
        f"核验发现：{'、'.join(codes)}。", f"Findings: {', '.join(codes)}.", extra={"findings": list(codes)}
    )


def _kept(bundle: Bundle) -> dict[str, Any]:
    """The bundle as its row keeps it: an objects' draw has its leaves from the pool, which holds them already."""
    inspectors = bundle["commitment"]["kind"] == DrawKind.INSPECTORS
    return {key: value for key, value in bundle.items() if inspectors or key != "leaves"}
