"""Every trap of an office's spreadsheet is taken right or refused by name."""

from typing import Any

from tests.stages.imports.conftest import Desk, codes
from tests.stages.imports.sheets import OBJECTS, company, csv, repacked, xlsx

DATES = ("2026-11-21", "2026/11/21", "20261121", "2026年11月21日", 46347, "2026.11.21")


def faults(desk: Desk, job: dict[str, Any]) -> list[tuple[int, str, str]]:
    assert job["state"] == "checked", job
    return [(fault["row"], fault["column"], fault["code"]) for fault in desk.errors(job)]


class TestFiles:
    def test_that_cannot_be_read_are_refused_by_name(self, desk: Desk) -> None:
        old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        cases = [
            ("名录.xls", old + bytes(600), "97—2003"),
            ("名录.xlsx", old + bytes(600), "97—2003"),
            ("名录.xlsm", b"PK\x03\x04", "宏"),
            ("名录.xlsx", old + "EncryptedPackage".encode("utf-16-le"), "密码"),
            ("名录.xlsx", b"PK\x03\x04 not a zip", "损坏"),
            ("名录.xlsx", b"", "空"),
            ("名录.xlsx", b"<html><table>", "不是 Excel"),
            ("名录.csv", "コード,名称\n1,テスト会社のデータ".encode("shift-jis"), "编码"),
            ("名录.csv", "統一社會信用代碼,名稱\n1,臺灣公司".encode("big5"), "编码"),
            ("名录.csv", b"\x89PNG\r\n\x1a\n\0\0\0\xff\xff", "编码"),
            ("名录.xlsx", repacked(xlsx([]), {"xl/vbaProject.bin": b"x"}), "宏"),
            ("名录.xlsx", repacked(xlsx([]), {"xl/externalLinks/externalLink1.xml": b"x"}), "引用"),
            ("名录.xlsx", repacked(xlsx([]), {"xl/workbook.xml": None}), "不是 Excel"),
        ]
        for name, content, word in cases:
            answer = desk.upload(content, name=name)
            assert answer.status_code == 422, (name, word, answer.text)
            assert answer.json["code"] == "imports.unreadable-file"
            assert word in answer.json["detail"]

    def test_that_unpack_to_too_much_are_refused_before_they_are_unpacked(self, desk: Desk) -> None:
        bomb = repacked(xlsx([]), {"xl/worksheets/sheet1.xml": bytes(64 * 1024 * 1024)})
        many = repacked(xlsx([]), {f"xl/media/{number}.png": b"x" for number in range(2001)})
        for content in (bomb, many):
            answer = desk.upload(content)
            assert (answer.status_code, answer.json["code"]) == (413, "imports.file-too-large")

    def test_that_break_off_or_hide_entities_fail_and_say_so(self, desk: Desk) -> None:
        sheet = b"<worksheet><sheetData><row r='1'><c t='inlineStr'><is><t>x"
        billion = b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><worksheet><sheetData/></worksheet>"
        for part in (sheet, billion):
            job = desk.check(repacked(xlsx([]), {"xl/worksheets/sheet1.xml": part}))
            assert (job["state"], job["found"]["bad"]) == ("failed", 0)
            assert "损坏" in job["problem"]

    def test_with_other_columns_say_which(self, desk: Desk) -> None:
        job = desk.check(xlsx([], header=("信用代码", "名称", "名称", "颜色")))
        assert job["state"] == "failed"
        for said in ("“颜色”未知的列", "“名称”该列出现了两次", "“登记机关”缺少必填的列"):
            assert said in job["problem"]


class TestText:
    def test_in_every_encoding_of_an_office_is_read(self, desk: Desk) -> None:
        row = company(codes(1)[0], 名称="秦皇岛鑫淼商贸有限公司", 分类子库="")
        for encoding in ("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"):
            for delimiter in (",", "\t", ";"):
                job = desk.check(csv([row], encoding=encoding, delimiter=delimiter), name="名录.csv")
                assert (job["state"], job["found"]["fresh"], job["found"]["bad"]) == ("checked", 1, 0), job["problem"]

    def test_with_open_quotes_is_refused_with_its_line(self, desk: Desk) -> None:
        content = csv([company(codes(1)[0], 名称='"没有结束')])
        job = desk.check(content, name="名录.csv")
        assert job["state"] == "failed"
        assert "引号" in job["problem"]


