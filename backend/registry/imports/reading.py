"""From a file to entries: finds the header row, reads each cell, and says of every bad one where it is and why."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from backend.registry.imports.cells import BROKEN, BadCell, Broken, Known, clean
from backend.registry.imports.problems import FileTooLarge, UnreadableFile, WrongColumns
from backend.registry.imports.tables import Column, Table
from backend.registry.imports.textfiles import TextFile
from backend.registry.imports.workbooks import MOST_MERGED, Workbook, check_package

MOST_ROWS = 100_000
# A title above the header row, as offices like to have it.
_HEADER_WITHIN = 5
_NOTE = re.compile(r"[(（](必填|选填|可不填)[)）]|[*＊]")
_RANGE = re.compile(r"([A-Z]+)([0-9]+)(?::([A-Z]+)([0-9]+))?")
_OTHER_KINDS = {
    ".xls": "旧版 Excel 97—2003 文件（*.xls）。请用 Excel 或 WPS 另存为 *.xlsx 后再上传。",
    ".xlsm": "启用宏的工作簿（*.xlsm）。请另存为 *.xlsx 后再上传。",
    ".xlsb": "二进制工作簿（*.xlsb）。请另存为 *.xlsx 后再上传。",
    ".et": "WPS 表格专用格式（*.et）。请另存为 *.xlsx 后再上传。",
    ".ods": "OpenDocument 表格（*.ods）。请另存为 *.xlsx 后再上传。",
    ".pdf": "PDF 文件。请上传 *.xlsx 或 *.csv。",
}


class Fault(NamedTuple):
    """What is wrong at one place of the file."""

    row: int
    column: str
    value: str
    code: str
    reason: str
    mend: str


class Examined(NamedTuple):
    """One entry as far as the file alone can tell: without faults it has a key and values."""

    row: int
    key: str
    entry: dict[str, Any]
    faults: list[Fault]


def check_file(path: Path, name: str) -> None:
    """Refuse at once what can never be imported; raises UnreadableFile or FileTooLarge."""
    suffix = Path(name).suffix.lower()
    if suffix in _OTHER_KINDS:
        raise UnreadableFile(f"这是{_OTHER_KINDS[suffix]}", f"{suffix} files are not read: save it as .xlsx.")
    with open(path, "rb") as file:
        start = file.read(8)
    if start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        # Excel wraps an encrypted workbook into the container that it once used for .xls.
        if b"EncryptedPackage".decode().encode("utf-16-le") in path.read_bytes():
            raise UnreadableFile(
                "文件设有密码。请取消密码后再上传。", "The file is encrypted. Remove the password first."
            )
        raise UnreadableFile(f"这是{_OTHER_KINDS['.xls']}", "This is an .xls file: save it as .xlsx.")
    if not start:
        raise UnreadableFile("文件是空的。", "The file is empty.")
    if start.startswith(b"PK"):
        check_package(path)
    elif suffix == ".xlsx":
        raise UnreadableFile("文件已损坏，或不是 Excel 工作簿。", "The file is no .xlsx workbook.")
    else:
        TextFile(path)


def open_table(path: Path) -> Workbook | TextFile:
    """The rows of a file that `check_file` has let through."""
    with open(path, "rb") as file:
        packed = file.read(2) == b"PK"
    return Workbook(path) if packed else TextFile(path)


class Examination:
    """Reads one file as one table. `share` says how far it is; `sheet` where the rows stand."""

    def __init__(self, path: Path, table: Table, known: Known) -> None:
        self._source = open_table(path)
        self._table = table
        self._known = Known(known.regions, known.bodies, self._source.epoch_1904)
        self._seen: dict[str, int] = {}
        self.sheet = self._source.sheet

    @property
    def share(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        return self._source.share

    def entries(self) -> Iterator[Examined]:
        """Every entry in order; raises WrongColumns, FileTooLarge or UnreadableFile for the file as a whole."""
        try:
            rows = self._source.rows()
            first = list(islice(rows, _HEADER_WITHIN))
            header, columns = _find_header(first, self._table)
            below = chain((row for row in first if row[0] > header), rows)
            merged = _ranges(self._source.merged(), below=header)
            single = self._rows(below, columns, merged)
            yield from self._grouped(single) if self._table.grouped else self._plain(single)
        finally:
            self._source.close()

    def _rows(
        self,
        rows: Iterator[tuple[int, list[str]]],
        columns: Sequence[tuple[int, Column]],
        merged: list[tuple[int, int, int, int, str]],
    ) -> Iterator[tuple[int, dict[str, Any], list[Fault]]]:
        for count, (number, raw) in enumerate(rows, start=1):
            if count > MOST_ROWS:
                raise FileTooLarge(
                    f"数据超过 {MOST_ROWS:,} 行。请分成几个文件。", f"More than {MOST_ROWS:,} rows. Split the file."
                )
            values: dict[str, Any] = {}
            faults: list[Fault] = []
            covered = [area for area in merged if area[0] <= number <= area[1]] if merged else ()
            for index, column in columns:
                inside = next((area[4] for area in covered if area[2] <= index <= area[3]), None)
                cell = raw[index] if index < len(raw) else ""
                try:
                    values[column.field] = _cell(column, Broken("merged") if inside else cell, self._known)
                except BadCell as bad:
                    faults.append(Fault(number, column.header, (inside or cell)[:200], bad.code, bad.reason, bad.mend))
            yield number, values, faults

    def _plain(self, rows: Iterator[tuple[int, dict[str, Any], list[Fault]]]) -> Iterator[Examined]:
        required = [column for column in self._table.columns if column.required]
        for number, values, faults in rows:
            entry = {
                column.field: values.get(column.field, column.empty)
                for column in self._table.columns
                if column.field in values or not column.later
            }
            named = {fault.column for fault in faults}
            for column in required:
                if column.header not in named and _is_empty(entry[column.field]):
                    faults.append(_missing(number, column))
            yield self._judged(number, entry, faults)

    def _grouped(self, rows: Iterator[tuple[int, dict[str, Any], list[Fault]]]) -> Iterator[Examined]:
        """Rows of one code that follow each other are one entry; its own columns may stand in the first only."""
        own = [column for column in self._table.columns if not column.of_point]
        begun: tuple[int, dict[str, Any], list[Fault]] | None = None
        for number, values, faults in rows:
            name = values.get("code", "")
            if begun is None or (not _is_empty(name) and name != begun[1]["code"]):
                if begun is not None:
                    yield self._judged(*begun)
                entry = {column.field: values.get(column.field, column.empty) for column in own}
                named = {fault.column for fault in faults}
                faults += [
                    _missing(number, column)
                    for column in own
                    if column.required and column.header not in named and _is_empty(entry[column.field])
                ]
                begun = (number, {**entry, "points": []}, [])
            else:
                faults += _differing(number, own, values, begun)
            begun[1]["points"].append(self._point(number, values, faults))
            begun[2].extend(faults)
        if begun is not None:
            yield self._judged(*begun)

    def _point(self, number: int, values: dict[str, Any], faults: list[Fault]) -> dict[str, Any]:
        of_point = [column for column in self._table.columns if column.of_point]
        named = {fault.column for fault in faults}
        point = {column.field: values.get(column.field, column.empty) for column in of_point}
        for column in of_point:
            point[column.field] = column.empty if _is_empty(point[column.field]) else point[column.field]
            if column.required and column.header not in named and _is_empty(point[column.field]):
                faults.append(_missing(number, column))
        return point

    def _judged(self, number: int, entry: dict[str, Any], faults: list[Fault]) -> Examined:
        key = self._table.key_of(entry)
        if not any(_is_empty(entry[name]) for name in self._table.key):
            first = self._seen.setdefault(key, number)
            if first != number:
                header = next(column.header for column in self._table.columns if column.field == self._table.key[0])
                faults.append(
                    Fault(
                        number,
                        header,
                        key,
                        "repeated",
                        f"与第 {first} 行重复。 The same as row {first}.",
                        f"请核对第 {first} 行和第 {number} 行，只保留一行。 Keep one of rows {first} and {number}.",
                    )
                )
        return Examined(number, key, entry, faults)


def _cell(column: Column, raw: str, known: Known) -> Any:
    if not raw:
        return column.empty
    value = clean(raw)
    if isinstance(value, Broken):
        reason, mend = BROKEN[str(value)]
        raise BadCell(str(value), reason, mend)
    return column.read(value, known) if value else column.empty


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []


def _missing(number: int, column: Column) -> Fault:
    return Fault(
        number,
        column.header,
        "",
        "missing",
        "必填项为空。 This must be filled in.",
        f"{column.hint}，例如：{column.example}。 For example: {column.example}",
    )


def _differing(
    number: int, own: Sequence[Column], values: dict[str, Any], begun: tuple[int, dict[str, Any], list[Fault]]
) -> list[Fault]:
    """Faults where a later row of an entry states something else than its first row."""
    return [
        Fault(
            number,
            column.header,
            column.show(values[column.field])[:200],
            "differs",
            f"与该事项第一行（第 {begun[0]} 行）不一致。 Not the same as in row {begun[0]}.",
            "同一事项的各行应一致，或只填第一行。 Fill it in once, in the first row.",
        )
        for column in own
        if column.field in values
        and values[column.field] != column.empty
        and values[column.field] != begun[1][column.field]
    ]


def folded_header(text: str) -> str:
    """A header as it is compared: without spaces, notes such as （必填） and the width of its signs."""
    return _NOTE.sub("", unicodedata.normalize("NFKC", "".join(clean(text).split())))


def _find_header(rows: Sequence[tuple[int, list[str]]], table: Table) -> tuple[int, list[tuple[int, Column]]]:
    """The number of the header row and which column stands where; raises WrongColumns."""
    if not rows:
        raise UnreadableFile("表格里没有内容。", "The table is empty.")
    by_name = {
        folded_header(name): column
        for column in table.columns
        for name in (column.header, column.field, *column.aliases)
    }
    number, cells = max(rows, key=lambda row: sum(folded_header(cell) in by_name for cell in row[1]))
    found: list[tuple[int, Column]] = []
    errors: list[tuple[str, str, str]] = []
    for index, cell in enumerate(cells):
        name = folded_header(cell)
        column = by_name.get(name)
        if column is None:
            if name:
                errors.append((clean(cell)[:60], "unknown", "未知的列，请删除或改为模板中的列名。 Unknown column."))
        elif any(column is other for _, other in found):
            errors.append((clean(cell)[:60], "repeated", "该列出现了两次。 This column stands there twice."))
        else:
            found.append((index, column))
    present = {column.field for _, column in found}
    errors += [
        (column.header, "missing", "缺少必填的列。 A required column is missing.")
        for column in table.columns
        if column.required and column.field not in present
    ]
    if errors:
        listed = "；".join(f"“{name}”{message.split('。')[0]}" for name, _, message in errors[:20])
        raise WrongColumns(
            f"第 {number} 行表头：{listed}。请下载模板对照。",
            f"Row {number}: {'; '.join(f'{name} {code}' for name, code, _ in errors[:20])}.",
            errors=[{"pointer": f"/{name}", "code": code, "message": text} for name, code, text in errors],
        )
    return number, found


def _ranges(references: Sequence[str], *, below: int) -> list[tuple[int, int, int, int, str]]:
    """Merged areas that reach below the header as (first row, last row, first column, last column, name)."""
    if len(references) >= MOST_MERGED:
        raise UnreadableFile(
            "合并单元格过多。请取消全部合并后再上传。", "Too many merged cells. Unmerge all of them first."
        )
    areas = []
    for reference in references:
        if found := _RANGE.fullmatch(reference):
            left, top, right, bottom = found[1], int(found[2]), found[3] or found[1], int(found[4] or found[2])
            if bottom > below:
                areas.append((max(top, below + 1), bottom, _index(left), _index(right), reference))
    return areas


def _index(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
