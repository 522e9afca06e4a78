"""registry.

Revision: 20261121_02
Follows: 20261121_01
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_02"
down_revision = "20261121_01"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MARKS = {"tag": "tags", "licence": "licences"}


def upgrade() -> None:
    with op.batch_alter_table("body", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parent", sa.String(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_body_parent"), "body", ["parent"], ["code"])
    _upgrade_items()
    _upgrade_objects()
    _upgrade_inspectors()
    _upgrade_recusals()
    _create_statements()
    _create_people_and_history()
    _fill_new_tables()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), server_default="", nullable=False)


def _list(name: str) -> sa.Column[object]:
    return sa.Column(name, _JSON, server_default=sa.text("'[]'"), nullable=False)


def _row_version() -> sa.Column[int]:
    return sa.Column("row_version", sa.Integer(), server_default="1", nullable=False)


def _upgrade_items() -> None:
    with op.batch_alter_table("inspection_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(), server_default="published", nullable=False))
        for name in ("sub_item", "content", "executing_body", "unfit_reason"):
            batch_op.add_column(_text(name))
        for name in ("joint_departments", "qualifications"):
            batch_op.add_column(_list(name))
        batch_op.add_column(sa.Column("frequency_cap", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("random_fit", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("guidance", _JSON, server_default=sa.text("'{}'"), nullable=False))
        batch_op.add_column(sa.Column("effective_to", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("maintained_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(_row_version())
    # One list was shared by all until now: the body at the top keeps it.
    op.execute("update inspection_item set maintained_by = (select code from body order by region, code limit 1)")
    op.execute("update inspection_item set ratio_cap = null where key")
    op.execute("update inspection_item set ratio_cap = '1/1' where not key and ratio_cap is null")
    with op.batch_alter_table("inspection_item", schema=None) as batch_op:
        batch_op.alter_column("maintained_by", existing_type=sa.String(), nullable=False)
        batch_op.create_foreign_key(batch_op.f("fk_inspection_item_maintained_by"), "body", ["maintained_by"], ["code"])
        batch_op.create_check_constraint(batch_op.f("ck_inspection_item_state"), "state in ('draft', 'published')")
        batch_op.create_check_constraint(
            batch_op.f("ck_inspection_item_general_items_have_a_cap"),
            "(key and ratio_cap is null) or (not key and ratio_cap is not null)",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_inspection_item_unfit_has_a_reason"), "random_fit or unfit_reason <> ''"
        )
        batch_op.create_index(
            "uq_inspection_item_draft",
            ["code"],
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )


def _upgrade_objects() -> None:
    with op.batch_alter_table("inspected_object", schema=None) as batch_op:
        batch_op.add_column(sa.Column("maintained_by", sa.String(), nullable=True))
        batch_op.add_column(_list("libraries"))
        batch_op.add_column(_row_version())
    op.execute("update inspected_object set maintained_by = authority")
    op.execute("update inspected_object set risk = '' where risk not in ('A', 'B', 'C', 'D')")
    with op.batch_alter_table("inspected_object", schema=None) as batch_op:
        batch_op.alter_column("maintained_by", existing_type=sa.String(), nullable=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_inspected_object_maintained_by"), "body", ["maintained_by"], ["code"]
        )
        batch_op.create_check_constraint(batch_op.f("ck_inspected_object_risk"), "risk in ('A', 'B', 'C', 'D', '')")
        batch_op.create_index(
            "ix_inspected_object_search",
            ["code", "region", "kind", "status", "risk", "authority", "registered_on", "name"],
            unique=False,
        )


def _upgrade_inspectors() -> None:
    with op.batch_alter_table("inspector", schema=None) as batch_op:
        batch_op.add_column(sa.Column("maintained_by", sa.String(), nullable=True))
        batch_op.add_column(_text("department"))
        batch_op.add_column(_list("specialities"))
        batch_op.add_column(_row_version())
    op.execute(
        "update inspector set maintained_by = (select body_code from person where person.id = inspector.person_id)"
    )
    with op.batch_alter_table("inspector", schema=None) as batch_op:
        batch_op.alter_column("maintained_by", existing_type=sa.String(), nullable=False)
        batch_op.create_foreign_key(batch_op.f("fk_inspector_maintained_by"), "body", ["maintained_by"], ["code"])


def _upgrade_recusals() -> None:
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_recusal_inspector_id_object_id"), type_="unique")
        batch_op.add_column(sa.Column("created_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_because", sa.String(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_recusal_created_by"), "person", ["created_by"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_recusal_withdrawn_by"), "person", ["withdrawn_by"], ["id"])
        batch_op.create_check_constraint(
            batch_op.f("ck_recusal_withdrawn_because"), "(withdrawn_at is null) = (withdrawn_because is null)"
        )
        batch_op.create_index(batch_op.f("ix_recusal_object_id"), ["object_id"], unique=False)
        batch_op.create_index(
            "uq_recusal_live",
            ["inspector_id", "object_id"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at is null"),
            postgresql_where=sa.text("withdrawn_at is null"),
        )


def _create_statements() -> None:
    op.create_table(
        "object_mark",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("object_code", sa.String(), nullable=False),
        sa.CheckConstraint("mark in ('tag', 'licence', 'library')", name=op.f("ck_object_mark_mark")),
        sa.ForeignKeyConstraint(["object_code"], ["inspected_object.code"], name=op.f("fk_object_mark_object_code")),
        sa.PrimaryKeyConstraint("mark", "value", "object_code", name=op.f("pk_object_mark")),
    )
    with op.batch_alter_table("object_mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_object_mark_object_code"), ["object_code"], unique=False)
    op.create_table(
        "licence",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("object_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issuing_body", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status in ('valid', 'suspended', 'revoked', 'cancelled', 'expired')", name=op.f("ck_licence_status")
        ),
        sa.ForeignKeyConstraint(["object_code"], ["inspected_object.code"], name=op.f("fk_licence_object_code")),
        sa.PrimaryKeyConstraint("source", "batch", "row", name=op.f("pk_licence")),
    )
    with op.batch_alter_table("licence", schema=None) as batch_op:
        batch_op.create_index("ix_licence_object_code_kind_number", ["object_code", "kind", "number"], unique=False)
    op.create_table(
        "risk_class",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("object_code", sa.String(), nullable=False),
        sa.Column("risk", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("risk in ('A', 'B', 'C', 'D')", name=op.f("ck_risk_class_risk")),
        sa.ForeignKeyConstraint(["object_code"], ["inspected_object.code"], name=op.f("fk_risk_class_object_code")),
        sa.PrimaryKeyConstraint("source", "batch", "row", name=op.f("pk_risk_class")),
    )
    with op.batch_alter_table("risk_class", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_risk_class_object_code"), ["object_code"], unique=False)
    op.create_table(
        "object_visit",
        sa.Column("object_code", sa.String(), nullable=False),
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("task_name", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["object_code"], ["inspected_object.code"], name=op.f("fk_object_visit_object_code")),
        sa.PrimaryKeyConstraint("object_code", "task_id", name=op.f("pk_object_visit")),
    )
    with op.batch_alter_table("object_visit", schema=None) as batch_op:
        batch_op.create_index("ix_object_visit_year_region", ["year", "region"], unique=False)


def _create_people_and_history() -> None:
    op.create_table(
        "expert",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("specialities", _JSON, nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("maintained_by", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("status in ('active', 'removed')", name=op.f("ck_expert_status")),
        sa.ForeignKeyConstraint(["maintained_by"], ["body.code"], name=op.f("fk_expert_maintained_by")),
        sa.ForeignKeyConstraint(["region"], ["region.code"], name=op.f("fk_expert_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert")),
        sa.UniqueConstraint("code", name=op.f("uq_expert_code")),
    )
    with op.batch_alter_table("expert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_expert_region"), ["region"], unique=False)
    op.create_table(
        "registry_change",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("before", _JSON, nullable=False),
        sa.Column("after", _JSON, nullable=False),
        sa.CheckConstraint("kind in ('object', 'inspector', 'expert')", name=op.f("ck_registry_change_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_registry_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_change")),
    )
    with op.batch_alter_table("registry_change", schema=None) as batch_op:
        batch_op.create_index("ix_registry_change_kind_code", ["kind", "code"], unique=False)


def _fill_new_tables() -> None:
    """Existing tags and licence kinds become searchable, existing risk classes the beginning of their history."""
    each = "jsonb_array_elements_text(o.{}) as m(value)"
    if op.get_bind().dialect.name == "sqlite":
        each = "json_each(o.{}) as m"
    for mark, column in _MARKS.items():
        op.execute(
            "insert into object_mark (mark, value, object_code) "
            f"select distinct '{mark}', m.value, o.code from inspected_object o, {each.format(column)}"
        )
    op.execute(
        'insert into risk_class (source, batch, "row", object_code, risk, effective_on, recorded_at) '
        "select 'initial', 'initial', row_number() over (order by code), code, risk, registered_on, current_timestamp "
        "from inspected_object where risk <> ''"
    )


def downgrade() -> None:
    for table in ("registry_change", "expert", "object_visit", "risk_class", "licence", "object_mark"):
        op.drop_table(table)
    # A withdrawn recusal would come back to life where nothing can say that it was withdrawn.
    op.execute("delete from recusal where withdrawn_at is not null")
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.drop_index("uq_recusal_live")
        batch_op.drop_index(batch_op.f("ix_recusal_object_id"))
        batch_op.drop_constraint(batch_op.f("ck_recusal_withdrawn_because"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_recusal_created_by"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_recusal_withdrawn_by"), type_="foreignkey")
        for column in ("created_by", "withdrawn_at", "withdrawn_by", "withdrawn_because"):
            batch_op.drop_column(column)
        batch_op.create_unique_constraint(
            batch_op.f("uq_recusal_inspector_id_object_id"), ["inspector_id", "object_id"]
        )
    with op.batch_alter_table("inspector", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_inspector_maintained_by"), type_="foreignkey")
        for column in ("maintained_by", "department", "specialities", "row_version"):
            batch_op.drop_column(column)
    with op.batch_alter_table("inspected_object", schema=None) as batch_op:
        batch_op.drop_index("ix_inspected_object_search")
        batch_op.drop_constraint(batch_op.f("ck_inspected_object_risk"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_inspected_object_maintained_by"), type_="foreignkey")
        for column in ("maintained_by", "libraries", "row_version"):
            batch_op.drop_column(column)
    op.execute("delete from inspection_item where state = 'draft'")
    with op.batch_alter_table("inspection_item", schema=None) as batch_op:
        batch_op.drop_index("uq_inspection_item_draft")
        for check in ("state", "general_items_have_a_cap", "unfit_has_a_reason"):
            batch_op.drop_constraint(batch_op.f(f"ck_inspection_item_{check}"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_inspection_item_maintained_by"), type_="foreignkey")
        for column in (
            *("state", "sub_item", "content", "executing_body", "joint_departments", "frequency_cap", "random_fit"),
            *("unfit_reason", "qualifications", "guidance", "effective_to", "maintained_by", "published_at"),
            "row_version",
        ):
            batch_op.drop_column(column)
    with op.batch_alter_table("body", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_body_parent"), type_="foreignkey")
        batch_op.drop_column("parent")
