"""The migrations make exactly the schema that the models describe, on both databases, and can be undone."""

import re

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from backend import schema
from backend.models import METADATA


class TestUpgrade:
    def test_has_one_head(self) -> None:
        assert len(ScriptDirectory.from_config(schema.alembic_config()).get_heads()) == 1

    def test_makes_what_the_models_describe(self, engine: Engine) -> None:
        schema.upgrade(engine)
        assert schema.differences(engine) == []
        assert set(inspect(engine).get_table_names()) == set(METADATA.tables) | {"alembic_version"}

    def test_twice_changes_nothing(self, engine: Engine) -> None:
        schema.upgrade(engine)
        schema.upgrade(engine)
        assert schema.differences(engine) == []

    def test_can_be_undone_and_done_again(self, engine: Engine) -> None:
        schema.upgrade(engine)
        schema.downgrade(engine, "base")
        assert inspect(engine).get_table_names() == ["alembic_version"]
        schema.upgrade(engine)
        assert schema.differences(engine) == []

    def test_sees_a_table_that_no_migration_makes(self, engine: Engine) -> None:
        schema.upgrade(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql("alter table plan add column forgotten integer")
        assert schema.differences(engine) != []

    def test_imports_nothing_of_the_application(self) -> None:
        for file in (schema.FOLDER / "versions").glob("*.py"):
            assert not re.search("(import|from) backend", file.read_text()), file.name
