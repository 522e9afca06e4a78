"""Reads about people and their access."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.models import Account, Body, Region, Replica
from backend.foundation.access.actor import Actor
from backend.foundation.access.tokens import Claims
from backend.foundation.problems import NotFound
from schemas.vocabulary import Role


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


def load_actor(session: Session, claims: Claims) -> Actor | None:
    """The actor behind a token as things stand now, so that closing an account takes effect at once."""
    account = session.get(Account, claims.account_id)
    if account is None or not account.active:
        return None
    return actor_of(account, replica_id=claims.replica_id)


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
