"""The ceremony of a draw up to its publication: custodians, commitment, event, codes.

No operator chooses anything after the commitment, and nobody is operator and custodian of one draw.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.draws.documents import Commitment, Custodian, Event, PlanRef
from backend.draws.findings import DrawError
from backend.draws.models import Draw, DrawCustodian
from backend.draws.problems import (
    CodeMismatch,
    CodeRevealed,
    CodesMissing,
    DrawExists,
    DrawInvalid,
    EventMissing,
    EventNotYet,
    EventPassed,
    EventRecorded,
    EventValueInvalid,
    PlanNotPublished,
    TaskNotReady,
    WrongDrawState,
)
from backend.draws.queries.draws import (
    find_live_draw,
    get_kept_code,
    get_operated_draw,
    list_attempts,
    list_custodians,
)
from backend.draws.queries.pools import get_pool, list_leaves
from backend.draws.queries.results import all_matched
from backend.draws.queries.rosters import list_unstaffed, prepare_eligibility
from backend.draws.rules import (
    build_commitment,
    check_event_value,
    code_hash,
    digest,
    pool_head,
    roster_head,
    stratum_row,
)
from backend.draws.states import FEWEST_CUSTODIANS, check_draw_move
from backend.foundation import audit, outbox
from backend.foundation.access.actor import Actor, region_covers
from backend.foundation.clock import CHINA, china_date
from backend.foundation.ids import new_id
from backend.plans.actions import move_task
from backend.plans.models import Task
from backend.plans.problems import OutsideJurisdiction
from backend.plans.queries import get_visible_task, task_document
from backend.plans.rules import effective_ratio, is_drawable
from schemas.vocabulary import DrawKind, DrawState, EventType, TaskState

# A county matches from the dispatch on; objects that stepped in later are matched while others are visited.
MATCHABLE = frozenset({TaskState.DISPATCHED, TaskState.MATCHED, TaskState.IN_PROGRESS})


def create_draw(
    session: Session,
    *,
    task_id: str,
    kind: DrawKind,
    region: str,
    event_type: EventType,
    event_id: str,
    event_due: datetime,
    custodians: Collection[str],
    actor: Actor,
    now: datetime,
) -> Draw:
    """A draft draw: of objects for the task's region, or of inspectors for a county that got some of them.

    After a published match another round staffs the objects that have no team. Raises NotFound,
    OutsideJurisdiction, DrawInvalid, DrawExists, PlanNotPublished, TaskNotReady.
    """
    task = get_visible_task(session, task_id, actor=actor, locked=True)
    if not actor.covers(region):
        raise OutsideJurisdiction()
    keepers = {custodian["person"] for custodian in list_custodians(session, region=region, actor=actor)}
    fits = region == task.region if kind is DrawKind.OBJECTS else region_covers(task.region, region)
    checks = [
        (fits, "/region", "region", "抽取对象用任务的区域；匹配人员用派发到的县区"),
        (event_due > now, "/event_due", "event_due", "公开事件应当在将来发生"),
        (
            len(set(custodians)) >= FEWEST_CUSTODIANS,
            "/custodians",
            "too_few",
            f"至少需要 {FEWEST_CUSTODIANS} 位持码人",
        ),
        (
            keepers.issuperset(custodians),
            "/custodians",
            "custodian",
            "持码人应当是本辖区有持码人角色的人员，且不能是操作人",
        ),
    ]
    errors = [{"pointer": at, "code": code, "message": text} for holds, at, code, text in checks if not holds]
    if errors:
        raise DrawInvalid("请检查标出的内容。", "See `errors`.", errors=errors)
    live = find_live_draw(session, task=task, kind=kind, region=region)
    if live and (live.parent is None or live.state != DrawState.PUBLISHED):
        raise DrawExists()
    if live and live.parent and not list_unstaffed(session, live.parent, region=region):
        raise DrawExists("所有检查对象都已匹配检查组。", "Every object has its team.")
    parent = _check_ready(session, task, kind, region)
    number = live.round + 1 if live else 1
    draw = Draw(
        id=new_id(),
        task_id=task.id,
        kind=kind,
        region=region,
        round=number,
        attempt=len(list_attempts(session, task=task, kind=kind, region=region, number=number)) + 1,
        state=DrawState.DRAFT,
        sealed=task.sealed and (parent is None or parent.hidden),
        parent_id=parent.id if parent else None,
        event_type=event_type,
        event_id=event_id,
        event_due=event_due,
        created_by=actor.person_id,
        created_at=now,
        custodians=[DrawCustodian(person_id=person) for person in sorted(set(custodians))],
    )
    session.add(draw)
    # The draw's task, parent and custodians can be read through it only once it is in the database.
    session.flush()
    record_step(session, draw, "create", actor=actor, now=now, kind=str(kind), region=region, attempt=draw.attempt)
    return draw


def hand_in_code(session: Session, *, draw_id: str, code_hash_hex: str, actor: Actor, now: datetime) -> Draw:
    """Keep the hash of the actor's code; it may be replaced until the commitment. Raises WrongDrawState."""
    custodian = get_kept_code(session, draw_id, actor=actor)
    if custodian.draw.state != DrawState.DRAFT:
        raise WrongDrawState("承诺书已发布，摘要不能再改。", "The commitment is out; the hash is fixed.")
    custodian.code_hash = code_hash_hex
    record_step(session, custodian.draw, "hand_in_code", actor=actor, now=now, code_hash=code_hash_hex)
    return custodian.draw


