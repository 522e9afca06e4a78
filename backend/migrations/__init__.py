"""Alembic migrations: dated names, no imports from the application, one head."""
