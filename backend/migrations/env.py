"""Runs migrations on the connection that `backend.schema` hands over; there is no alembic.ini.

A new migration: `python -m backend make-migration "what changes"`, then read it.
"""

from typing import Any, Literal

from alembic import context

from backend.foundation.database import Json, UTCDateTime
from backend.models import METADATA


def render_item(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our column types as plain ones: a migration must not import the application."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and item is Json:
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
    render_item=render_item,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
