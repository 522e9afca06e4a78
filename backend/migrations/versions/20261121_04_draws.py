"""draws: rounds, seals, experts, substitutions.

Revision: 20261121_04
Follows: 20261121_03
"""

import hashlib
import hmac
from itertools import groupby

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_04"
down_revision = "20261121_03"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.add_column(sa.Column("round", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("sealed", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("opened_by", sa.String(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_draw_opened_by"), "person", ["opened_by"], ["id"])
        batch_op.create_check_constraint("opened_was_sealed", "opened_at is null or sealed")
        batch_op.drop_constraint(op.f("uq_draw_task_id_kind_region_attempt"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_draw_task_id_kind_region_round_attempt"), ["task_id", "kind", "region", "round", "attempt"]
        )
    _live_index(["task_id", "kind", "region", "round"])
    with op.batch_alter_table("drawn_object", schema=None) as batch_op:
        for name in ("left_at", "entered_at", "visited_at"):
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "expert_seat",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("object_code", sa.String(), nullable=False),
        sa.Column("expert_code", sa.String(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_expert_seat_draw_id")),
        sa.ForeignKeyConstraint(["expert_code"], ["expert.code"], name=op.f("fk_expert_seat_expert_code")),
        sa.ForeignKeyConstraint(["object_code"], ["inspected_object.code"], name=op.f("fk_expert_seat_object_code")),
        sa.PrimaryKeyConstraint("draw_id", "object_code", "expert_code", name=op.f("pk_expert_seat")),
    )
    op.create_table(
        "draw_evidence",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_by", sa.String(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_evidence_draw_id")),
        sa.ForeignKeyConstraint(["stored_by"], ["person.id"], name=op.f("fk_draw_evidence_stored_by")),
        sa.PrimaryKeyConstraint("draw_id", "sha256", name=op.f("pk_draw_evidence")),
    )
    op.create_table(
        "substitution",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("objects", _JSON, nullable=False),
        sa.Column("leaving", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.Column("event_type", sa.String(), nullable=True),
        sa.Column("event_id", sa.String(), nullable=True),
        sa.Column("event_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_value", sa.String(), nullable=True),
        sa.Column("request", _JSON, nullable=True),
        sa.Column("request_digest", sa.String(), nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal", sa.String(), nullable=True),
        sa.Column("substitute", sa.String(), nullable=True),
        sa.Column("ticket", sa.String(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('requested', 'refused', 'approved', 'withdrawn', 'drawn')", name=op.f("ck_substitution_state")
        ),
        sa.CheckConstraint(
            "withdrawn_by is null or (withdrawn_by <> requested_by and withdrawn_by <> decided_by)",
            name=op.f("ck_substitution_withdrawn_by_a_third"),
        ),
        sa.CheckConstraint(
            "decided_by is null or decided_by <> requested_by", name=op.f("ck_substitution_decided_by_another")
        ),
        sa.CheckConstraint(
            "(state in ('requested', 'refused')) = (number is null)",
            name=op.f("ck_substitution_numbered_when_approved"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_substitution_decided_by")),
        sa.ForeignKeyConstraint(
            ["draw_id", "evidence"],
            ["draw_evidence.draw_id", "draw_evidence.sha256"],
            name=op.f("fk_substitution_draw_id_evidence"),
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_substitution_draw_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_substitution_requested_by")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["person.id"], name=op.f("fk_substitution_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution")),
        sa.UniqueConstraint("draw_id", "number", name=op.f("uq_substitution_draw_id_number")),
    )
    with op.batch_alter_table("substitution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_substitution_draw_id"), ["draw_id"], unique=False)
    _pack_pools()


def downgrade() -> None:
    _check_what_stays()
    _unpack_pools()
    op.drop_table("substitution")
    op.drop_table("draw_evidence")
    op.drop_table("expert_seat")
    with op.batch_alter_table("drawn_object", schema=None) as batch_op:
        for name in ("visited_at", "entered_at", "left_at"):
            batch_op.drop_column(name)
    _live_index(["task_id", "kind", "region"])
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_draw_task_id_kind_region_round_attempt"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_draw_task_id_kind_region_attempt"), ["task_id", "kind", "region", "attempt"]
        )
        batch_op.drop_constraint(op.f("ck_draw_opened_was_sealed"), type_="check")
        batch_op.drop_constraint(op.f("fk_draw_opened_by"), type_="foreignkey")
        for name in ("opened_by", "opened_at", "sealed", "round"):
            batch_op.drop_column(name)


def _check_what_stays() -> None:
    """Before, a county had one match, and every result was public: refuse before anything is changed."""
    for condition, held in (
        ("round > 1", "several rounds of a match 多轮匹配"),
        ("sealed and opened_at is null", "results under seal that going back would publish 尚未启封的结果"),
    ):
        found = op.get_bind().scalar(sa.text(f"select count(*) from draw where {condition}"))
        if found:
            raise RuntimeError(f"{found} draws: the older schema cannot hold {held}")


def _live_index(columns: list[str]) -> None:
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.drop_index("uq_draw_live")
        batch_op.create_index(
            "uq_draw_live",
            columns,
            unique=True,
            sqlite_where=sa.text("state <> 'void'"),
            postgresql_where=sa.text("state <> 'void'"),
        )


_ENTRY = sa.table("pool_entry", *map(sa.column, ("pool_id", "object_code", "stratum", "salt", "leaf")))
_BLOCK = sa.table("pool_block", *map(sa.column, ("pool_id", "seq", "stratum", "codes")))
_POOL = sa.table("pool", *map(sa.column, ("id", "task_id", "secret")))
_DRAW = sa.table("draw", *map(sa.column, ("id", "task_id", "kind")), sa.column("bundle", _JSON))


def _pack_pools() -> None:
    """A row for each object of a pool becomes a row for five thousand; salts and leaves follow from the secret."""
    op.create_table(
        "pool_block",
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.String(), nullable=False),
        sa.Column("codes", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_pool_block_pool_id")),
        sa.PrimaryKeyConstraint("pool_id", "seq", name=op.f("pk_pool_block")),
    )
    database = op.get_bind()
    for pool_id in database.scalars(sa.select(_POOL.c.id)).all():
        found = sa.select(_ENTRY.c.stratum, _ENTRY.c.object_code).where(_ENTRY.c.pool_id == pool_id)
        seq = 0
        for stratum, rows in groupby(sorted(database.execute(found)), key=lambda row: row[0]):
            codes = [code for _, code in rows]
            for start in range(0, len(codes), 5000):
                block = {"stratum": stratum, "codes": "\n".join(codes[start : start + 5000])}
                database.execute(_BLOCK.insert().values(pool_id=pool_id, seq=seq, **block))
                seq += 1
    op.drop_table("pool_entry")


def _unpack_pools() -> None:
    op.create_table(
        "pool_entry",
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("object_code", sa.String(), nullable=False),
        sa.Column("stratum", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("leaf", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["object_code"], ["inspected_object.code"], name=op.f("fk_pool_entry_object_code")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_pool_entry_pool_id")),
        sa.PrimaryKeyConstraint("pool_id", "object_code", name=op.f("pk_pool_entry")),
    )
    database = op.get_bind()
    for pool_id, task_id, secret in database.execute(sa.select(_POOL)).all():
        entries = []
        blocks = sa.select(_BLOCK.c.stratum, _BLOCK.c.codes).where(_BLOCK.c.pool_id == pool_id)
        for stratum, codes in database.execute(blocks):
            for code in codes.split("\n"):
                salt = hmac.new(bytes.fromhex(secret), code.encode(), hashlib.sha256).hexdigest()[:32]
                leaf = hashlib.sha256(f"dsj1|leaf|{salt}|{stratum}|{code}".encode()).hexdigest()
                entries.append({"object_code": code, "stratum": stratum, "salt": salt, "leaf": leaf})
        if entries:
            database.execute(_ENTRY.insert(), [{"pool_id": pool_id, **entry} for entry in entries])
        _put_leaves_back(database, task_id, entries)
    op.drop_table("pool_block")


def _put_leaves_back(database: sa.Connection, task_id: str, entries: list[dict[str, str]]) -> None:
    """Before, the bundle of an objects' draw carried its leaves."""
    leaves = [{"id": entry.pop("object_code"), **entry} for entry in sorted(entries, key=lambda entry: entry["leaf"])]
    of_objects = sa.select(_DRAW.c.id, _DRAW.c.bundle).where(_DRAW.c.task_id == task_id, _DRAW.c.kind == "objects")
    for draw_id, bundle in database.execute(of_objects).all():
        if bundle and "leaves" not in bundle:
            whole = {**bundle, "leaves": leaves}
            database.execute(_DRAW.update().where(_DRAW.c.id == draw_id).values(bundle=whole))
