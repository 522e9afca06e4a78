"""trust: telephone numbers of inspectors, wrong passwords by where they come from, uploads by person.

Revision: 20261121_08
Follows: 20261121_07
"""

import sqlalchemy as sa
from alembic import op

revision = "20261121_08"
down_revision = "20261121_07"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("inspector", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phone", sa.String(), server_default="", nullable=False))
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("failed_sign_ins")
        batch_op.drop_column("locked_until")
    op.create_table(
        "wrong_passwords",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_wrong_passwords_account_id")),
        sa.PrimaryKeyConstraint("account_id", "place", name=op.f("pk_wrong_passwords")),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(
            "ix_upload_person_id_inspection_id_sha256", ["person_id", "inspection_id", "sha256"], unique=False
        )


def downgrade() -> None:
    """Telephone numbers are lost, and what waits for wrong passwords is over."""
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.drop_index("ix_upload_person_id_inspection_id_sha256")
    op.drop_table("wrong_passwords")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("failed_sign_ins", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.alter_column("failed_sign_ins", existing_type=sa.Integer(), server_default=None)
    with op.batch_alter_table("inspector", schema=None) as batch_op:
        batch_op.drop_column("phone")
