"""Reads .csv: finds the encoding and the delimiter, and refuses to guess where two readings are possible."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from backend.registry.imports.problems import UnreadableFile

DELIMITERS = ",\t;"
PIECE = 1024 * 1024
Row = tuple[int, list[str]]


def encoding_of(path: Path) -> str:
    """utf-8-sig, utf-16 or gb18030; raises UnreadableFile where no encoding reads the whole file.

    A text in GB 18030 is practically never valid UTF-8, so the order decides and nothing is guessed by likelihood.
    """
    with open(path, "rb") as file:
        start = file.read(4)
    if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return _readable(path, "utf-16") or _refuse()
    if b"\0" in start:
        _refuse()
    return _readable(path, "utf-8-sig") or _chinese(path) or _refuse()


def _readable(path: Path, encoding: str) -> str | None:
    try:
        with open(path, encoding=encoding, newline="") as file:
            while file.read(PIECE):
                pass
    except UnicodeError:
        return None
    return encoding


def _chinese(path: Path) -> str | None:
    """gb18030, if what it gives is Chinese text: Big5 and Shift-JIS often decode too, but into rare signs."""
    try:
        with open(path, encoding="gb18030", newline="") as file:
            seen = rare = 0
            while piece := file.read(PIECE):
                wide = [sign for sign in piece if ord(sign) > 127]
                seen += len(wide)
                rare += sum(not _common(sign) for sign in wide)
    except UnicodeError:
        return None
    return "gb18030" if rare * 20 <= seen else None


def _common(sign: str) -> bool:
    """Whether a sign is of GB 2312, which holds nearly all that a directory in mainland China is written with."""
    try:
        sign.encode("gb2312")
    except UnicodeError:
        return False
    return not "\u3040" <= sign <= "\u30ff"


def _refuse() -> str:
    raise UnreadableFile(
        "无法确定文件的文字编码。请另存为“CSV UTF-8（逗号分隔）”或 *.xlsx 后再上传。",
        "The text encoding cannot be told. Save the file as CSV UTF-8 or as .xlsx.",
    )


class TextFile:
    """A file of separated values, read once from its beginning."""

    sheet = "CSV"
    epoch_1904 = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoding = encoding_of(path)
        self._read = 0

    @property
    def share(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        return self._read / max(1, self._path.stat().st_size)

    def merged(self) -> list[str]:
        """None: only workbooks merge cells."""
        return []

    def close(self) -> None:
        """Nothing is held open between rows and their end."""

    def rows(self) -> Iterator[Row]:
        """Each row that has a value, with the number of the line it begins on; raises UnreadableFile."""
        with (
            open(self._path, "rb") as raw,
            io.TextIOWrapper(raw, encoding=self._encoding, newline="") as file,
        ):
            first = next((line for line in file if line.strip()), "")
            delimiter = max(DELIMITERS, key=first.count)
            file.seek(0)
            # Some programs end a file with NULs, at which csv.reader would stop.
            reader = csv.reader((line.replace("\0", "") for line in file), delimiter=delimiter, strict=True)
            begins = 1
            try:
                for row in reader:
                    if any(row):
                        self._read = raw.tell()
                        yield begins, row
                    begins = reader.line_num + 1
            except csv.Error as error:
                raise UnreadableFile(
                    f"第 {reader.line_num} 行的引号不成对或单元格过长。请用 Excel 打开检查后重新保存。",
                    f"Line {reader.line_num} has unbalanced quotes or an overlong cell.",
                ) from error
