"""合并上门: whether the visit that another task makes to an object serves one task more. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from backend.plans.rules import merge_visits
from backend.plans.rules.visits import DrawnVisit
from schemas.vocabulary import MergeOutcome


@dataclass(frozen=True)
class Terms:
    """What a task asks of a visit to one object."""

    task: str
    period: tuple[date, date]
    method: str
    seats: int
    experts: int = 0
    specialities: frozenset[str] = frozenset()
    cool_off_months: int = 0


@dataclass(frozen=True)
class Cover:
    """The visit of another task: its terms, those of the tasks it serves already, and how far its team is.

    `held` is what the team holds together, None before there is one; `matching` that one is being drawn right now.
    """

    terms: Terms
    others: tuple[Terms, ...] = ()
    held: frozenset[str] | None = None
    matching: bool = False
    begun: bool = False


def meets(cover: Cover, terms: Terms) -> bool:
    """Whether the two tasks have a day in common at all."""
    return _share_a_day([cover.terms, terms])


def outcome(cover: Cover, terms: Terms, *, needs: frozenset[str]) -> MergeOutcome:
    """Whether the visit can serve this task too, whose items need these qualifications, or why not."""
    refusals = {
        MergeOutcome.BEGUN: cover.begun,
        MergeOutcome.PERIOD: not _share_a_day([cover.terms, *cover.others, terms]),
        MergeOutcome.METHOD: terms.method != cover.terms.method,
        MergeOutcome.STAFFING: _asks_for_more(terms, cover.terms),
        # Who may go is fixed by the commitment, before anybody knew what this task needs.
        MergeOutcome.MATCHING: cover.held is None and cover.matching,
        MergeOutcome.UNQUALIFIED: cover.held is not None and not needs <= cover.held,
    }
    return next((reason for reason, applies in refusals.items() if applies), MergeOutcome.MERGED)


def _share_a_day(several: Iterable[Terms]) -> bool:
    return len(merge_visits(DrawnVisit("", one.task, (), one.period, merge=True) for one in several)) == 1


def _asks_for_more(terms: Terms, cover: Terms) -> bool:
    other_experts = bool(terms.experts) and terms.specialities != cover.specialities
    return (
        terms.seats > cover.seats
        or terms.experts > cover.experts
        or other_experts
        or terms.cool_off_months > cover.cool_off_months
    )
