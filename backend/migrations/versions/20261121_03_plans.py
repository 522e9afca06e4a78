"""Plans: kinds and sources, joint answers, attachments, strata by number.

Revision: 20261121_03
Follows: 20261121_02
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_03"
down_revision = "20261121_02"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


# Added in place: SQLite cannot rebuild a table that others point at while foreign keys are watched.
def _plan() -> list[sa.Column]:
    return [
        sa.Column("kind", sa.String(), nullable=False, server_default="annual"),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("filing", sa.String(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document_v", sa.Integer(), nullable=False, server_default="2"),
    ]


def _task() -> list[sa.Column]:
    return [
        sa.Column("kind", sa.String(), nullable=False, server_default="double_random"),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("source_note", sa.String(), nullable=True),
        sa.Column("trigger", sa.String(), nullable=True),
        sa.Column("lead", sa.String(), nullable=True),
        sa.Column("participants", _JSON, nullable=False, server_default="[]"),
        sa.Column("frequency_cap", sa.Integer(), nullable=True),
        sa.Column("observation_months", sa.Integer(), nullable=True),
        sa.Column("observation_risks", _JSON, nullable=False, server_default="[]"),
        sa.Column("merge_visits", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("group_size", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("cool_off_months", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("experts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("expert_specialities", _JSON, nullable=False, server_default="[]"),
        sa.Column("sealed", sa.Boolean(), nullable=False, server_default=sa.false()),
    ]


def upgrade() -> None:
    for table, columns in (("plan", _plan()), ("task", _task())):
        for column in columns:
            op.add_column(table, column)
    # What has been digested keeps the document that was digested.
    op.execute("update plan set document_v = 1 where digest is not null")
    with op.batch_alter_table("stratum", schema=None) as batch_op:
        batch_op.add_column(sa.Column("number", sa.Integer(), nullable=True))
        batch_op.alter_column("ratio", existing_type=sa.String(), nullable=True)
        batch_op.create_check_constraint(
            batch_op.f("ck_stratum_ratio_or_number"), "(ratio is null) <> (number is null)"
        )
    op.create_table(
        "plan_attachment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("plan_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_plan_attachment_added_by")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_attachment_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_attachment")),
        sa.UniqueConstraint("plan_id", "sha256", name=op.f("uq_plan_attachment_plan_id_sha256")),
    )
    op.create_table(
        "plan_opinion",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("plan_id", sa.String(), nullable=False),
        sa.Column("body_code", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer in ('agree', 'agree_with_comment', 'object')", name=op.f("ck_plan_opinion_answer")),
        sa.ForeignKeyConstraint(["body_code"], ["body.code"], name=op.f("fk_plan_opinion_body_code")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_plan_opinion_person_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_opinion_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_opinion")),
    )
    op.create_index(op.f("ix_plan_opinion_plan_id"), "plan_opinion", ["plan_id"])
    op.create_table(
        "plan_meeting",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("plan_id", sa.String(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("attendees", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("minutes", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("decision in ('adopted', 'sent_back')", name=op.f("ck_plan_meeting_decision")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_meeting_plan_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_plan_meeting_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_meeting")),
    )
    op.create_index(op.f("ix_plan_meeting_plan_id"), "plan_meeting", ["plan_id"])


def downgrade() -> None:
    op.drop_table("plan_meeting")
    op.drop_table("plan_opinion")
    op.drop_table("plan_attachment")
    with op.batch_alter_table("stratum", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_stratum_ratio_or_number"), type_="check")
    # A number of objects has no ratio without the directory: the smallest that can be written stands for it.
    op.execute("update stratum set ratio = '1/999999999' where ratio is null")
    with op.batch_alter_table("stratum", schema=None) as batch_op:
        batch_op.drop_column("number")
        batch_op.alter_column("ratio", existing_type=sa.String(), nullable=False)
    for table, columns in (("task", _task()), ("plan", _plan())):
        for column in columns:
            op.drop_column(table, column.name)
