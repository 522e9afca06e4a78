"""Tables of people and their access. A person may hold several accounts; duties are kept apart by person."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.foundation.database import Base
from backend.foundation.ids import new_id


class Region(Base):
    """A division of the country by its GB/T 2260 code; the code carries the hierarchy."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Body(Base):
    """A market-supervision bureau 市场监督管理局: registration authority and employer of inspectors."""

    __tablename__ = "body"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    short_name: Mapped[str]
    region: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    # The body above it in its own line 上级单位, which may keep its entries too.
    parent: Mapped[str | None] = mapped_column(ForeignKey("body.code"))


class Person(Base):
    """A natural person who acts for a body."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    body_code: Mapped[str] = mapped_column(ForeignKey("body.code"))

    body: Mapped[Body] = relationship()


class Account(Base):
    """A way for a person to sign in."""

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    roles: Mapped[list[str]]
    active: Mapped[bool] = mapped_column(default=True)

    person: Mapped[Person] = relationship()


class WrongPasswords(Base):
    """How many wrong passwords in a row came for an account from one place; forgotten after a day without one."""

    __tablename__ = "wrong_passwords"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    # device:<nonce>, replica:<id>, address:<ip>, or `strangers` for all addresses together.
    place: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime]


class RefreshToken(Base):
    """One link of a session's chain of refresh tokens; only its hash is kept."""

    __tablename__ = "refresh_token"
    # Every request asks whether its session has a revoked link.
    __table_args__ = (Index(None, "session_id", "revoked_at"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[str]
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    replica_id: Mapped[str | None] = mapped_column(ForeignKey("replica.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("refresh_token.id"), unique=True)
    issued_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Replica(Base):
    """One installation of the phone app used by one person, with its own P-256 key."""

    __tablename__ = "replica"
    __table_args__ = (CheckConstraint("state in ('active', 'revoked')", name="state"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    public_key: Mapped[str]
    label: Mapped[str]
    state: Mapped[str] = mapped_column(default="active")
    enrolled_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    # What opens the phone's vault without its PIN, encrypted under a key of the server.
    recovery: Mapped[str | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    revoked_reason: Mapped[str | None]
    # Out of its owner's hands, which a worn-out phone is not.
    lost: Mapped[bool] = mapped_column(default=False, server_default=false())

    account: Mapped[Account] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=person_id)


class EnrolmentCode(Base):
    """A code that enrols one phone for one account, once; only its hash is kept."""

    __tablename__ = "enrolment_code"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    issued_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    # Used, or replaced by a newer one: either way it enrols nothing more.
    spent_at: Mapped[datetime | None]
    replica_id: Mapped[str | None] = mapped_column(ForeignKey("replica.id"))
