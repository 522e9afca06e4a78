"""Reads .xlsx as a stream: one row at a time, in little memory, and nothing of it is ever run.

Libraries either hold the whole sheet in memory or hide what must be refused by name: formulas saved without a
result, merged cells, and long numbers that Excel has rounded. So the sheet's XML is read here as it stands.
"""

import re
import zipfile
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from backend.registry.imports.cells import Broken, Number
from backend.registry.imports.problems import FileTooLarge, UnreadableFile

MOST_ENTRIES = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100
# Small parts of plain repetition pack better than any limit on the ratio allows, and harm nobody.
SMALL = 1024 * 1024
MOST_COLUMNS = 200
MOST_MERGED = 1_000
PIECE = 64 * 1024
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MERGED = re.compile(rb'mergeCell [^>]*?ref="([A-Z0-9:]+)"')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

Row = tuple[int, list[str]]


def check_package(path: Path) -> None:
    """Refuse what is no plain .xlsx before any of it is unpacked; raises UnreadableFile or FileTooLarge."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            names = {entry.filename for entry in entries}
            _check_entries(path, entries)
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise UnreadableFile(
                    "文件含有宏。请另存为“Excel 工作簿（*.xlsx）”后再上传。",
                    "The file holds macros. Save it as .xlsx and upload that.",
                )
            if any("externallinks/" in name.lower() for name in names):
                raise UnreadableFile(
                    "文件引用了其他工作簿。请把引用的单元格粘贴为数值后再上传。",
                    "The file refers to other workbooks. Paste those cells as values.",
                )
            if any(entry.flag_bits & 1 for entry in entries):
                raise _encrypted()
            if "xl/workbook.xml" not in names:
                raise UnreadableFile("这不是 Excel 工作簿（*.xlsx）。", "This is no .xlsx workbook.")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableFile("文件已损坏，无法打开。请重新保存后上传。", "The file is damaged.") from error


def _check_entries(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    bombs = [e for e in entries if e.file_size > SMALL and e.file_size > MOST_RATIO * max(1, e.compress_size)]
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or bombs:
        raise FileTooLarge(
            "文件解压后过大或压缩比异常，已拒绝打开。请删除多余的工作表和格式，或分成几个文件。",
            "The file unpacks to too much data. Remove what is not needed, or split it.",
        )


def _encrypted() -> UnreadableFile:
    return UnreadableFile("文件设有密码。请取消密码后再上传。", "The file is encrypted. Remove the password first.")


class Workbook:
    """The first visible sheet of a workbook that `check_package` has let through."""

    def __init__(self, path: Path) -> None:
        self._package = zipfile.ZipFile(path)
        self.epoch_1904 = False
        self._read = 0
        try:
            self.sheet, part = self._first_sheet()
            self._part = part
            self._strings = self._shared_strings()
        except (KeyError, expat.ExpatError, zipfile.BadZipFile, ValueError) as error:
            raise _damaged() from error

    def rows(self) -> Iterator[Row]:
        """Each row that has a cell, with its number in the sheet; raises UnreadableFile where the XML breaks off."""
        reader = _SheetReader(self._strings)
        try:
            with self._package.open(self._part) as file:
                for row in reader.read(file):
                    self._read = file.tell()
                    yield row
        except (expat.ExpatError, zipfile.BadZipFile, EOFError, ValueError, IndexError) as error:
            raise _damaged() from error

    @property
    def share(self) -> float:
        """How much of the sheet has been read, from 0 to 1."""
        return self._read / max(1, self._package.getinfo(self._part).file_size)

    def merged(self) -> list[str]:
        """The ranges of merged cells, such as A3:A5; they stand behind the rows, so this reads the sheet once."""
        # Looking for one word in the bytes is far quicker than parsing them.
        with self._package.open(self._part) as file:
            kept = b""
            while piece := file.read(PIECE):
                kept = kept[-32:] + piece
                if (at := kept.find(b"mergeCells")) >= 0:
                    listed = kept[at:] + file.read(MOST_MERGED * 64)
                    return [reference.decode() for reference in _MERGED.findall(listed)]
        return []

    def close(self) -> None:
        """Let the file go."""
        self._package.close()

    def _first_sheet(self) -> tuple[str, str]:
        sheets: list[tuple[str, str]] = []
        targets: dict[str, str] = {}

        def in_workbook(name: str, attributes: dict[str, str]) -> None:
            if _local(name) == "workbookPr":
                self.epoch_1904 = attributes.get("date1904", "0") in {"1", "true"}
            if _local(name) == "sheet" and attributes.get("state", "visible") == "visible":
                relation = next(value for key, value in attributes.items() if key.endswith(":id"))
                sheets.append((attributes["name"], relation))

        def in_relations(name: str, attributes: dict[str, str]) -> None:
            if _local(name) == "Relationship":
                targets[attributes["Id"]] = attributes["Target"]

        self._parse("xl/workbook.xml", in_workbook)
        self._parse("xl/_rels/workbook.xml.rels", in_relations)
        if not sheets:
            raise UnreadableFile("工作簿里没有可见的工作表。", "The workbook has no visible sheet.")
        title, relation = sheets[0]
        target = targets[relation]
        return title, target[1:] if target.startswith("/") else f"xl/{target}"

    def _parse(self, part: str, start: Any) -> None:
        parser = _parser()
        parser.StartElementHandler = start
        with self._package.open(part) as file:
            parser.ParseFile(file)

    def _shared_strings(self) -> "_Strings":
        strings = _Strings()
        if "xl/sharedStrings.xml" in self._package.namelist():
            with self._package.open("xl/sharedStrings.xml") as file:
                strings.load(file)
        return strings


class _Strings:
    """The shared strings as one run of bytes: a list of half a million texts would take four times the memory."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("L", [0])
        self._texts: list[str] = []
        self._depth_skipped = 0
        self._in_text = False

    def __getitem__(self, index: int) -> str:
        if index < 0:
            raise IndexError(index)
        return self._bytes[self._ends[index] : self._ends[index + 1]].decode()

    def load(self, file: IO[bytes]) -> None:
        parser = _parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.ParseFile(file)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _local(name)
        if tag == "rPh":
            self._depth_skipped += 1
        self._in_text = tag == "t" and not self._depth_skipped

    def _end(self, name: str) -> None:
        tag = _local(name)
        self._in_text = False
        if tag == "rPh":
            self._depth_skipped -= 1
        elif tag == "si":
            self._bytes += _unescaped("".join(self._texts)).encode()
            self._ends.append(len(self._bytes))
            self._texts.clear()

    def _characters(self, data: str) -> None:
        if self._in_text:
            self._texts.append(data)


