"""devices: enrolment codes, revocation with its reason, what opens a vault, and sessions that end at once.

Revision: 20261121_07
Follows: 20261121_06
"""

import sqlalchemy as sa
from alembic import op

revision = "20261121_07"
down_revision = "20261121_06"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("replica", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recovery", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("revoked_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("revoked_reason", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("lost", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_foreign_key(op.f("fk_replica_revoked_by"), "person", ["revoked_by"], ["id"])
        batch_op.create_index("ix_replica_person_id", ["person_id"], unique=False)
    with op.batch_alter_table("refresh_token", schema=None) as batch_op:
        batch_op.drop_index("ix_refresh_token_session_id")
        batch_op.create_index("ix_refresh_token_session_id_revoked_at", ["session_id", "revoked_at"], unique=False)
        batch_op.create_index("ix_refresh_token_replica_id", ["replica_id"], unique=False)
    op.create_table(
        "enrolment_code",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replica_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_enrolment_code_account_id")),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name=op.f("fk_enrolment_code_issued_by")),
        sa.ForeignKeyConstraint(["replica_id"], ["replica.id"], name=op.f("fk_enrolment_code_replica_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_enrolment_code_code_hash")),
    )
    with op.batch_alter_table("enrolment_code", schema=None) as batch_op:
        batch_op.create_index("ix_enrolment_code_account_id", ["account_id"], unique=False)


def downgrade() -> None:
    """Refuses while phones have handed in what opens their vaults: a forgotten PIN would then cost their work."""
    kept = op.get_bind().scalar(sa.text("select count(*) from replica where recovery is not null"))
    if kept:
        raise RuntimeError(f"{kept} phones rely on the recovery kept here; the earlier schema cannot hold it")
    op.drop_table("enrolment_code")
    with op.batch_alter_table("refresh_token", schema=None) as batch_op:
        batch_op.drop_index("ix_refresh_token_replica_id")
        batch_op.drop_index("ix_refresh_token_session_id_revoked_at")
        batch_op.create_index("ix_refresh_token_session_id", ["session_id"], unique=False)
    with op.batch_alter_table("replica", schema=None) as batch_op:
        batch_op.drop_index("ix_replica_person_id")
        batch_op.drop_constraint(op.f("fk_replica_revoked_by"), type_="foreignkey")
        batch_op.drop_column("lost")
        batch_op.drop_column("revoked_reason")
        batch_op.drop_column("revoked_by")
        batch_op.drop_column("revoked_at")
        batch_op.drop_column("recovery")
