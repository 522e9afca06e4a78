"""Dishonest ways to match inspectors, each with the signature of the honest one and built on it."""

from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import Any

from backend.draws.documents import Assignment, Eligibility, Seat
from backend.draws.matching import match
from backend.draws.rules import ticket_of
from tests.fairness.inspectors import INSPECTORS, Matcher
from tests.fairness.registered import chance

FAVOURITE, FRIEND = INSPECTORS[0], INSPECTORS[1]
# Any: match's keyword arguments are only passed on.
Teams = list[Assignment]


def afterwards(change: Callable[[Teams, Eligibility, str], object]) -> Matcher:
    """The honest teams, changed in place by a function of (teams, lists, seed)."""

    @wraps(change)
    def matcher(eligibility: Eligibility, *, seed: str, **rest: Any) -> Teams:
        teams = match(eligibility, seed=seed, **rest)
        change(teams, eligibility, seed)
        return teams

    return matcher


def beforehand(change: Callable[[Eligibility], object]) -> Matcher:
    """The honest match over lists that were changed in place first."""

    @wraps(change)
    def matcher(eligibility: Eligibility, *, seed: str, **rest: Any) -> Teams:
        lists = deepcopy(eligibility)
        change(lists)
        return match(lists, seed=seed, **rest)

    return matcher


def _in(team: Assignment, person: str) -> bool:
    return any(seat["id"] == person for seat in team["seats"])


def _sit(seat: Seat, team: Assignment, person: str, seed: str) -> None:
    seat["id"], seat["ticket"] = person, ticket_of(seed, team["object"], person)


@afterwards
def favourite_leads(teams: Teams, eligibility: Eligibility, seed: str) -> None:
    """Whoever is to be promoted leads each team that he is in."""
    for team in teams:
        team["seats"].sort(key=lambda seat: seat["id"] != FAVOURITE)
        for number, seat in enumerate(team["seats"], start=1):
            seat["seat"] = number


@afterwards
def friends_together(teams: Teams, eligibility: Eligibility, seed: str) -> None:
    """Where one goes, the other comes along; nobody's number of visits is right any more."""
    for team in teams:
        if team["seats"] and _in(team, FAVOURITE) and not _in(team, FRIEND):
            _sit(next(seat for seat in team["seats"] if seat["id"] != FAVOURITE), team, FRIEND, seed)


@afterwards
def steered_to_a_class(teams: Teams, eligibility: Eligibility, seed: str) -> None:
    """In one draw of three the favourite changes seats to come to the class that he wishes."""
    classes = {row["id"]: row["stratum"] for row in eligibility["objects"]}
    here = [team for team in teams if classes[team["object"]] == "C" and _in(team, FAVOURITE)]
    there = [team for team in teams if classes[team["object"]] == "D" and not _in(team, FAVOURITE)]
    for other in there if here and chance(seed, 1 / 3) else ():
        mine = next(seat for seat in here[0]["seats"] if seat["id"] == FAVOURITE)
        for seat in other["seats"]:
            if not _in(here[0], seat["id"]):
                _sit(mine, here[0], seat["id"], seed)
                _sit(seat, other, FAVOURITE, seed)
                return


@afterwards
def in_turn(teams: Teams, eligibility: Eligibility, seed: str) -> None:
    """Round and round in the order of names: even, and known to all beforehand."""
    turn = 0
    for team in teams:
        for seat in team["seats"]:
            _sit(seat, team, eligibility["inspectors"][turn % len(eligibility["inspectors"])]["id"], seed)
            turn += 1


@afterwards
def one_goes_alone(teams: Teams, eligibility: Eligibility, seed: str) -> None:
    for team in teams[:1]:
        del team["seats"][1:]


@afterwards
def same_person_twice(teams: Teams, eligibility: Eligibility, seed: str) -> None:
    """One signs for two."""
    for team in teams[:1]:
        for seat in team["seats"][1:]:
            _sit(seat, team, team["seats"][0]["id"], seed)


@afterwards
def called_insufficient(teams: Teams, eligibility: Eligibility, seed: str) -> None:
    """An object that nobody likes to visit gets no team."""
    for team in teams[:1]:
        team["seats"], team["reason"], team["limit"] = [], "too_few", 0


@beforehand
def hidden_load(lists: Eligibility) -> None:
    """The favourite is counted as if he had done two visits already."""
    lists["inspectors"][0]["load"] += 2


@beforehand
def recusals_ignored(lists: Eligibility) -> None:
    for row in lists["objects"]:
        row["eligible"] = [person["id"] for person in lists["inspectors"]]


@beforehand
def needs_ignored(lists: Eligibility) -> None:
    for row in lists["objects"]:
        row["needs"] = []


def without_balance(eligibility: Eligibility, **rest: Any) -> Teams:
    """Objects one after the other, each as if it were alone with the loads so far: seats are never moved."""
    loads = {row["id"]: row["load"] for row in eligibility["inspectors"]}
    teams: Teams = []
    for row in sorted(eligibility["objects"], key=lambda row: (row["ticket"], row["id"])):
        lists = deepcopy(eligibility)
        lists["objects"] = [row]
        for person in lists["inspectors"]:
            person["load"] = loads[person["id"]]
        teams += match(lists, **rest)
        for seat in teams[-1]["seats"]:
            loads[seat["id"]] += 1
    return teams
