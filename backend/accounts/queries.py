"""Reads about people and their access."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from backend.accounts.models import Account, Body, Person, RefreshToken, Region, Replica
from backend.foundation.access.actor import Actor, region_prefix
from backend.foundation.access.permissions import Permission, allows
from backend.foundation.problems import InvalidInput, NotFound
from schemas.vocabulary import ReplicaState, Role


def find_account(session: Session, *, username: str) -> Account | None:
    """The account of that username, locked for the sign-in that counts failures."""
    return session.scalars(select(Account).where(Account.username == username).with_for_update()).first()


def actor_of(account: Account, *, replica_id: str | None = None) -> Actor:
    """The actor that an account makes its person."""
    return Actor(
        account_id=account.id,
        person_id=account.person_id,
        name=account.person.name,
        roles=frozenset(Role(role) for role in account.roles),
        region=account.person.body.region,
        body_code=account.person.body_code,
        replica_id=replica_id,
    )


def is_session_over(session: Session, session_id: str) -> bool:
    """Whether a session has ended. One revoked link ends it, also where a successor was being written meanwhile."""
    revoked = exists().where(RefreshToken.session_id == session_id, RefreshToken.revoked_at.is_not(None))
    return bool(session.scalar(select(revoked)))


def describe(session: Session, account: Account) -> dict[str, object]:
    """An account as its owner sees it."""
    body = account.person.body
    return {
        "account": account.id,
        "person": account.person_id,
        "name": account.person.name,
        "username": account.username,
        "roles": [Role(role) for role in account.roles],
        "region": body.region,
        "region_name": region_name(session, body.region),
        "body": body.code,
        "body_name": body.name,
    }


def get_account(session: Session, account_id: str) -> Account:
    """The account of that id; raises NotFound."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound()
    return account


def find_replica(session: Session, replica_id: str) -> Replica | None:
    """The replica of that id."""
    return session.get(Replica, replica_id)


def region_name(session: Session, code: str) -> str:
    """The name of a region, or its code where it is not known here."""
    region = session.get(Region, code)
    return region.name if region else code


def list_bodies(session: Session) -> list[Body]:
    """All bodies by code."""
    return list(session.scalars(select(Body).order_by(Body.code)))


def list_holders(session: Session, *, actor: Actor) -> list[dict[str, Any]]:
    """The inspectors' accounts in the actor's jurisdiction, for which phones can be enrolled, by name."""
    in_use = (
        select(func.count())
        .where(Replica.account_id == Account.id, Replica.state == ReplicaState.ACTIVE)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Account, in_use)
        .join(Account.person)
        .join(Person.body)
        .where(Account.active, Body.region.startswith(region_prefix(actor.region)))
        .options(joinedload(Account.person).joinedload(Person.body))
        .order_by(Person.name, Account.username)
    )
    return [
        {
            "account": account.id,
            "username": account.username,
            "person": account.person_id,
            "person_name": account.person.name,
            "body_name": account.person.body.name,
            "active_devices": devices,
        }
        for account, devices in rows
        if Role.INSPECTOR in account.roles
    ]


def get_enrollable_account(session: Session, account_id: str, *, actor: Actor) -> Account:
    """An inspector's account in the actor's jurisdiction, locked; raises NotFound."""
    account = session.get(Account, account_id, with_for_update=True)
    if account is None or not account.active or Role.INSPECTOR not in account.roles:
        raise NotFound()
    if not actor.covers(account.person.body.region):
        raise NotFound()
    return account


def list_visible_devices(
    session: Session,
    *,
    actor: Actor,
    q: str,
    person: str | None,
    state: ReplicaState | None,
    cursor: str | None,
    limit: int,
) -> tuple[list[Replica], str | None, int]:
    """A page of the phones of persons in the actor's jurisdiction, the one heard of last on top; the cursor of the
    following page, and how many there are altogether."""
    wanted = [Body.region.startswith(region_prefix(actor.region))]
    if q:
        wanted.append(Person.name.contains(q, autoescape=True) | Replica.label.contains(q, autoescape=True))
    if person:
        wanted.append(Replica.person_id == person)
    if state:
        wanted.append(Replica.state == state)
    counted = select(func.count()).select_from(Replica).join(Replica.person).join(Person.body).where(*wanted)
    rows = session.scalars(_devices().where(*wanted, _after(cursor)).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    following = f"{(last.last_seen_at or last.enrolled_at).isoformat()}~{last.id}" if last else None
    return list(rows[:limit]), following, session.scalar(counted) or 0


def list_own_devices(session: Session, *, actor: Actor) -> list[Replica]:
    """The actor's own phones, the one heard of last on top."""
    return list(session.scalars(_devices().where(Replica.person_id == actor.person_id)))


_heard_at = func.coalesce(Replica.last_seen_at, Replica.enrolled_at)


def _devices() -> Select[Replica]:
    return (
        select(Replica)
        .join(Replica.person)
        .join(Person.body)
        .options(joinedload(Replica.account), joinedload(Replica.person).joinedload(Person.body))
        .order_by(_heard_at.desc(), Replica.id)
    )


def _after(cursor: str | None) -> ColumnElement[bool]:
    if not cursor:
        return true()
    moment, _, replica_id = cursor.partition("~")
    try:
        last = datetime.fromisoformat(moment)
        if last.tzinfo is None:
            raise ValueError(moment)
    except ValueError as error:
        raise InvalidInput(errors=[{"pointer": "/cursor", "code": "invalid", "message": cursor}]) from error
    return or_(_heard_at < last, and_(_heard_at == last, Replica.id > replica_id))


def get_visible_device(session: Session, replica_id: str, *, actor: Actor) -> Replica:
    """A phone of a person in the actor's jurisdiction; raises NotFound."""
    replica = find_replica(session, replica_id)
    if replica is None or not actor.covers(replica.person.body.region):
        raise NotFound()
    return replica


def get_manageable_device(session: Session, replica_id: str, *, actor: Actor) -> Replica:
    """A phone that the actor may stop, locked: one's own, or as an office one of its jurisdiction; raises NotFound."""
    replica = session.get(Replica, replica_id, with_for_update=True, populate_existing=True)
    if replica is None:
        raise NotFound()
    office = allows(Permission.DEVICES, actor.roles) and actor.covers(replica.person.body.region)
    if replica.person_id != actor.person_id and not office:
        raise NotFound()
    return replica


def count_sessions(session: Session, replica_id: str, *, now: datetime) -> int:
    """How many sessions on a phone are still alive."""
    links = select(RefreshToken.session_id, func.max(RefreshToken.expires_at).label("until"))
    latest = links.where(RefreshToken.replica_id == replica_id).group_by(RefreshToken.session_id).subquery()
    over = exists().where(RefreshToken.session_id == latest.c.session_id, RefreshToken.revoked_at.is_not(None))
    return session.scalar(select(func.count()).select_from(latest).where(latest.c.until > now, ~over)) or 0


def person_names(session: Session, ids: set[str]) -> dict[str, str]:
    """The names of some persons by id."""
    return dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all())