class TestCells:
    def test_are_read_as_people_meant_them(self, desk: Desk) -> None:
        one, *others = codes(1 + len(DATES))
        wide = "".join(chr(ord(sign) + 0xFEE0) for sign in one)
        rows = [company(wide, 名称=" \u200b示例\ufeff公司\u3000", 所在区划=130303, 登记状态="active", 风险等级="Ａ")]
        rows += [company(code, 成立日期=day) for code, day in zip(others, DATES, strict=True)]
        job = desk.check(xlsx(rows))
        assert faults(desk, job) == []
        assert desk.start(job)["written"] == {"created": 7, "updated": 0, "unchanged": 0, "skipped": 0}
        for code in others:
            stored = desk.client.get(f"/api/v1/objects/{code}", headers=desk.headers).json
            assert stored["registered_on"] == "2026-11-21"
        stored = desk.client.get(f"/api/v1/objects/{one}", headers=desk.headers).json
        assert (stored["name"], stored["region"], stored["risk"]) == ("示例公司", "130303", "A")

    def test_that_are_wrong_are_named_with_row_column_reason_and_a_way_to_mend(self, desk: Desk) -> None:
        good, *bad = codes(8)
        rows = [
            company(good),
            company("", 名称=""),
            company(9.13030300000000e17),
            company(bad[0], 成立日期="2026-02-30"),
            company(bad[1], 对象类型="公司"),
            company(bad[2], 所在区划="火星"),
            company(good, 名称="另一行同一代码"),
            company(bad[3], 名称="长" * 201),
            company(bad[4][:-1] + ("1" if bad[4][-1] != "1" else "2")),
        ]
        job = desk.check(xlsx(rows))
        assert faults(desk, job) == [
            (3, "统一社会信用代码", "missing"),
            (3, "名称", "missing"),
            (4, "统一社会信用代码", "rounded_number"),
            (5, "成立日期", "not_a_date"),
            (6, "对象类型", "not_a_choice"),
            (7, "所在区划", "unknown_region"),
            (8, "统一社会信用代码", "repeated"),
            (9, "名称", "too_long"),
            (10, "统一社会信用代码", "credit_code"),
        ]
        assert (job["found"]["fresh"], job["found"]["bad"], job["sheet"]) == (1, 8, "名录")
        said = desk.errors(job)
        assert all(fault["reason"] and fault["mend"] and fault["sheet"] == "名录" for fault in said)
        assert "第 2 行" in said[6]["reason"]
        assert "第 8 行" in said[6]["mend"]

    def test_with_formulas_give_their_value_or_are_refused(self, desk: Desk) -> None:
        first, second = codes(2)
        content = xlsx([company(first, 行业="零售", 住所="=1+1"), company(second, 行业="#N/A")])
        job = desk.check(content)
        assert faults(desk, job) == [(2, "住所", "formula_without_value"), (3, "行业", "error_value")]

    def test_with_computed_formulas_give_what_was_computed(self, desk: Desk) -> None:
        (code,) = codes(1)
        sheet = "".join(
            f'<row r="{number}">'
            + "".join(f'<c t="str"><f>"x"</f><v>{cell}</v></c>' if cell else "<c/>" for cell in row)
            + "</row>"
            for number, row in ((3, OBJECTS), (7, company(code)))
        )
        part = f'<x:worksheet xmlns:x="urn:x"><sheetData>{sheet}</sheetData></x:worksheet>'.encode()
        job = desk.check(repacked(xlsx([]), {"xl/worksheets/sheet1.xml": part}))
        assert (job["state"], job["found"]["fresh"]) == ("checked", 1), job

    def test_merged_below_the_header_are_refused_with_their_range(self, desk: Desk) -> None:
        first, second = codes(2)
        content = xlsx([company(first), company(second)], merged=["D2:D3", "A1:A1"])
        job = desk.check(content)
        assert faults(desk, job) == [(2, "所在区划", "merged"), (3, "所在区划", "merged")]
        assert {fault["value"] for fault in desk.errors(job)} == {"D2:D3"}

    def test_below_a_merged_title_are_read(self, desk: Desk) -> None:
        (code,) = codes(1)
        content = xlsx([OBJECTS, company(code)], header=("山海关区检查对象名录",), merged=["A1:O1"])
        assert desk.check(content)["found"]["fresh"] == 1


class TestOwners:
    def test_of_another_region_are_named(self, desk: Desk) -> None:
        first, second = codes(2)
        rows = [company(first, 所在区划="130303", 登记机关="HGA"), company(second)]
        job = desk.check(xlsx(rows))
        assert faults(desk, job) == [(2, "登记机关", "authority_elsewhere")]
