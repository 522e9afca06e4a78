"""Tables of people and their access. A person may hold several accounts; duties are kept apart by person."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
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
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class RefreshToken(Base):
    """One link of a session's chain of refresh tokens; only its hash is kept."""

    __tablename__ = "refresh_token"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    replica_id: Mapped[str | None] = mapped_column(ForeignKey("replica.id"))
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
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    public_key: Mapped[str]
    label: Mapped[str]
    state: Mapped[str] = mapped_column(default="active")
    enrolled_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
