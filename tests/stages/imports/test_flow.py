"""From upload over the dry run to what stands in the directory, and back out again."""

import io
import zipfile
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from backend.foundation.database import db
from backend.registry.imports import jobs
from schemas.vocabulary import ImportKind
from tests.staff import dump, hire
from tests.stages.imports.conftest import Desk, codes
from tests.stages.imports.sheets import cells, company, xlsx

KINDS = [kind.value for kind in ImportKind]


def without_bookkeeping(tables: dict[str, Any]) -> dict[str, Any]:
    return {name: rows for name, rows in tables.items() if not name.startswith(("import_", "audit_"))}


class TestImport:
    def test_writes_nothing_before_it_is_started_and_the_same_file_again_changes_nothing(
        self, desk: Desk, app: Flask
    ) -> None:
        content = xlsx([company(code) for code in codes(3)])
        before = without_bookkeeping(dump(app))
        job = desk.check(content)
        assert job["found"] == {"fresh": 3, "changed": 0, "unchanged": 0, "bad": 0}
        assert without_bookkeeping(dump(app)) == before
        done = desk.start(job)
        assert (done["state"], done["percent"]) == ("done", 100)
        assert done["written"] == {"created": 3, "updated": 0, "unchanged": 0, "skipped": 0}
        after = without_bookkeeping(dump(app))
        again = desk.check(content)
        assert again["found"] == {"fresh": 0, "changed": 0, "unchanged": 3, "bad": 0}
        assert desk.start(again)["written"]["unchanged"] == 3
        assert without_bookkeeping(dump(app)) == after

    def test_skips_the_bad_rows_or_takes_nothing(self, desk: Desk) -> None:
        first, second = codes(2)
        job = desk.check(xlsx([company(first), company(second, 对象类型="公司")]))
        refused = desk.start(job)
        assert (refused.status_code, refused.json["code"]) == (409, "foundation.state-conflict")
        done = desk.start(job, "skip_bad")
        assert done["written"] == {"created": 1, "updated": 0, "unchanged": 0, "skipped": 1}
        assert desk.client.get(f"/api/v1/objects/{first}", headers=desk.headers).status_code == 200
        assert desk.client.get(f"/api/v1/objects/{second}", headers=desk.headers).status_code == 404
        assert desk.start(job).status_code == 409

    def test_judges_again_when_the_directory_has_changed_meanwhile(
        self, desk: Desk, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job = desk.check(xlsx([company(code) for code in codes(3)]))
        with app.app_context():
            db.session.connection(execution_options={"write": True})
            db.session.execute(db.text("update body set region = '130302' where code = 'SHG'"))
            db.session.commit()
        before = without_bookkeeping(dump(app))
        again = desk.start(job)
        assert (again["state"], again["found"]["bad"]) == ("checked", 3)
        assert "有变化" in again["problem"]
        assert without_bookkeeping(dump(app)) == before

    @pytest.mark.parametrize("mode", ["all_or_nothing", "skip_bad"])
    def test_that_is_killed_goes_on_without_half_a_batch(
        self, desk: Desk, app: Flask, monkeypatch: pytest.MonkeyPatch, mode: str
    ) -> None:
        monkeypatch.setattr(jobs, "CHUNK", 2)
        job = desk.check(xlsx([company(code) for code in codes(7)]))
        before = without_bookkeeping(dump(app))
        seen, real = 0, jobs.write

        class PowerCut(BaseException):
            pass

        def write(*args: Any, **kwargs: Any) -> Any:
            nonlocal seen
            seen += 1
            done = real(*args, **kwargs)
            if seen == 3:
                raise PowerCut
            return done

        monkeypatch.setattr(jobs, "write", write)
        with pytest.raises(PowerCut):
            desk.start(job, mode)
        kept = len(dump(app)["inspected_object"]) - len(before["inspected_object"])
        assert kept == (4 if mode == "skip_bad" else 0)
        assert desk.get(f"/{job['id']}")["state"] == "importing"
        desk.work()
        done = desk.get(f"/{job['id']}")
        assert (done["state"], done["written"]["created"]) == ("done", 7)
        assert len(dump(app)["inspected_object"]) - len(before["inspected_object"]) == 7

    def test_can_be_cancelled_and_belongs_to_its_body(self, desk: Desk, app: Flask, sign_in: Any) -> None:
        job = desk.check(xlsx([company(codes(1)[0])]))
        address = f"/api/v1/imports/{job['id']}"
        hire(app, "other", region="130304", roles=["liaison"])
        for method, path in (("GET", ""), ("GET", "/errors"), ("GET", "/errors.csv"), ("POST", "/cancel")):
            assert desk.client.open(address + path, method=method, headers=sign_in("other")).status_code == 404
        assert desk.client.get("/api/v1/imports", headers=sign_in("other")).json["items"] == []
        assert desk.client.post(f"{address}/cancel", headers=desk.headers).json["state"] == "cancelled"
        assert desk.client.post(f"{address}/cancel", headers=desk.headers).status_code == 409
        assert desk.start(job).status_code == 409
        assert [row["state"] for row in desk.get("")["items"]] == ["cancelled"]

    def test_takes_only_the_entries_of_the_liaison_s_own_body(self, desk: Desk, app: Flask, sign_in: Any) -> None:
        hire(app, "other", region="130304", roles=["liaison"])
        other = Desk(app, desk.client, sign_in("other"), desk.clock)
        (mine,) = codes(1, "130304")
        rows = [company(codes(1)[0]), company(mine, 所在区划="130304", 登记机关="BDH")]
        job = other.check(xlsx(rows))
        assert [(fault["row"], fault["column"]) for fault in other.errors(job)] == [(2, "所在区划")]
        assert job["found"]["fresh"] == 1

    def test_gives_the_list_of_errors_as_files(self, desk: Desk) -> None:
        job = desk.check(xlsx([company("=cmd|' /C calc'!A0", 名称="")]))
        table = cells(desk.download(f"/imports/{job['id']}/errors.xlsx"))
        assert table[0] == ["工作表", "行", "列", "内容", "原因", "怎样修改"]
        assert table[1][:3] == ["名录", "2", "统一社会信用代码"]
        text = desk.download(f"/imports/{job['id']}/errors.csv").decode("utf-8-sig")
        assert "名录,2,名称" in text
        first, following = desk.get(f"/{job['id']}/errors?limit=1"), None
        following = desk.get(f"/{job['id']}/errors?limit=1&cursor={first['next']}")
        assert (len(first["items"]), following["next"]) == (1, None)


class TestRoundTrip:
    @pytest.mark.parametrize("ending", ["xlsx", "csv"])
    def test_changes_nothing(self, desk: Desk, ending: str) -> None:
        for kind in KINDS:
            content = desk.download(f"/exports/{kind}.{ending}")
            job = desk.check(content, kind, f"导出.{ending}")
            assert job["state"] == "checked", job["problem"]
            assert desk.errors(job) == []
            assert job["found"]["fresh"] == job["found"]["changed"] == job["found"]["bad"] == 0, kind
            if kind in ("items", "objects", "inspectors", "recusals"):
                assert job["found"]["unchanged"] > 3

    def test_takes_a_file_of_before_inspectors_had_numbers_and_keeps_the_numbers(self, desk: Desk) -> None:
        header, *rows = cells(desk.download("/exports/inspectors.xlsx"))
        assert {row[header.index("联系电话")] for row in rows} != {""}
        place = header.index("联系电话")
        old = [[*row[:place], *row[place + 1 :]] for row in (header, *rows)]
        old[1][old[0].index("科室")] = "食品科"
        job = desk.check(xlsx(old[1:], header=old[0]), "inspectors")
        assert desk.errors(job) == []
        assert job["found"] == {"fresh": 0, "changed": 1, "unchanged": len(rows) - 1, "bad": 0}
        desk.start(job)
        after = cells(desk.download("/exports/inspectors.xlsx"))[1:]
        assert [row[place] for row in after] == [row[place] for row in rows]
        # A file that has the column and leaves it empty says that there is none.
        blank = [[*row[:place], "", *row[place + 1 :]] for row in after]
        wrong = [[*row[:place], "请打办公室", *row[place + 1 :]] for row in after[:1]]
        assert {fault["code"] for fault in desk.errors(desk.check(xlsx(wrong, header=header), "inspectors"))} == {
            "phone"
        }
        desk.start(desk.check(xlsx(blank, header=header), "inspectors"))
        assert {row[place] for row in cells(desk.download("/exports/inspectors.xlsx"))[1:]} == {""}

    def test_keeps_dangerous_names_as_text(self, desk: Desk) -> None:
        names = ["=1+1", "+86", "-公司", "@公司", "＝公司", "\t=公司", "'=公司"]
        rows = [company(code, 名称=f"'{name}") for code, name in zip(codes(len(names)), names, strict=True)]
        job = desk.check(xlsx(rows))
        assert desk.errors(job) == []
        desk.start(job)
        table = cells(desk.download("/exports/objects.xlsx"))
        kept = {row[0]: row[1] for row in table}
        for code in codes(len(names)):
            assert kept[code].startswith("'") or kept[code][0] not in "=+-@＝"
        again = desk.check(desk.download("/exports/objects.csv"), name="导出.csv")
        assert again["found"]["changed"] == again["found"]["bad"] == 0


class TestTemplates:
    def test_are_explained_and_fit_their_own_import(self, desk: Desk) -> None:
        for kind in KINDS:
            book = load_workbook(io.BytesIO(desk.download(f"/imports/templates/{kind}.xlsx")))
            assert book.sheetnames[1] == "填写说明"
            sheet = book.worksheets[0]
            assert all(cell.comment for cell in sheet[1])
            # The example of each column, put into the template, is a row without a fault of its own.
            notes = list(book.worksheets[1].iter_rows(min_row=2, values_only=True))
            for cell, note in zip(sheet[1], notes, strict=True):
                sheet.cell(2, cell.column, note[3])
            kept = io.BytesIO()
            book.save(kept)
            job = desk.check(kept.getvalue(), kind)
            assert job["state"] == "checked", job["problem"]
            assert {fault["code"] for fault in desk.errors(job)} <= {"unknown_object", "credit_code"}, kind
            plain = desk.download(f"/imports/templates/{kind}.csv").decode("utf-8-sig")
            assert plain.count(",") + 1 == len(sheet[1])

    def test_offer_choices(self, desk: Desk) -> None:
        content = desk.download("/imports/templates/objects.xlsx")
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            part = package.read("xl/worksheets/sheet1.xml").decode()
        assert "存续,注销" in part

    def test_of_no_kind_are_not_found(self, desk: Desk) -> None:
        for path in ("/imports/templates/x.xlsx", "/imports/templates/objects.pdf", "/exports/objects.xls"):
            assert desk.client.get(f"/api/v1{path}", headers=desk.headers).status_code == 404
