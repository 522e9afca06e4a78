"""Running a draw: everything is recomputed by the pure functions from what was committed, and verified."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, cast

from sqlalchemy import insert
from sqlalchemy.orm import Session

from backend.draws.actions.bundles import keep_bundle, parent_bundle, rejected
from backend.draws.actions.ceremony import record_step
from backend.draws.documents import Bundle, Code, Commitment, Eligibility, Void
from backend.draws.findings import DrawError
from backend.draws.matching import match
from backend.draws.models import Draw, DrawnObject, ExpertSeat, Seat
from backend.draws.queries.draws import get_operated_draw, list_attempts
from backend.draws.queries.pools import each_block, get_pool, list_leaves
from backend.draws.rules import (
    build_bundle,
    build_result,
    parent_ref,
    seed_of,
    text_hash,
)
from backend.draws.states import check_draw_move
from backend.draws.tickets import draw_blocks
from backend.foundation.access.actor import Actor
from schemas.vocabulary import DrawState, SeatRole


def run_draw(session: Session, *, draw_id: str, actor: Actor, now: datetime) -> Draw:
    """Draw, and keep the result only if our own verifier accepts the bundle.

    Raises WrongDrawState, or BundleRejected when anything was altered since the commitment.
    """
    draw = get_operated_draw(session, draw_id, actor=actor)
    check_draw_move(draw.state, DrawState.DRAWN)
    parent = parent_bundle(session, draw)
    try:
        bundle = _bundle_of_teams(session, draw, parent) if parent else _bundle_of_objects(session, draw)
    except DrawError as error:
        raise rejected([error.finding.code]) from error
    keep_bundle(draw, bundle, parent)
    draw.seed, draw.result_digest = bundle["result"]["seed"], bundle["result"]["digest"]
    draw.state, draw.drawn_at = DrawState.DRAWN, now
    if draw.parent:
        _insert(session, Seat, _seats(draw, bundle))
        _insert(session, ExpertSeat, _expert_seats(draw, bundle))
    else:
        _insert(session, DrawnObject, _drawn_objects(draw, bundle))
    record_step(session, draw, "run", actor=actor, now=now, result=draw.result_digest, bundle=draw.bundle_digest)
    return draw


def _bundle_of_objects(session: Session, draw: Draw) -> Bundle:
    pool, commitment = get_pool(session, draw.task), cast(Commitment, draw.commitment)
    seed, common = _seed(draw), _common(session, draw)
    strata = draw_blocks(partial(each_block, session, pool), strata=commitment["strata"], seed=seed)
    return build_bundle(
        **common,
        leaves=list_leaves(session, pool),
        result=build_result(commitment=commitment, seed=seed, strata=strata),
    )


def _bundle_of_teams(session: Session, draw: Draw, parent: Bundle) -> Bundle:
    commitment, eligibility = cast(Commitment, draw.commitment), cast(Eligibility, draw.eligibility)
    seed, staffed = _seed(draw), {row["id"] for row in eligibility["objects"]}
    assignments = match(
        eligibility,
        seats=commitment["seats"],
        seed=seed,
        group_size=commitment["group_size"],
        experts=commitment["experts"],
    )
    return build_bundle(
        **_common(session, draw),
        leaves=list_leaves(session, get_pool(session, draw.task), only=staffed),
        result=build_result(commitment=commitment, seed=seed, assignments=assignments),
        assignments=assignments,
        eligibility=eligibility,
        parent=parent_ref(parent),
    )


def _common(session: Session, draw: Draw) -> dict[str, Any]:
    attempts = list_attempts(session, task=draw.task, kind=draw.kind, region=draw.region, number=draw.round)
    earlier = attempts[: draw.attempt - 1]
    return {
        "commitment": draw.commitment,
        "event_value": draw.event_value,
        "codes": _codes(draw),
        "voids": [
            Void(
                attempt=void.attempt,
                # An attempt that was given up before it was committed is named by the hash of its id.
                commitment=void.commitment_digest or text_hash(void.id),
                reason=void.void_reason or "",
                requester=void.void_requested_by or "",
                approver=void.void_approved_by or "",
            )
            for void in earlier
        ],
    }


def _codes(draw: Draw) -> list[Code]:
    return [Code(id=row.person_id, code=row.code or "") for row in draw.custodians]


def _seed(draw: Draw) -> str:
    return seed_of(
        commitment_digest=draw.commitment_digest or "",
        event_value=draw.event_value or "",
        codes=_codes(draw),
    )


def _drawn_objects(draw: Draw, bundle: Bundle) -> list[Mapping[str, Any]]:
    return [
        {
            "draw_id": draw.id,
            "object_code": row["id"],
            "stratum": stratum["code"],
            "rank": row["rank"],
            "ticket": row["ticket"],
            "reserve": reserve,
        }
        for stratum in bundle["result"]["strata"]
        for reserve, rows in ((False, stratum["drawn"]), (True, stratum["reserves"]))
        for row in rows
    ]


def _seats(draw: Draw, bundle: Bundle) -> list[Mapping[str, Any]]:
    return [
        {
            "draw_id": draw.id,
            "object_code": assignment["object"],
            "seat": seat["seat"],
            "inspector_code": seat["id"],
            "role": SeatRole.LEAD if seat["seat"] == 1 else SeatRole.MEMBER,
            "ticket": seat["ticket"],
        }
        for assignment in bundle["assignments"]
        for seat in assignment["seats"]
    ]


def _expert_seats(draw: Draw, bundle: Bundle) -> list[Mapping[str, Any]]:
    return [
        {
            "draw_id": draw.id,
            "object_code": assignment["object"],
            "expert_code": seat["id"],
            "ticket": seat["ticket"],
        }
        for assignment in bundle["assignments"]
        for seat in assignment["experts"]
    ]


def _insert(session: Session, table: type[Seat | ExpertSeat | DrawnObject], rows: list[Mapping[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)
