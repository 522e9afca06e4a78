"""Tables of pools, draws and their results. Nothing here is deleted: a void draw stays visible for ever."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.accounts.models import Person
from backend.foundation.database import Base
from backend.foundation.ids import new_id
from backend.plans.models import Task
from backend.registry.models import InspectedObject
from schemas.vocabulary import DrawKind, DrawState, MergeOutcome


class Pool(Base):
    """抽查名单库: the objects of a task's scope, frozen with a published digest."""

    __tablename__ = "pool"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"), unique=True)
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    root: Mapped[str]
    n: Mapped[int]
    secret: Mapped[str]
    # {stratum code: count} and {reason: count} as they were at the freeze.
    counts: Mapped[dict[str, Any]]
    excluded: Mapped[dict[str, Any]]

    task: Mapped[Task] = relationship()


class PoolBlock(Base):
    """Some thousand objects of one stratum of a pool. A pool never changes and is always read whole, so it is kept
    in blocks: a row for each object would cost minutes and hundreds of megabytes where this costs seconds. Salts and
    leaves follow from the pool's secret."""

    __tablename__ = "pool_block"

    pool_id: Mapped[str] = mapped_column(ForeignKey("pool.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    stratum: Mapped[str]
    # Object codes, one to a line.
    codes: Mapped[str]


class Draw(Base):
    """抽取: commitment, public event, codes, seed and result of one draw of objects or match of inspectors."""

    __tablename__ = "draw"
    __table_args__ = (
        Index(
            "uq_draw_live",
            "task_id",
            "kind",
            "region",
            "round",
            unique=True,
            sqlite_where=text("state <> 'void'"),
            postgresql_where=text("state <> 'void'"),
        ),
        UniqueConstraint("task_id", "kind", "region", "round", "attempt"),
        CheckConstraint("kind in ('objects', 'inspectors')", name="kind"),
        CheckConstraint("state in ('draft', 'committed', 'revealed', 'drawn', 'published', 'void')", name="state"),
        CheckConstraint("void_approved_by is null or void_approved_by <> void_requested_by", name="void_by_two"),
        CheckConstraint("opened_at is null or sealed", name="opened_was_sealed"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"), index=True)
    kind: Mapped[str]
    region: Mapped[str] = mapped_column(ForeignKey("region.code"))
    # Later rounds of a county's match staff what the earlier ones could not, and objects that stepped in since.
    round: Mapped[int] = mapped_column(default=1, server_default="1")
    attempt: Mapped[int]
    state: Mapped[str] = mapped_column(default="draft")
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("draw.id"))
    event_type: Mapped[str]
    event_id: Mapped[str]
    event_due: Mapped[datetime]
    event_value: Mapped[str | None]
    commitment: Mapped[dict[str, Any] | None]
    commitment_digest: Mapped[str | None]
    # Who may go where, as fixed by the commitment of an inspectors' draw: the run uses this, not the directory.
    eligibility: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    committed_at: Mapped[datetime | None]
    seed: Mapped[str | None]
    result_digest: Mapped[str | None]
    drawn_at: Mapped[datetime | None]
    # The bundle as published; verifiers need nothing else (an inspectors' bundle names its parent). That of an
    # objects' draw has no leaves here: `queries.pools.whole_bundle` puts them in from the pool, which holds them.
    bundle: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    bundle_digest: Mapped[str | None]
    # 封存: until it is opened, the public sees only digests; the task says so before the draw begins.
    sealed: Mapped[bool] = mapped_column(default=False, server_default=false())
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    created_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    void_reason: Mapped[str | None]
    void_requested_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    void_approved_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    voided_at: Mapped[datetime | None]

    task: Mapped[Task] = relationship()
    parent: Mapped["Draw | None"] = relationship(remote_side=[id])
    custodians: Mapped[list["DrawCustodian"]] = relationship(back_populates="draw", order_by="DrawCustodian.person_id")

    @property
    def hidden(self) -> bool:
        """Whether the result is still under seal 封存. What a void draw of objects gave is not visited: it shows."""
        given_up = self.state == DrawState.VOID and self.kind == DrawKind.OBJECTS
        return self.sealed and self.opened_at is None and not given_up


class DrawCustodian(Base):
    """持码人: a person who committed to a secret code before the event and reveals it after."""

    __tablename__ = "draw_custodian"

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    code_hash: Mapped[str | None]
    code: Mapped[str | None]
    revealed_at: Mapped[datetime | None]

    draw: Mapped[Draw] = relationship(back_populates="custodians")
    person: Mapped[Person] = relationship()


class DrawnObject(Base):
    """One ticket that was drawn or stands in reserve 候补, and where it was dispatched."""

    __tablename__ = "drawn_object"
    __table_args__ = (UniqueConstraint("draw_id", "stratum", "rank"),)

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    object_code: Mapped[str] = mapped_column(ForeignKey("inspected_object.code"), primary_key=True)
    stratum: Mapped[str]
    rank: Mapped[int]
    ticket: Mapped[str]
    reserve: Mapped[bool]
    # Dispatch by registration authority 按登记机关派发; the county matches within five days of it.
    dispatched_to: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    dispatched_at: Mapped[datetime | None]
    match_due_on: Mapped[date | None]
    # Substitution of an object: when it left, or when as a reserve it stepped in.
    left_at: Mapped[datetime | None]
    entered_at: Mapped[datetime | None]
    # When its record was sealed; from then on neither it nor its team is substituted.
    visited_at: Mapped[datetime | None]
    # 合并上门: the same object is drawn in that other draw too, and whether one visit serves both (MergeOutcome).
    merge: Mapped[str | None]
    merge_with: Mapped[str | None] = mapped_column(ForeignKey("draw.id"))

    object: Mapped[InspectedObject] = relationship()

    @classmethod
    def in_play(cls) -> ColumnElement[bool]:
        """Drawn or stepped in, and not substituted since: what is dispatched, matched and visited."""
        return cls.left_at.is_(None) & (~cls.reserve | cls.entered_at.is_not(None))

    @classmethod
    def visited_alone(cls) -> ColumnElement[bool]:
        """Not covered by the visit of another task: it needs a team of its own."""
        return cls.merge.is_distinct_from(MergeOutcome.MERGED)


class Seat(Base):
    """One seat of an inspection team as an inspectors' draw gave it."""

    __tablename__ = "seat"
    __table_args__ = (UniqueConstraint("draw_id", "object_code", "inspector_code"),)

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    object_code: Mapped[str] = mapped_column(ForeignKey("inspected_object.code"), primary_key=True)
    seat: Mapped[int] = mapped_column(primary_key=True)
    inspector_code: Mapped[str] = mapped_column(ForeignKey("inspector.code"))
    role: Mapped[str]
    ticket: Mapped[str]


class NamedTeam(Base):
    """Who was named to visit an object of a single case 个案, which needs no lot: nobody was free to choose whom."""

    __tablename__ = "named_team"

    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"), primary_key=True)
    object_code: Mapped[str] = mapped_column(ForeignKey("inspected_object.code"), primary_key=True)
    region: Mapped[str] = mapped_column(ForeignKey("region.code"))
    # Codes of inspectors, the lead first; and of those who were named before and had to be replaced.
    inspectors: Mapped[list[str]]
    former: Mapped[list[str]]
    note: Mapped[str]
    named_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime]
    # When its record was sealed; from then on the team stays.
    visited_at: Mapped[datetime | None]

    task: Mapped[Task] = relationship()
    object: Mapped[InspectedObject] = relationship()


class ExpertSeat(Base):
    """An expert whom an inspectors' draw gave to an object beside its team."""

    __tablename__ = "expert_seat"

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    object_code: Mapped[str] = mapped_column(ForeignKey("inspected_object.code"), primary_key=True)
    expert_code: Mapped[str] = mapped_column(ForeignKey("expert.code"), primary_key=True)
    ticket: Mapped[str]


class Evidence(Base):
    """A file that shows why a substitution is needed; the public log names its digest only."""

    __tablename__ = "draw_evidence"

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    mime: Mapped[str]
    size: Mapped[int]
    stored_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    stored_at: Mapped[datetime]


class Substitution(Base):
    """替换: an object of an objects' draw, or an inspector of a match, asked for, approved and then drawn.

    `number` counts the approved requests of a draw; the logged request is public before its event happens.
    """

    __tablename__ = "substitution"
    __table_args__ = (
        UniqueConstraint("draw_id", "number"),
        ForeignKeyConstraint(["draw_id", "evidence"], ["draw_evidence.draw_id", "draw_evidence.sha256"]),
        CheckConstraint("state in ('requested', 'refused', 'approved', 'withdrawn', 'drawn')", name="state"),
        CheckConstraint("decided_by is null or decided_by <> requested_by", name="decided_by_another"),
        CheckConstraint(
            "withdrawn_by is null or (withdrawn_by <> requested_by and withdrawn_by <> decided_by)",
            name="withdrawn_by_a_third",
        ),
        CheckConstraint("(state in ('requested', 'refused')) = (number is null)", name="numbered_when_approved"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), index=True)
    number: Mapped[int | None]
    state: Mapped[str] = mapped_column(default="requested")
    # The objects whose teams change, all of one group; or the one object that leaves.
    objects: Mapped[list[str]]
    # Who or what leaves: an inspector, an expert, or the one object itself; and who or what stepped in, "" when
    # nobody was left.
    leaving: Mapped[str]
    substitute: Mapped[str | None]
    ticket: Mapped[str | None]
    reason: Mapped[str]
    note: Mapped[str]
    evidence: Mapped[str]
    requested_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    refusal: Mapped[str | None]
    event_type: Mapped[str | None]
    event_id: Mapped[str | None]
    event_due: Mapped[datetime | None]
    event_value: Mapped[str | None]
    # The logged request as it was published, and its digest.
    request: Mapped[dict[str, Any] | None]
    request_digest: Mapped[str | None]
    # Given up after the approval, because its event does not come or the visit was made meanwhile.
    withdrawn_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawal: Mapped[str | None]
    drawn_at: Mapped[datetime | None]

    draw: Mapped[Draw] = relationship()