class _SheetReader:
    """Turns the XML of one sheet into rows as it comes in."""

    def __init__(self, strings: _Strings) -> None:
        self._strings = strings
        self._ready: list[Row] = []
        self._number = 0
        self._row: list[str] = []
        self._column = -1
        self._kind = ""
        self._formula = False
        self._texts: list[str] = []
        self._taking = False
        self._has_value = False
        self._phonetic = 0

    def read(self, file: IO[bytes]) -> Iterator[Row]:
        parser = _parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        while piece := file.read(PIECE):
            parser.Parse(piece, False)
            yield from self._ready
            self._ready.clear()
        parser.Parse(b"", True)
        yield from self._ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _local(name)
        if tag == "c":
            found = _REFERENCE.fullmatch(attributes.get("r", ""))
            self._column = _column(found[1]) if found else self._column + 1
            self._kind = attributes.get("t", "n")
            self._formula = self._has_value = False
            self._texts.clear()
        elif tag == "row":
            self._number = int(attributes.get("r", self._number + 1))
            self._row, self._column = [], -1
        elif tag == "v" or (tag == "t" and not self._phonetic):
            self._taking = self._has_value = True
        elif tag == "f":
            self._formula = True
        elif tag == "rPh":
            self._phonetic += 1

    def _end(self, name: str) -> None:
        tag = _local(name)
        if tag in {"v", "t"}:
            self._taking = False
        elif tag == "c":
            self._finish_cell()
        elif tag == "row":
            if any(self._row):
                self._ready.append((self._number, self._row))
        elif tag == "rPh":
            self._phonetic -= 1

    def _characters(self, data: str) -> None:
        if self._taking:
            self._texts.append(data)

    def _finish_cell(self) -> None:
        value = self._value("".join(self._texts))
        if not value:
            return
        if self._column >= MOST_COLUMNS:
            raise FileTooLarge(f"列数超过 {MOST_COLUMNS}。", f"More than {MOST_COLUMNS} columns.")
        missing = self._column - len(self._row)
        if missing > 0:
            self._row.extend([""] * missing)
        if missing < 0:
            self._row[self._column] = value
        else:
            self._row.append(value)

    def _value(self, text: str) -> str:
        if self._formula and not text:
            # A formula that gives an empty text is saved as t="str"; any other one without a value was never computed.
            return "" if self._kind == "str" and self._has_value else Broken("formula_without_value")
        if not text:
            return ""
        if self._kind == "s":
            return self._strings[int(text)]
        if self._kind == "n":
            return Number(_plain(text))
        if self._kind == "b":
            return "TRUE" if text == "1" else "FALSE"
        if self._kind == "e":
            return Broken("error_value")
        return _unescaped(text)


def _plain(text: str) -> str:
    """A number without an exponent where it has at most 15 digits: 1.30303E5 is 130303."""
    if "E" not in text and "e" not in text:
        return text
    number = float(text)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else text


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _parser() -> Any:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    raise ValueError("a document type is not allowed")


def _damaged() -> UnreadableFile:
    return UnreadableFile("工作表内容已损坏，无法读取。请用 Excel 或 WPS 重新保存。", "The sheet cannot be read.")
