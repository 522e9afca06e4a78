"""Makes the files that offices upload: good ones, and each trap."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook, load_workbook

OBJECTS = (
    *("统一社会信用代码", "名称", "对象类型", "所在区划", "登记机关", "成立日期", "登记状态", "行业", "住所"),
    *("分类子库", "标签", "许可", "风险等级", "法定代表人", "联系电话"),
)


def company(code: Any, **other: Any) -> list[Any]:
    """A row of the objects' table that is right in every column."""
    right = {
        "统一社会信用代码": code,
        "名称": f"示例{str(code)[-6:]}公司",
        "对象类型": "企业",
        "所在区划": "130303",
        "登记机关": "SHG",
        "成立日期": "2020-03-18",
        "登记状态": "存续",
        "行业": "零售",
        "住所": "示例路 1 号",
        "分类子库": "食品",
        "标签": "food_seller",
        "许可": "",
        "风险等级": "A",
        "法定代表人": "甲乙",
        "联系电话": "0335-5550001",
        **other,
    }
    return [right[name] for name in OBJECTS]


def xlsx(rows: Sequence[Sequence[Any]], *, merged: Sequence[str] = (), header: Sequence[str] = OBJECTS) -> bytes:
    """A workbook of one sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = "名录"
    for row in [header, *rows]:
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def csv(rows: Sequence[Sequence[Any]], *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Separated values without quotes."""
    lines = [delimiter.join(str(cell) for cell in row) for row in [OBJECTS, *rows]]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def repacked(content: bytes, changes: dict[str, bytes | None]) -> bytes:
    """The same package with some parts replaced, added or (None) left out."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, part in changes.items():
            if part is not None:
                new.writestr(name, part)
    return kept.getvalue()


def cells(content: bytes) -> list[list[str]]:
    """The first sheet of a workbook as texts; a formula anywhere fails the test."""
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    for row in sheet.iter_rows():
        assert all(cell.data_type != "f" for cell in row)
    return [["" if value is None else str(value) for value in row] for row in sheet.iter_rows(values_only=True)]
