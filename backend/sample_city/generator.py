"""Makes a city out of a file and a seed: plain values, the same on every machine and day.

The sample city is city.json; another city is another file (docs/scenarios.md says what stands in it).
Not for real data: codes are valid but all in the series MAY, names of persons follow the sexagenary
cycle, brands are random characters and telephone numbers are in the file's fictional range.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from itertools import accumulate, count
from pathlib import Path
from typing import Any, TypeVar

from stdnum.cn import uscc

from backend.foundation.conditions import Condition

T = TypeVar("T")

SAMPLE_CITY = Path(__file__).with_name("city.json")
WORDS = (
    "risk_weights", "status_weights", "kinds", "brand_first", "brand_rare", "brand_second",
    "surnames", "stems", "branches", "roads", "villages",
)  # fmt: skip
CERTIFICATE_EXPIRY_YEARS = range(2029, 2033)
# Brands of two characters run out in a large city; from this attempt on a third one is added.
SHORT_BRANDS_TRIED = 4


@dataclass(frozen=True, slots=True)
class Region:
    code: str
    name: str
    short_name: str
    abbreviation: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Body:
    code: str
    name: str
    short_name: str
    region: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """A person with an account; `inspector` is the code of the inspector that this person is."""

    username: str
    name: str
    roles: tuple[str, ...]
    region: str
    body: str
    inspector: str | None = None


@dataclass(frozen=True, slots=True)
class SampleObject:
    """An inspected object; `code` is its unified social credit code, `authority` the body that keeps it."""

    code: str
    name: str
    kind: str
    address: str
    region: str
    authority: str
    registered_on: date
    status: str
    industry: str
    tags: tuple[str, ...]
    licences: tuple[str, ...]
    risk: str
    legal_representative: str
    phone: str


@dataclass(frozen=True, slots=True)
class Inspector:
    code: str
    name: str
    body: str
    region: str
    certificate_number: str
    certificate_expires_on: date
    qualifications: tuple[str, ...]
    phone: str
    status: str


@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody of the expert pool 专家、辅助人员, who only comes in addition to the inspectors."""

    code: str
    name: str
    organisation: str
    specialities: tuple[str, ...]
    region: str
    body: str
    phone: str


@dataclass(frozen=True, slots=True)
class Recusal:
    inspector: str
    object: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stratum:
    seq: int
    code: str
    name: str
    rule: Condition
    ratio: str
    reserves: int


@dataclass(frozen=True, slots=True)
class Task:
    """One task; a stratum absent from `items_by_stratum` is checked for every applicable item of `items`."""

    code: str
    name: str
    region: str
    period_start: date
    period_end: date
    cut_off: date
    mode: str
    method: str
    match_within_days: int
    scope: Condition
    strata: tuple[Stratum, ...]
    items: tuple[str, ...]
    items_by_stratum: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Plan:
    title: str
    year: int
    body: str
    task: Task


@dataclass(frozen=True, slots=True)
class City:
    regions: tuple[Region, ...]
    bodies: tuple[Body, ...]
    persons: tuple[Person, ...]
    objects: tuple[SampleObject, ...]
    inspectors: tuple[Inspector, ...]
    experts: tuple[Expert, ...]
    recusals: tuple[Recusal, ...]
    plans: tuple[Plan, ...]


