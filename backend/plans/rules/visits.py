"""进一次门、查多项事: what several tasks drew, put together into one visit to each object."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class DrawnVisit:
    """One object drawn by one task, with the items for which it is to be checked."""

    object: str
    task: str
    items: Sequence[str]
    period: tuple[date, date]
    merge: bool


@dataclass(frozen=True)
class MergedVisit:
    """One visit: the tasks it serves in their order, every item once, and the days that lie in all their periods."""

    object: str
    tasks: tuple[str, ...]
    items: tuple[str, ...]
    period: tuple[date, date]


def merge_visits(drawn: Iterable[DrawnVisit]) -> list[MergedVisit]:
    """The visits that serve all that was drawn, by object and task.

    Tasks that allow it share a visit as long as their periods have a day in common; any other has one of its own.
    """
    visits: list[MergedVisit] = []
    open_visit: dict[str, int] = {}
    for one in sorted(drawn, key=lambda row: (row.object, row.period, row.task)):
        at = open_visit.get(one.object) if one.merge else None
        shared = _overlap(visits[at].period, one.period) if at is not None else None
        if at is not None and shared is not None:
            old = visits[at]
            items = tuple(dict.fromkeys((*old.items, *one.items)))
            visits[at] = MergedVisit(one.object, (*old.tasks, one.task), items, shared)
            continue
        visits.append(MergedVisit(one.object, (one.task,), tuple(one.items), one.period))
        if one.merge:
            open_visit[one.object] = len(visits) - 1
    return visits


def _overlap(one: tuple[date, date], other: tuple[date, date]) -> tuple[date, date] | None:
    begin, end = max(one[0], other[0]), min(one[1], other[1])
    return (begin, end) if begin <= end else None
