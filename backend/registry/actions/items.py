"""Versions of inspection items 抽查事项: drafted, published, retired. A published version is never edited."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from backend.foundation import audit, outbox
from backend.foundation.access.actor import Actor
from backend.foundation.clock import CHINA, china_date
from backend.foundation.ids import new_id
from backend.foundation.problems import NotFound
from backend.registry.actions.bulk import Counts, Row, changed_fields, refuse_foreign
from backend.registry.models import InspectionItem
from backend.registry.problems import EntryChanged, EntryInvalid, WrongItemState
from backend.registry.queries import bodies_maintained, known_places, list_versions
from backend.registry.rules import ITEM_DEFAULTS, ITEM_FIELDS, Fault, as_errors, item_faults
from schemas.vocabulary import ItemState

_CONTENT = tuple(name for name in ITEM_FIELDS if name not in ("code", "maintained_by"))


def draft_item(session: Session, *, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Draft an item, or the next version of one that was published. Raises EntryInvalid, NotYours, WrongItemState."""
    _judge(session, data, actor=actor, now=now)
    versions = list_versions(session, data["code"])
    if versions and versions[-1].state == ItemState.DRAFT:
        raise WrongItemState("该事项已有草稿，请修改草稿。", "There is a draft of this item already.")
    upsert_items(session, [data], actor=actor, now=now)
    _record(session, data["code"], "draft_item", actor=actor, now=now, version=len(versions) + 1)


def change_item(session: Session, *, code: str, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Replace the content of an item's draft. Raises NotFound, NotYours, WrongItemState, EntryChanged, EntryInvalid."""
    draft = _get_draft(session, code, data["row_version"], actor=actor)
    row = {**{name: data[name] for name in _CONTENT}, "code": code}
    _judge(session, row, actor=actor, now=now)
    upsert_items(session, [row], actor=actor, now=now)
    # Somebody who read the draft before must see that it was saved again, even in the same words.
    flag_modified(draft, "name")
    _record(session, code, "change_item", actor=actor, now=now, version=draft.version)


def publish_item(session: Session, *, code: str, row_version: int, actor: Actor, now: datetime) -> None:
    """Publish a draft: it is in force from its day on, and the public list follows on that day.

    Raises NotFound, NotYours, WrongItemState, EntryChanged, EntryInvalid.
    """
    draft = _get_draft(session, code, row_version, actor=actor)
    if draft.version > 1 and draft.effective_from < china_date(now):
        message = "新版本的生效日期不能早于今天。 A new version cannot apply to the past."
        raise EntryInvalid(
            "请先修改生效日期。",
            "Change the date first.",
            errors=[{"pointer": "/effective_from", "code": "past", "message": message}],
        )
    draft.state, draft.published_at = ItemState.PUBLISHED, now
    _announce(session, draft.effective_from, now=now)
    _record(session, code, "publish_item", actor=actor, now=now, version=draft.version)


def retire_item(session: Session, *, code: str, effective_to: date, reason: str, actor: Actor, now: datetime) -> None:
    """End an item without a successor; `effective_to` is its last day. Raises NotFound, NotYours, WrongItemState."""
    published = [item for item in _own_versions(session, code, actor=actor) if item.state == ItemState.PUBLISHED]
    if not published or published[-1].effective_to is not None:
        raise WrongItemState("该事项没有可停用的版本。", "There is no version to retire.")
    if effective_to < max(published[-1].effective_from, china_date(now)):
        message = "停用日期不能早于今天，也不能早于生效日期。 Neither before today nor before it applies."
        raise EntryInvalid(errors=[{"pointer": "/effective_to", "code": "past", "message": message}])
    published[-1].effective_to = effective_to
    _announce(session, effective_to + timedelta(days=1), now=now)
    _record(session, code, "retire_item", actor=actor, now=now, version=published[-1].version, reason=reason)


def upsert_items(session: Session, rows: Iterable[Row], *, actor: Actor, now: datetime) -> Counts:
    """Draft the items of unknown codes and new versions of published ones that differ; change the drafts of the others.

    Nothing is published by it. Raises NotYours.
    """
    counts, maintained = Counts(), bodies_maintained(session, actor.body_code)
    for row in rows:
        versions = list_versions(session, row["code"])
        newest = versions[-1] if versions else None
        if newest is None:
            complete = {"maintained_by": actor.body_code, **ITEM_DEFAULTS, **row}
            session.add(_version(complete, 1))
            counts.created += 1
            continue
        refuse_foreign(row["code"], (newest.maintained_by,), maintained)
        standing = {name: getattr(newest, name) for name in ITEM_FIELDS}
        changed = changed_fields(row, standing, _CONTENT)
        if not changed:
            counts.unchanged += 1
        elif newest.state == ItemState.DRAFT:
            for name, value in changed.items():
                setattr(newest, name, value)
            counts.updated += 1
        else:
            session.add(_version({**standing, **changed}, newest.version + 1))
            counts.updated += 1
    return counts


def _version(values: Mapping[str, Any], version: int) -> InspectionItem:
    fields = {name: values[name] for name in ITEM_FIELDS}
    return InspectionItem(id=new_id(), version=version, state=ItemState.DRAFT, **fields)


def _own_versions(session: Session, code: str, *, actor: Actor) -> list[InspectionItem]:
    versions = list_versions(session, code)
    if not versions:
        raise NotFound()
    refuse_foreign(code, (versions[-1].maintained_by,), bodies_maintained(session, actor.body_code))
    return versions


def _get_draft(session: Session, code: str, row_version: int, *, actor: Actor) -> InspectionItem:
    newest = _own_versions(session, code, actor=actor)[-1]
    if newest.state != ItemState.DRAFT:
        raise WrongItemState("该事项没有草稿；已公布的版本请另立新版本。", "There is no draft of this item.")
    if newest.row_version != row_version:
        raise EntryChanged("请重新打开后再修改。", "Read it again, then change it.")
    return newest


def _judge(session: Session, row: Row, *, actor: Actor, now: datetime) -> None:
    faults: list[Fault] = item_faults(row, known_places(session, actor=actor, now=now), new=True)
    if faults:
        raise EntryInvalid("请检查标出的内容。", "See `errors`.", errors=[*as_errors(faults)])


def _announce(session: Session, day: date, *, now: datetime) -> None:
    """Let the public list follow now, and again when the change comes into force."""
    outbox.emit(session, "items.published", now=now)
    if day > china_date(now):
        outbox.emit(session, "items.published", now=now, due_at=datetime.combine(day, time(), CHINA))


def _record(session: Session, code: str, verb: str, *, actor: Actor, now: datetime, **after: Any) -> None:
    audit.record(
        session, actor=actor, action=f"registry.{verb}", subject=("inspection_item", code), now=now, after=after
    )