def commit_draw(session: Session, *, draw_id: str, actor: Actor, now: datetime) -> Draw:
    """Fix and publish the commitment while the event's outcome is still unknown.

    Raises WrongDrawState, CodesMissing, EventPassed, PlanNotPublished, TaskNotReady.
    """
    draw = get_operated_draw(session, draw_id, actor=actor)
    check_draw_move(draw.state, DrawState.COMMITTED)
    missing = [row.person.name for row in draw.custodians if row.code_hash is None]
    if missing:
        raise CodesMissing(f"尚未提交：{'、'.join(missing)}。", f"Missing: {', '.join(missing)}.")
    if draw.event_due <= now:
        raise EventPassed()
    parent = _check_ready(session, draw.task, DrawKind(draw.kind), draw.region)
    commitment = _commit_teams(session, draw, parent, now) if parent else _commit_objects(session, draw)
    draw.commitment = dict(commitment)
    draw.commitment_digest = digest(commitment)
    draw.state, draw.committed_at = DrawState.COMMITTED, now
    record_step(session, draw, "commit", actor=actor, now=now, commitment=draw.commitment_digest)
    outbox.emit(session, "draw.committed", now=now, draw_id=draw.id)
    return draw


def record_event(session: Session, *, draw_id: str, value: str, actor: Actor, now: datetime) -> Draw:
    """Record the public event's outcome, once, not before it is due.

    Raises WrongDrawState, EventRecorded, EventNotYet, EventValueInvalid.
    """
    draw = get_operated_draw(session, draw_id, actor=actor)
    if draw.event_value is not None:
        raise EventRecorded()
    if draw.state != DrawState.COMMITTED:
        raise WrongDrawState("承诺书发布之后才能登记事件结果。", "Commit first.")
    if now < draw.event_due:
        due = draw.event_due.astimezone(CHINA)
        raise EventNotYet(f"事件时间为 {due:%Y-%m-%d %H:%M}。", f"It is due at {due:%Y-%m-%d %H:%M} in China.")
    try:
        check_event_value(draw.event_type, value)
    except DrawError as error:
        message = error.finding.message_zh
        errors = [{"pointer": "/value", "code": error.finding.code, "message": message}]
        raise EventValueInvalid(message, error.finding.message_en, errors=errors) from error
    draw.event_value = value
    record_step(session, draw, "record_event", actor=actor, now=now, value=value)
    return draw


def reveal_code(session: Session, *, draw_id: str, code: str, actor: Actor, now: datetime) -> Draw:
    """Reveal the actor's code after the event; the last one makes the draw `revealed`.

    Raises CodeRevealed, WrongDrawState, EventMissing, CodeMismatch.
    """
    custodian = get_kept_code(session, draw_id, actor=actor)
    draw = custodian.draw
    if custodian.code is not None:
        raise CodeRevealed()
    if draw.state != DrawState.COMMITTED:
        raise WrongDrawState("承诺书发布之后才能揭晓。", "Commit first.")
    if draw.event_value is None:
        raise EventMissing()
    if not _fits(code, custodian.code_hash):
        raise CodeMismatch(errors=[{"pointer": "/code", "code": "code", "message": CodeMismatch.title}])
    custodian.code, custodian.revealed_at = code, now
    record_step(session, draw, "reveal_code", actor=actor, now=now)
    if all(row.code is not None for row in draw.custodians):
        check_draw_move(draw.state, DrawState.REVEALED)
        draw.state = DrawState.REVEALED
    return draw


