"""What an entry means to a directory that already has some: new, changed, the same, or not to be taken."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any, NamedTuple

from backend.registry.imports.reading import Examined, Fault
from backend.registry.imports.tables import Table


class Verdict(Enum):
    """What an import would do with an entry."""

    FRESH = auto()
    CHANGED = auto()
    UNCHANGED = auto()
    BAD = auto()


class Judged(NamedTuple):
    """An entry and its verdict; the faults of a bad one are in `examined`."""

    examined: Examined
    verdict: Verdict


def compare(entry: Mapping[str, Any], stored: Mapping[str, Any] | None) -> Verdict:
    """What becomes of a good entry; the order of a list says nothing, and a blank risk class leaves the old one."""
    if stored is None:
        return Verdict.FRESH
    same = all(
        _plain(value) == _plain(stored[name]) or (name in KEPT_IF_BLANK and value in ("", None))
        for name, value in entry.items()
    )
    return Verdict.UNCHANGED if same else Verdict.CHANGED


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value


def placed(fault: Mapping[str, str], examined: Examined, table: Table) -> Fault:
    """A fault of the directories' rules at its row and column; check points stand in rows of their own."""
    field, _, rest = fault["field"].partition("/")
    row, entry = examined.row, examined.entry
    if field == "points":
        index, _, rest = rest.partition("/")
        inner = rest.partition("/")[0]
        field = _POINT_COLUMNS.get(inner, "settings")
        number = int(index) if index.isdigit() else 0
        row, entry = row + number, entry["points"][number] if number < len(entry["points"]) else {}
    column = next((one for one in table.columns if one.field == field), table.columns[0])
    value = column.show(entry.get(column.field))[:200]
    return Fault(row, column.header, value, fault["code"], fault["message"], fault.get("mend", ""))


KEPT_IF_BLANK = frozenset({"risk", "maintained_by"})
_POINT_COLUMNS = {"code": "point", "title": "title", "title_en": "title_en", "guidance": "point_guidance"}


def unknown(field: str) -> Mapping[str, str]:
    """The fault of an entry about an object or an inspector that the actor's directory does not have."""
    zh, en = ("检查对象", "object") if field == "object" else ("检查人员", "inspector")
    return {
        "field": field,
        "code": f"unknown_{field}",
        "message": f"管辖范围内的名录库中没有这个{zh}。 No such {en} in the directory of your jurisdiction.",
        "mend": f"请先导入{zh}，或核对代码。 Import the {en} first, or check the code.",
    }


def foreign(field: str) -> Mapping[str, str]:
    """The fault of an entry that exists and belongs to somebody else."""
    return {
        "field": field,
        "code": "not_yours",
        "message": "该条目由其他单位建立和维护。 This entry is maintained by another body.",
        "mend": "谁建立谁管理：请联系建立该条目的单位。 Ask the body that maintains it.",
    }
