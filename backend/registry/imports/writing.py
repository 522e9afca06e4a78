"""Writes tables: templates, exports and lists of faults, as .xlsx or .csv, in which no text can become a formula."""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from backend.registry.imports.cells import guarded
from backend.registry.imports.tables import Column, Table

# XML 1.0 has no place for these; a directory has none, but a name typed decades ago may.
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# What Excel takes in one cell.
_LONGEST = 32_767
_TEXT_FORMAT = "@"
_MARKED = PatternFill("solid", fgColor="DCE6F1")
_NOTES = "填写说明"


def write_xlsx(path: Path, title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A workbook of one sheet, written row by row."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for number in range(1, len(header) + 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = 20
        sheet.column_dimensions[letter].number_format = _TEXT_FORMAT
    sheet.append([*header])
    for row in rows:
        sheet.append([_safe(text) or None for text in row])
    book.save(path)
    book.close()


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Comma-separated values in UTF-8 with the mark by which Excel knows it."""
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([_safe(text) for text in row] for row in rows)


def write_template(path: Path, table: Table) -> None:
    """An empty table with drop-downs, a note at each header, and a second sheet that explains the columns."""
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has a sheet")
    sheet.title = table.title
    sheet.freeze_panes = "A2"
    for number, column in enumerate(table.columns, start=1):
        cell = sheet.cell(1, number, header_of(column))
        cell.font = Font(bold=True)
        cell.fill = _MARKED
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        cell.comment = Comment(f"{column.hint}\n例：{column.example}", "随查", width=260, height=110)
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = max(14, 2 * len(column.header) + 6)
        sheet.column_dimensions[letter].number_format = _TEXT_FORMAT
        if choices := _choices(column):
            validation = DataValidation("list", f'"{",".join(choices)}"', allow_blank=not column.required)
            validation.error = "请从下拉列表中选择"
            sheet.add_data_validation(validation)
            validation.add(f"{letter}2:{letter}100001")
    _explain(book, table)
    book.save(path)


def _explain(book: Workbook, table: Table) -> None:
    notes = book.create_sheet(_NOTES)
    notes.append(["列名", "是否必填", "怎样填写", "示例"])
    for column in table.columns:
        notes.append([column.header, "必填" if column.required else "选填", column.hint, _safe(column.example)])
    for letter, width in zip("ABCD", (22, 10, 70, 40), strict=True):
        notes.column_dimensions[letter].width = width
        notes[f"{letter}1"].font = Font(bold=True)
    for row in notes.iter_rows(min_row=2):
        for cell in row:
            cell.number_format = _TEXT_FORMAT
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def header_of(column: Column) -> str:
    """The header of a column, with a star where it must be filled in."""
    return f"{column.header}*" if column.required else column.header


def _choices(column: Column) -> list[str]:
    """What a drop-down offers; a column that takes several has none, because Excel's takes one."""
    if column.words is not None and column.empty != []:
        return [zh for zh, _ in column.words.values()]
    return ["是", "否"] if column.empty is True or column.field == "key" else []


def _safe(text: str) -> str:
    return guarded(_ILLEGAL.sub("", text)[:_LONGEST])