def read_city(path: Path = SAMPLE_CITY) -> dict[str, Any]:
    """What a city's file says; the sample city's unless another is named."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def generate(data: Mapping[str, Any] | None = None, *, seed: str | None = None, scale: int = 1) -> City:
    """The whole city of a file's content; equal content, seed and scale give equal cities.

    `scale` multiplies the objects: 100 makes the sample city as large as the real one.
    """
    sample = read_city()
    data = data or sample
    # Another city may leave out the word lists; those of the sample city serve.
    data = {**data, "objects": {**{name: sample["objects"][name] for name in WORDS}, **data["objects"]}}
    seed = seed or data["seed"]
    regions = tuple(Region(**row) for row in data["regions"])
    bodies = tuple(Body(**row) for row in data["bodies"])
    persons = tuple(Person(**{**row, "roles": tuple(row["roles"])}) for row in data["persons"])
    objects = _objects(seed, data["objects"], {region.code: region for region in regions}, scale)
    inspectors = _inspectors(seed, data, {body.code: body for body in bodies}, persons)
    return City(
        regions=regions,
        bodies=bodies,
        persons=persons,
        objects=objects,
        inspectors=inspectors,
        experts=tuple(Expert(**{**row, "specialities": tuple(row["specialities"])}) for row in data.get("experts", ())),
        recusals=_recusals(seed, data["inspectors"].get("recusals", ()), objects, inspectors),
        plans=tuple(Plan(**{**row, "task": _task(row["task"])}) for row in data.get("plans", ())),
    )


def organisation_code(base: str) -> str:
    """`base` (8 characters) with its check character by GB 11714."""
    total = sum(int(char, 36) * weight for char, weight in zip(base, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return base + "0123456789X0"[11 - total % 11]


def credit_code(uscc_class: int, region: str, ordinal: int) -> str:
    """A valid unified social credit code (GB 32100) of the market regulation authorities (first character 9).

    All organisation codes are in the series MAY: sample data is easy to tell from other data. It ends at 309999.
    """
    series = "0123456789ABCDEFGHJKLMNPQRTUWXY"[ordinal // 10_000]
    number = f"9{uscc_class}{region}{organisation_code(f'MAY{series}{ordinal % 10_000:04d}')}"
    return uscc.validate(number + uscc.calc_check_digit(number))


def _objects(seed: str, data: dict[str, Any], regions: Mapping[str, Region], scale: int) -> tuple[SampleObject, ...]:
    profiles = [profile for profile in data["profiles"] for _ in range(profile["count"] * scale)]
    taken: set[str] = set()
    return tuple(
        _object(f"{seed}|object|{ordinal}", ordinal, profile, data=data, regions=regions, taken=taken)
        for ordinal, profile in enumerate(profiles, start=1)
    )


def _object(
    key: str,
    ordinal: int,
    profile: dict[str, Any],
    *,
    data: dict[str, Any],
    regions: Mapping[str, Region],
    taken: set[str],
) -> SampleObject:
    kind = data["kinds"][profile["kind"]]
    region = regions[profile.get("region") or _pick_weighted(f"{key}|region", data["region_weights"])]
    trade, industry, licences = _pick(f"{key}|trade", data["trades"][profile["trade"]])
    # A few names carry characters outside the fonts and encodings that most programs were tried with.
    first_characters = data["brand_first"] if ordinal % 375 else data["brand_rare"][ordinal // 375 % 3]

    def name(attempt: int) -> str:
        brand = _pick(f"{key}|first|{attempt}", first_characters) + _pick(
            f"{key}|second|{attempt}", data["brand_second"]
        )
        if attempt >= SHORT_BRANDS_TRIED:
            brand += _pick(f"{key}|third|{attempt}", data["brand_second"])
        place = "" if profile["trade"] == "rep_office" else region.short_name
        return f"{place}{brand}{trade}"

    if profile["kind"] == "cooperative":
        place = _pick(f"{key}|village", data["villages"])
    else:
        place = f"{_pick(f'{key}|road', data['roads'])}{1 + _roll(f'{key}|number', 400)}号"
    chances = profile.get("chance", {})
    first_day, last_day = (
        date.fromisoformat(day)
        for day in profile.get("registered", (f"{kind['first_year']}-01-01", data["last_registration"]))
    )
    extra = {tag for tag, percent in chances.items() if _roll(f"{key}|tag|{tag}", 100) < percent}
    days = (last_day - first_day).days + 1
    return SampleObject(
        code=(
            credit_code(kind["uscc_class"], region.code, ordinal)
            if "uscc_class" in kind
            else f"{kind['code_prefix']}-{region.code}-{ordinal:05d}"
        ),
        name=_untaken(name, taken),
        kind=profile["kind"],
        address=f"{data['address_prefix']}{region.name}{place}",
        region=region.code,
        authority=profile.get("authority", region.abbreviation),
        registered_on=first_day + timedelta(days=_roll(f"{key}|day", days)),
        status=_pick_weighted(f"{key}|status", data["status_weights"]),
        industry=industry,
        tags=tuple(sorted(extra.union(profile["tags"]))),
        licences=tuple(licences),
        risk=_pick_weighted(f"{key}|risk", profile.get("risk_weights", data["risk_weights"])),
        legal_representative=_person_name(f"{key}|representative", data),
        phone=f"{data['phone_prefix']}{ordinal:04d}",
    )


def _inspectors(
    seed: str, data: dict[str, Any], bodies: Mapping[str, Body], persons: Sequence[Person]
) -> tuple[Inspector, ...]:
    rules = data["inspectors"]
    named = {person.inspector: person.name for person in persons if person.inspector}
    taken = set(named.values())
    certificates: Counter[str] = Counter()

    def inspector(body: Body, ordinal: int) -> Inspector:
        certificates[body.region] += 1
        code = f"{body.code}-{ordinal:04d}"
        key = f"{seed}|inspector|{code}"
        special = rules.get("exceptions", {}).get(code, {})
        expiry = special.get("certificate_expires_on") or f"{_pick(key, CERTIFICATE_EXPIRY_YEARS)}-06-30"
        return Inspector(
            code=code,
            name=named.get(code) or _untaken(lambda attempt: _person_name(f"{key}|{attempt}", data["objects"]), taken),
            body=body.code,
            region=body.region,
            certificate_number=f"SAMPLE-{body.region}-{certificates[body.region]:04d}",
            certificate_expires_on=date.fromisoformat(expiry),
            qualifications=(
                "general",
                *special.get(
                    "qualifications",
                    [name for name in rules["qualifications"] if _roll(f"{key}|{name}", 100) < 30],
                ),
            ),
            phone=f"{data['objects']['phone_prefix']}{9000 + certificates.total():04d}",
            status=special.get("status", "active"),
        )

    return tuple(
        inspector(bodies[body], ordinal) for body, total in rules["counts"].items() for ordinal in range(1, total + 1)
    )


def _recusals(
    seed: str,
    rows: Sequence[dict[str, str]],
    objects: Sequence[SampleObject],
    inspectors: Sequence[Inspector],
) -> tuple[Recusal, ...]:
    """Each named inspector steps back from one object of the own region with a tag, which is drawn often."""
    region_of = {inspector.code: inspector.region for inspector in inspectors}

    def recusal(code: str, reason: str) -> Recusal:
        nearby = [each.code for each in objects if each.region == region_of[code] and each.tags]
        return Recusal(inspector=code, object=_pick(f"{seed}|recusal|{code}", nearby), reason=reason)

    return tuple(recusal(row["inspector"], row["reason"]) for row in rows)


def _task(row: dict[str, Any]) -> Task:
    days = {field: date.fromisoformat(row[field]) for field in ("period_start", "period_end", "cut_off")}
    return Task(
        **{
            **row,
            **days,
            "strata": tuple(Stratum(**stratum) for stratum in row["strata"]),
            "items": tuple(row["items"]),
            "items_by_stratum": {code: tuple(items) for code, items in row["items_by_stratum"].items()},
        }
    )


def _person_name(key: str, data: dict[str, Any]) -> str:
    return "".join(_pick(f"{key}|{part}", data[part]) for part in ("surnames", "stems", "branches"))


def _untaken(make: Callable[[int], str], taken: set[str]) -> str:
    name = next(name for attempt in count() if (name := make(attempt)) not in taken)
    taken.add(name)
    return name


def _roll(key: str, below: int) -> int:
    """A number from 0 to below - 1 that depends on the key alone, so a change moves nothing else."""
    return int.from_bytes(sha256(key.encode()).digest()) % below


def _pick(key: str, options: Sequence[T]) -> T:
    return options[_roll(key, len(options))]


def _pick_weighted(key: str, weights: Mapping[str, int]) -> str:
    rolled = _roll(key, sum(weights.values()))
    return next(
        option for option, reached in zip(weights, accumulate(weights.values()), strict=True) if rolled < reached
    )
