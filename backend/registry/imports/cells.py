"""One cell of an uploaded table: what people and Excel write there, and what it means. Pure."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

# A spreadsheet takes a text that begins with one of these for a formula; the full-width ones after input methods.
FORMULA_SIGNS = frozenset("=+-@\t\r\n＝＋－＠")
TEXT_ONLY = "'"
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_WHOLE = re.compile(r"([0-9]+)\.0+")
# What a double holds exactly; Excel rounds every longer number away.
_EXACT_DIGITS = 15
_DATE = re.compile(
    r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?(?:[T ]0{1,2}:00(?::00(?:\.0+)?)?)?"
)
_COMPACT_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SERIAL = re.compile(r"([0-9]{1,5})(?:\.0+)?")
_SEPARATORS = re.compile(r"[、,，;；|\n]+")
_CODE = re.compile(r"[A-Za-z0-9._:-]+")
_YES = frozenset({"是", "有", "Y", "YES", "TRUE", "1", "√"})
_NO = frozenset({"否", "无", "N", "NO", "FALSE", "0", "×"})


class Number(str):
    """The digits of a cell that the spreadsheet holds as a number, exactly as the file has them."""

    __slots__ = ()


class Broken(str):
    """A cell without a usable value; the text is the code of the reason."""

    __slots__ = ()


class BadCell(Exception):
    """Why a value is not taken, and how to mend it, Chinese first."""

    def __init__(self, code: str, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.mend = mend


@dataclass(frozen=True)
class Known:
    """Codes that the installation knows, each also by the name people write."""

    regions: Mapping[str, str]
    bodies: Mapping[str, str]
    # The days that a serial number counts from: Excel on Windows and, until 2011, on the Mac.
    epoch_1904: bool = False


def clean(value: str) -> str:
    """The text without invisible characters, outer spaces and the mark that keeps it from being a formula."""
    if isinstance(value, Number | Broken):
        return value
    if value.isascii():
        text = value.replace("\r\n", "\n").strip()
    else:
        text = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\u00a0", " ")
        if not text.isprintable():
            text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
        text = text.strip()
    return text[1:].strip() if text.startswith(TEXT_ONLY) and _looks_like_formula(text) else text


def guarded(value: str) -> str:
    """The text as it may stand in a file that a spreadsheet opens; `clean` takes the mark away again."""
    return TEXT_ONLY + value if _looks_like_formula(value) else value


def _looks_like_formula(text: str) -> bool:
    """Whether it begins with a sign of a formula, behind spaces or behind marks that stand for themselves."""
    bare = text.lstrip(TEXT_ONLY + " \u3000\u00a0")
    return bare[:1] in FORMULA_SIGNS and bare != ""


def folded(value: str) -> str:
    """Full-width digits and letters as ordinary ones, without spaces: for codes, dates and numbers."""
    return "".join(unicodedata.normalize("NFKC", value).split()) if not value.isascii() else "".join(value.split())


Reader = Callable[[str, Known], Any]


def read_text(maximum: int) -> Reader:
    """Any text up to a length."""

    def read(value: str, known: Known) -> str:
        if isinstance(value, Number):
            _refuse_rounded(value)
            return _without_fraction(value)
        if len(value) > maximum:
            raise BadCell(
                "too_long",
                f"超过 {maximum} 个字符。 Longer than {maximum} characters.",
                "请缩短内容。 Shorten the text.",
            )
        if any(ord(sign) < 32 and sign not in "\n\t" for sign in value) or "\ufffd" in value:
            raise BadCell(
                "control_character",
                "含有不可用的字符或乱码。 Holds control characters or signs that could not be decoded.",
                "请删除不可见字符，重新录入。 Type the text anew.",
            )
        return value

    return read


def read_code(value: str, known: Known) -> str:
    """A code: full-width signs folded, upper case; refuses what Excel has rounded."""
    _refuse_rounded(value)
    text = _without_fraction(folded(value))
    if not _CODE.fullmatch(text) or len(text) > 64:
        raise BadCell(
            "not_a_code",
            "只能含字母、数字和 . _ : - 。 Only letters, digits and . _ : - are allowed.",
            "请核对代码。 Check the code.",
        )
    return text.upper()


def _refuse_rounded(text: str) -> None:
    digits = text.split(".")[0].lstrip("-")
    rounded = isinstance(text, Number) and digits.isdigit() and len(digits) > _EXACT_DIGITS
    if rounded or _SCIENTIFIC.fullmatch(text):
        raise BadCell(
            "rounded_number",
            "Excel 已把长数字变成近似值，后几位丢失。 Excel has rounded this long number; its last digits are lost.",
            "请把该列设为“文本”格式，再重新填写完整号码。 Format the column as text, then type the whole number again.",
        )


def read_date(value: str, known: Known) -> date:
    """2026-11-21, 2026/11/21, 2026.11.21, 20261121, 2026年11月21日, or the serial number that Excel keeps."""
    text = unicodedata.normalize("NFKC", value).strip()
    squeezed = "".join(text.split()) if "年" in text else text
    try:
        if found := _DATE.fullmatch(squeezed) or _COMPACT_DATE.fullmatch(squeezed):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _SERIAL.fullmatch(squeezed):
            return _from_serial(int(found[1]), known)
    except ValueError:
        pass
    raise BadCell(
        "not_a_date",
        "不是日历上的日期。 Not a day of the calendar.",
        "请写成 2026-11-21。 Write it like 2026-11-21.",
    )


def _from_serial(days: int, known: Known) -> date:
    if known.epoch_1904:
        return date(1904, 1, 1) + timedelta(days=days)
    if days < 61:
        # Excel counts a 29 February 1900 that never was; nothing here is that old.
        raise ValueError(days)
    return date(1899, 12, 30) + timedelta(days=days)


def read_choice(words: Mapping[str, tuple[str, str]]) -> Reader:
    """One code of a vocabulary, written as its code, its Chinese or its English word."""
    by_word = {code.upper(): code for code in words}
    for code, (zh, en) in words.items():
        by_word |= {zh.upper(): code, en.upper(): code}
    allowed = "、".join(zh for zh, _ in words.values())

    def read(value: str, known: Known) -> str:
        found = by_word.get(unicodedata.normalize("NFKC", value).strip().upper())
        if found is None:
            raise BadCell(
                "not_a_choice",
                "不在可选范围内。 Not one of the choices.",
                f"请从下列选一：{allowed}。 Choose one of: {', '.join(words)}.",
            )
        return found

    return read


def read_choices(words: Mapping[str, tuple[str, str]]) -> Reader:
    """Several codes of a vocabulary."""
    one = read_choice(words)

    def read(value: str, known: Known) -> list[str]:
        return list(dict.fromkeys(one(part, known) for part in _parts(value)))

    return read


def read_list(value: str, known: Known) -> list[str]:
    """Several short texts, parted by 、 or ； or a comma, each once."""
    parts = list(dict.fromkeys(_parts(value)))
    if len(parts) > 50 or any(len(part) > 64 for part in parts):
        raise BadCell(
            "list_too_long",
            "最多 50 项，每项最多 64 个字符。 At most 50 entries of at most 64 characters.",
            "请用“、”分隔各项。 Part the entries by 、",
        )
    return parts


def _parts(value: str) -> list[str]:
    return [part for raw in _SEPARATORS.split(value) if (part := raw.strip())]


def read_bool(value: str, known: Known) -> bool:
    """是 or 否."""
    text = folded(value).upper()
    if text not in _YES | _NO:
        raise BadCell(
            "not_yes_or_no", "只能填“是”或“否”。 Only 是 or 否.", "请填“是”或“否”。 Write 是 (yes) or 否 (no)."
        )
    return text in _YES


def read_count(value: str, known: Known) -> int:
    """A whole number from 1 to 366."""
    text = _without_fraction(folded(value))
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= 366):
        raise BadCell(
            "not_a_count",
            "不是 1 至 366 的整数。 Not a whole number from 1 to 366.",
            "请填整数。 Write a whole number.",
        )
    return int(text)


def read_ratio(value: str, known: Known) -> str:
    """A share of at most 1, written 5%, 5/100 or 0.05; kept as an exact fraction."""
    text = folded(value)
    try:
        if text.endswith("%"):
            share = Fraction(Decimal(text[:-1])) / 100
        elif "/" in text:
            share = Fraction(text)
        else:
            share = Fraction(Decimal(text))
    except (ValueError, InvalidOperation, ZeroDivisionError, OverflowError):
        share = Fraction(0)
    if not 0 < share <= 1:
        raise BadCell(
            "not_a_ratio",
            "不是 0 到 100% 之间的比例。 Not a share between 0 and 100 %.",
            "请写成 5% 或 5/100。 Write it like 5% or 5/100.",
        )
    return f"{share * 100}/100" if (share * 100).denominator == 1 else f"{share.numerator}/{share.denominator}"


def read_json(value: str, known: Known) -> Any:
    """A rule or another structure as JSON, as the export writes it."""
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise BadCell(
            "not_json",
            "不是有效的 JSON。 Not valid JSON.",
            "请从导出的文件复制该列，或留空。 Copy it from an export, or leave it empty.",
        ) from error


def read_region(value: str, known: Known) -> str:
    """A GB/T 2260 code of a known region, or its name."""
    return _found(known.regions, value, "region", "行政区划", "region")


def read_body(value: str, known: Known) -> str:
    """The code of a known body, or its name."""
    return _found(known.bodies, value, "body", "部门", "body")


def _found(names: Mapping[str, str], value: str, code: str, zh: str, en: str) -> str:
    found = names.get(value) or names.get(_without_fraction(folded(value)).upper())
    if found is None:
        raise BadCell(
            f"unknown_{code}",
            f"系统中没有这个{zh}。 No such {en}.",
            f"请填{zh}代码或全称。 Write the code or the full name of the {en}.",
        )
    return found


def _without_fraction(text: str) -> str:
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else str(text)


def read_lines(value: str, known: Known) -> list[str]:
    """Several longer texts, one per line of the cell."""
    return [part for raw in value.split("\n") if (part := raw.strip())]


BROKEN: Mapping[str, tuple[str, str]] = {
    "formula_without_value": (
        "公式没有保存计算结果。 The formula was saved without its result.",
        "请用 Excel 或 WPS 打开并保存，或粘贴为数值。 Open and save it in a spreadsheet, or paste it as a value.",
    ),
    "error_value": (
        "单元格是错误值（如 #N/A、#REF!）。 The cell holds an error value such as #N/A.",
        "请改正公式或直接填写内容。 Mend the formula or type the value.",
    ),
    "merged": (
        "合并单元格无法判断内容属于哪一行。 In merged cells it cannot be told which row a value belongs to.",
        "请取消合并，并在每一行填写内容。 Unmerge the cells and fill in every row.",
    ),
}
