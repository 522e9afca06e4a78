"""The database schema's version: upgrade, and the check that code and schema agree."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine

from backend.models import METADATA

FOLDER = Path(__file__).parent / "migrations"


def alembic_config() -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    """A transaction in which tables may be remade.

    SQLite changes a table by making it anew and dropping the old one, which references to its rows forbid; so they are
    checked as a whole at the end instead, as its documentation has it.
    """
    with engine.execution_options(write=True).connect() as connection:
        driver = connection.connection.dbapi_connection
        if connection.dialect.name != "sqlite" or driver is None:
            with connection.begin():
                yield connection
            return
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                if broken is not None:
                    raise RuntimeError(f"the migration would leave a reference to nothing: {broken}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a revision; doing it twice does nothing."""
    with _migrating(engine) as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to a revision; data of dropped tables is lost."""
    with _migrating(engine) as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def make_migration(engine: Engine, message: str, revision: str) -> None:
    """Write a new migration from what the models have and the database has not; to be read before it is kept."""
    with engine.connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=revision)


def differences(engine: Engine) -> list[object]:
    """What the models have that the migrated database has not, and the other way round."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, METADATA))
