"""Substitutions after a draw, of an inspector, an expert or an object: a request is logged first, then the rules
say who or what follows. Pure.

An inspector's substitute needs the public event that the request names, so nobody knows him when asking. An object's
is the next reserve of its stratum, fixed by the draw; therefore only reasons count that nobody can choose."""

from collections.abc import Iterable, Sequence

from backend.draws.documents import Assignment, Bundle, ObjectRow, Ranked, Substitution, SubstitutionRequest
from backend.draws.findings import DrawError
from backend.draws.rules import (
    HASH,
    NO_EVENT,
    VERSION,
    check_event_value,
    digest,
    event_faults,
    text_hash,
    ticket_of,
)

# Reasons to ask for a substitute; none that an official could bring about for convenience.
SUBSTITUTION_REASONS = ("recusal", "illness", "transfer", "certificate")
OBJECT_REASONS = ("deregistered", "revoked", "closed", "moved", "duplicate")


class Teams:
    """Who goes to the objects of an inspector draw after the substitutions so far."""

    def __init__(self, bundle: Bundle) -> None:
        eligibility = bundle["eligibility"]
        self.rows = {row["id"]: row for row in eligibility["objects"]}
        self.holds = {
            row["id"]: frozenset(row["holds"]) for row in [*eligibility["inspectors"], *eligibility["experts"]]
        }
        self.assignments = {row["object"]: row for row in bundle["assignments"]}
        self.people = {name: _people(row) for name, row in self.assignments.items()}
        self.gone: dict[str, set[str]] = {name: set() for name in self.people}

    def check(self, request: SubstitutionRequest) -> None:
        """Whether the seat is there and the reason and event are allowed. Raises DrawError."""
        for fault in event_faults(request["event"], "event"):
            raise DrawError(fault.code)
        names, out = request["objects"], request["out"]
        known = bool(names) and all(
            name in self.rows and out in self.people.get(name, ()) and self.holds.keys() >= set(self.people[name])
            for name in names
        )
        if not known or request["reason"] not in SUBSTITUTION_REASONS:
            raise DrawError("substitution")
        groups = {self.assignments[name]["group"] for name in names}
        kinds = {out in self.rows[name]["experts"] for name in names}
        if len(kinds) > 1 or (len(names) > 1 and (len(groups) > 1 or 0 in groups)):
            raise DrawError("substitution")

    def follow(self, request: SubstitutionRequest, event_value: str) -> Substitution:
        """The substitute: the lowest ticket among all who were eligible for these objects, are not there yet and did
        not leave before, and leave the teams with what they must hold; without a value the request was withdrawn
        and nothing follows. Raises DrawError event_value."""
        if not event_value:
            return {"request": request, "event": {"value": ""}, "substitute": "", "ticket": ""}
        check_event_value(request["event"]["type"], event_value)
        seed = text_hash(f"dsj1|substitute|{digest(request)}|{event_value}")
        rows = [self.rows[name] for name in request["objects"]]
        fit = set[str].intersection(*(set(self._may_follow(row, request["out"])) for row in rows))
        ticket, person = min(((ticket_of(seed, rows[0]["id"], person), person) for person in fit), default=("", ""))
        return {"request": request, "event": {"value": event_value}, "substitute": person, "ticket": ticket}

    def _may_follow(self, row: ObjectRow, out: str) -> Iterable[str]:
        expert = out in row["experts"]
        needs, eligible = (row["expert_needs"], row["experts"]) if expert else (row["needs"], row["eligible"])
        people = self.people[row["id"]]
        kept = frozenset[str]().union(*(self.holds[p] for p in people if p != out and p in eligible))
        for person in eligible:
            new = person not in people and person not in self.gone[row["id"]]
            if new and set(needs) <= kept | self.holds[person]:
                yield person

    def apply(self, substitution: Substitution) -> None:
        """Note that somebody left and who came; a request that was withdrawn changes nothing."""
        if not substitution["event"]["value"]:
            return
        request = substitution["request"]
        for name in request["objects"]:
            stay = [person for person in self.people[name] if person != request["out"]]
            self.people[name] = [*stay, *filter(None, [substitution["substitute"]])]
            self.gone[name].add(request["out"])


class Objects:
    """What an object draw stands for after the substitutions so far: objects by stratum, and the reserves left."""

    def __init__(self, bundle: Bundle) -> None:
        strata = bundle["result"]["strata"]
        self.stratum = {row["id"]: stratum["code"] for stratum in strata for row in stratum["drawn"]}
        self.reserves: dict[str, Sequence[Ranked]] = {stratum["code"]: stratum["reserves"] for stratum in strata}

    def check(self, request: SubstitutionRequest) -> None:
        """Whether the object is drawn and the reason allowed. Raises DrawError substitution."""
        named = request["out"] in self.stratum and request["objects"] == [request["out"]]
        if not named or request["reason"] not in OBJECT_REASONS or request["event"] != NO_EVENT:
            raise DrawError("substitution")

    def follow(self, request: SubstitutionRequest, event_value: str) -> Substitution:
        """The next reserve of the stratum in rank order. Raises DrawError event_value."""
        if event_value:
            raise DrawError("event_value")
        left = self.reserves[self.stratum[request["out"]]]
        step, ticket = (left[0]["id"], left[0]["ticket"]) if left else ("", "")
        return {"request": request, "event": {"value": ""}, "substitute": step, "ticket": ticket}

    def apply(self, substitution: Substitution) -> None:
        """Note what left and which reserve stepped in."""
        stratum = self.stratum.pop(substitution["request"]["out"])
        if substitution["substitute"]:
            self.stratum[substitution["substitute"]] = stratum
            self.reserves[stratum] = self.reserves[stratum][1:]


def standing(bundle: Bundle, *, replay: bool = True) -> Teams | Objects:
    """Where an open bundle stands, after its log of substitutions unless `replay` is off."""
    stand = Teams(bundle) if bundle["commitment"]["kind"] == "inspectors" else Objects(bundle)
    for substitution in bundle["substitutions"] if replay else ():
        stand.apply(substitution)
    return stand


def check_substitution(bundle: Bundle, request: SubstitutionRequest) -> None:
    """Refuse a request before it is logged after those in the open bundle. Raises DrawError same_person,
    substitution, or what is wrong with the event."""
    check_request(standing(bundle), request, commitment=bundle["commitment_digest"], number=_next(bundle))


def substitute(bundle: Bundle, request: SubstitutionRequest, *, event_value: str = "") -> Substitution:
    """The entry for the bundle's log that follows from a request and, for an inspector, from its event: without a
    value the request is logged as withdrawn. Raises DrawError."""
    check_substitution(bundle, request)
    return standing(bundle).follow(request, event_value)


def check_request(stand: Teams | Objects, request: SubstitutionRequest, *, commitment: str, number: int) -> None:
    """The same over a standing that is already known. Raises DrawError."""
    if request["requester"] == request["approver"]:
        raise DrawError("same_person")
    named = (request["v"], request["commitment"], request["number"])
    objects = request["objects"]
    if named != (VERSION, commitment, number) or not HASH.fullmatch(request["evidence"]):
        raise DrawError("substitution")
    if objects != sorted(set(objects)):
        raise DrawError("substitution")
    stand.check(request)


def _next(bundle: Bundle) -> int:
    return len(bundle["substitutions"]) + 1


def _people(assignment: Assignment) -> list[str]:
    return [seat["id"] for seat in [*assignment["seats"], *assignment["experts"]]]
