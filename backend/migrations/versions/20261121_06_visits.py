"""visits: one for several tasks, and teams that are named instead of drawn.

Revision: 20261121_06
Follows: 20261121_05
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_06"
down_revision = "20261121_05"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("drawn_object", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merge", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("merge_with", sa.String(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_drawn_object_merge_with"), "draw", ["merge_with"], ["id"])
    op.create_table(
        "named_team",
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("object_code", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("inspectors", _JSON, nullable=False),
        sa.Column("former", _JSON, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("named_by", sa.String(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_named_team_task_id")),
        sa.ForeignKeyConstraint(["object_code"], ["inspected_object.code"], name=op.f("fk_named_team_object_code")),
        sa.ForeignKeyConstraint(["region"], ["region.code"], name=op.f("fk_named_team_region")),
        sa.ForeignKeyConstraint(["named_by"], ["person.id"], name=op.f("fk_named_team_named_by")),
        sa.PrimaryKeyConstraint("task_id", "object_code", name=op.f("pk_named_team")),
    )
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.alter_column("draw_id", existing_type=sa.String(), nullable=True)


def downgrade() -> None:
    """Refuses where an inspection has a named team: the earlier schema cannot say whose it is."""
    named = op.get_bind().scalar(sa.text("select count(*) from inspection where draw_id is null"))
    if named:
        raise RuntimeError(f"{named} inspections have a named team and no draw; the earlier schema cannot hold them")
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.alter_column("draw_id", existing_type=sa.String(), nullable=False)
    op.drop_table("named_team")
    with op.batch_alter_table("drawn_object", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_drawn_object_merge_with"), type_="foreignkey")
        batch_op.drop_column("merge_with")
        batch_op.drop_column("merge")
