"""What an office had entered before the registry grew is still there after the upgrade, and after going back."""

from sqlalchemy import Engine, text

from backend import schema

BEFORE, AFTER = "20261121_01", "20261121_02"
ROWS = (
    "insert into region values ('130300', '市')",
    "insert into body (code, name, short_name, region) values ('QHD', '市局', '市局', '130300')",
    "insert into person (id, name, body_code) values ('p', '甄', 'QHD')",
    "insert into inspector (id, code, person_id, region, certificate_no, certificate_expires_on, qualifications,"
    " status) values ('i', 'I1', 'p', '130300', 'c', '2029-01-01', '[]', 'active')",
    "insert into inspected_object (id, code, kind, name, region, authority, registered_on, status, industry, address,"
    " tags, licences, risk, legal_representative, phone) values ('o', 'O1', 'enterprise', '名', '130300', 'QHD',"
    " '2020-01-01', 'active', '', '', '[\"ebike\", \"cotton\"]', '[\"cma\"]', 'B', '', '')",
    "insert into recusal (id, inspector_id, object_id, reason, raised_by, created_at)"
    " values ('r', 'i', 'o', '缘由', 'system', '2020-01-01 00:00:00')",
    "insert into inspection_item (id, code, version, name, name_en, category, key, ratio_cap, legal_basis, method,"
    " object_kinds, points, effective_from) values ('t', 'Q1', 1, '事项', '', '类', false, '1/20', '', 'on_site',"
    " '[]', '[]', '2020-01-01')",
)


def test_rows_survive_the_growth_of_the_registry(engine: Engine) -> None:
    schema.upgrade(engine, BEFORE)
    with engine.execution_options(write=True).begin() as connection:
        for row in ROWS:
            connection.execute(text(row.replace(":", r"\:")))
    schema.upgrade(engine, AFTER)

    def read(query: str) -> list[tuple[object, ...]]:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    assert read("select maintained_by, row_version, risk from inspected_object") == [("QHD", 1, "B")]
    assert read("select maintained_by, department from inspector") == [("QHD", "")]
    assert read("select state, maintained_by, ratio_cap from inspection_item") == [("published", "QHD", "1/20")]
    assert read("select mark, value, object_code from object_mark order by mark, value") == [
        ("licence", "cma", "O1"),
        ("tag", "cotton", "O1"),
        ("tag", "ebike", "O1"),
    ]
    assert read("select source, object_code, risk from risk_class") == [("initial", "O1", "B")]
    assert read("select reason, withdrawn_at from recusal") == [("缘由", None)]
    schema.downgrade(engine, BEFORE)
    assert read("select code, risk from inspected_object") == [("O1", "B")]
    assert read("select reason from recusal") == [("缘由",)]