def publish_draw(session: Session, *, draw_id: str, actor: Actor, now: datetime) -> Draw:
    """Publish the result; the task is drawn, or matched once the last county has published its match."""
    draw = get_operated_draw(session, draw_id, actor=actor)
    check_draw_move(draw.state, DrawState.PUBLISHED)
    draw.state = DrawState.PUBLISHED
    record_step(session, draw, "publish", actor=actor, now=now, bundle=draw.bundle_digest)
    if draw.parent is None:
        move_task(session, task=draw.task, to=TaskState.DRAWN, actor=actor, now=now)
    elif draw.task.state == TaskState.DISPATCHED and all_matched(session, draw.parent):
        move_task(session, task=draw.task, to=TaskState.MATCHED, actor=actor, now=now)
    outbox.emit(session, "draw.published", now=now, draw_id=draw.id)
    return draw


def record_step(session: Session, draw: Draw, step: str, *, actor: Actor | None, now: datetime, **after: Any) -> None:
    """Note a step of the ceremony; the draw's timeline shows it."""
    subject = ("draw", draw.id)
    audit.record(session, actor=actor, action=f"draws.{step}", subject=subject, now=now, after=after)


def _check_ready(session: Session, task: Task, kind: DrawKind, region: str) -> Draw | None:
    """The published objects' draw that a match staffs, or None for an objects' draw itself."""
    if not is_drawable(task.plan.kind, task.plan.state):
        raise PlanNotPublished()
    if kind is DrawKind.OBJECTS:
        if task.state != TaskState.POOL_FROZEN:
            raise TaskNotReady("请先冻结抽查名单库。", "Freeze the pool first.")
        return None
    parent = find_live_draw(session, task=task, kind=DrawKind.OBJECTS, region=task.region)
    if parent is None or task.state not in MATCHABLE or not list_unstaffed(session, parent, region=region):
        raise TaskNotReady("没有派发到该区域而待匹配的检查对象。", "No objects in this region wait for a team.")
    return parent


def _commit_objects(session: Session, draw: Draw) -> Commitment:
    pool = get_pool(session, draw.task)
    strata = [
        stratum_row(row.code, n=n, ratio=effective_ratio(n, row.ratio, row.number), reserves=row.reserves)
        for row in draw.task.strata
        for n in [pool.counts.get(row.code, 0)]
    ]
    return build_commitment(**_common(draw), pool={"root": pool.root, "n": pool.n}, strata=strata)


def _commit_teams(session: Session, draw: Draw, parent: Draw, now: datetime) -> Commitment:
    eligibility = prepare_eligibility(session, draw, parent, today=china_date(now))
    draw.eligibility = dict(eligibility)
    staffed = {row["id"] for row in eligibility["objects"]}
    return build_commitment(
        **_common(draw),
        pool=pool_head(list_leaves(session, get_pool(session, draw.task), only=staffed)),
        roster=roster_head([*eligibility["inspectors"], *eligibility["experts"]]),
        eligibility=digest(eligibility),
        parent=parent.result_digest or "",
        seats=draw.task.seats,
        group_size=draw.task.group_size,
        experts=draw.task.experts,
    )


def _common(draw: Draw) -> dict[str, Any]:
    plan = draw.task.plan
    due = draw.event_due.astimezone(CHINA).isoformat(timespec="seconds")
    return {
        "draw": draw.id,
        "attempt": draw.attempt,
        "task": draw.task.code,
        "plan": PlanRef(id=plan.code, version=plan.version, digest=plan.digest or ""),
        "region": draw.region,
        "rules": digest(task_document(draw.task)),
        "custodians": [Custodian(id=row.person_id, code_hash=row.code_hash or "") for row in draw.custodians],
        "event": Event(type=draw.event_type, id=draw.event_id, due=due),
    }


def _fits(code: str, committed: str | None) -> bool:
    try:
        return code_hash(code) == committed
    except DrawError:
        return False
