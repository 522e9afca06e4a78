"""Holds the sample city to what the policy document and the other tests rely on."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from hashlib import sha256

import pytest
from stdnum.cn import uscc

from backend.foundation.conditions import OBJECT_FACTS, evaluate, validate
from backend.sample_city.generator import City, Plan, SampleObject, credit_code, generate, organisation_code
from schemas.vocabulary import InspectorStatus, Method, ObjectKind, ObjectStatus, Role

# Whoever changes the city on purpose replaces this.
DIGEST = "05e75f0cbf21f3bf955a9e1808861b571aba72e4d4181a1cdbe305307c7f13c3"

EXPECTED_STRATA = {
    "ENT-DIRECT": "1/100",
    "ENT-PLATFORM": "1/1",
    "ENT-EBIKE-COTTON": "3/10",
    "ENT-METERING": "1/10",
    "ENT-CERTIFIED": "1/20",
    "ENT-LAB-KEY": "3/10",
    "ENT-LAB-OTHER": "3/20",
    "ENT-OTHER": "3/100",
    "IND-PLATFORM": "1/1",
    "IND-EBIKE-COTTON": "3/10",
    "IND-METERING": "1/10",
    "IND-OTHER": "1/200",
}


@pytest.fixture(scope="module")
def city() -> City:
    return generate()


def digest(city: City) -> str:
    text = json.dumps(asdict(city), ensure_ascii=False, sort_keys=True, default=date.isoformat)
    return sha256(text.encode()).hexdigest()


def pool(city: City, plan: Plan) -> Iterator[tuple[SampleObject, list[str]]]:
    """The objects in the scope of a plan's task, each with the codes of all strata whose rule it meets."""
    for each in city.objects:
        facts = {**asdict(each), "registered_on": each.registered_on.isoformat()}
        if evaluate(plan.task.scope, facts, {}):
            yield each, [stratum.code for stratum in plan.task.strata if evaluate(stratum.rule, facts, {})]


class TestGenerate:
    def test_makes_the_same_city_everywhere(self, city: City) -> None:
        assert digest(city) == DIGEST

    def test_makes_another_city_from_another_seed(self, city: City) -> None:
        other = generate(seed="another")
        assert digest(other) != DIGEST
        assert Counter(each.kind for each in other.objects) == Counter(each.kind for each in city.objects)

    def test_has_the_seven_counties_each_with_its_authority(self, city: City) -> None:
        counties = {region.code for region in city.regions if region.parent == "130300"}
        assert counties == {"130302", "130303", "130304", "130306", "130321", "130322", "130324"}
        assert {body.region for body in city.bodies if body.parent == "QHD"} == counties
        assert {body.code: body.region for body in city.bodies} == {
            region.abbreviation: region.code for region in city.regions
        }

    def test_uses_only_codes_of_the_vocabulary(self, city: City) -> None:
        assert {each.kind for each in city.objects} <= set(ObjectKind)
        assert {each.status for each in city.objects} <= set(ObjectStatus)
        assert {each.status for each in city.inspectors} == set(InspectorStatus)
        assert {role for person in city.persons for role in person.roles} <= set(Role)
        assert {plan.task.method for plan in city.plans} <= set(Method)


class TestObjects:
    def test_are_counted_by_kind(self, city: City) -> None:
        assert Counter(each.kind for each in city.objects) == {
            "enterprise": 1150,
            "cooperative": 250,
            "individual_business": 1600,
        }

    def test_have_valid_codes_of_their_kind_and_region(self, city: City) -> None:
        digits = {"enterprise": "1", "individual_business": "2", "cooperative": "3"}
        for each in city.objects:
            assert uscc.validate(each.code) == each.code
            assert each.code.startswith(f"9{digits[each.kind]}{each.region}")

    @pytest.mark.parametrize("field", ["code", "name", "phone"])
    def test_are_told_apart_by(self, city: City, field: str) -> None:
        assert len({getattr(each, field) for each in city.objects}) == len(city.objects)

    def test_belong_to_the_authority_of_their_region(self, city: City) -> None:
        regions = {body.code: body.region for body in city.bodies}
        assert all(regions[each.authority] == each.region for each in city.objects)
        assert len({each.region for each in city.objects}) == 7

    def test_are_registered_before_and_after_the_cut_off(self, city: City) -> None:
        years = Counter(each.registered_on.year for each in city.objects)
        assert (min(years), max(years)) == (2003, 2022)
        assert years[2021] + years[2022] > 200

    def test_are_mostly_active(self, city: City) -> None:
        states = Counter(each.status for each in city.objects)
        assert 0.93 < states["active"] / len(city.objects) < 0.97
        assert set(states) == {"active", "deregistered", "revoked"}

    def test_have_telephone_numbers_of_the_fictional_range(self, city: City) -> None:
        assert all(each.phone.startswith("0335-555") and len(each.phone) == 12 for each in city.objects)

    @pytest.mark.parametrize("character", ["𠮷", "䶮", "㙓"])
    def test_carry_a_rare_character(self, city: City, character: str) -> None:
        assert any(character in each.name for each in city.objects)


class TestPlans:
    def test_have_the_strata_of_the_document_in_its_order(self, city: City) -> None:
        strata = city.plans[0].task.strata
        assert [(stratum.code, stratum.ratio) for stratum in strata] == list(EXPECTED_STRATA.items())

    def test_have_rules_that_may_be_stored(self, city: City) -> None:
        for plan in city.plans:
            for rule in (plan.task.scope, *(stratum.rule for stratum in plan.task.strata)):
                assert validate(rule, OBJECT_FACTS, {}) == []

    @pytest.mark.parametrize("plan", [0, 1])
    def test_put_every_object_of_the_scope_into_a_stratum(self, city: City, plan: int) -> None:
        assert all(codes for _, codes in pool(city, city.plans[plan]))

    @pytest.mark.parametrize("plan", [0, 1])
    def test_leave_no_stratum_empty(self, city: City, plan: int) -> None:
        task = city.plans[plan].task
        assert {codes[0] for _, codes in pool(city, city.plans[plan])} == {stratum.code for stratum in task.strata}
        assert all(2 <= stratum.reserves <= 5 for stratum in task.strata)

    def test_leave_out_what_the_document_leaves_out(self, city: City) -> None:
        drawable = [each for each, _ in pool(city, city.plans[0])]
        assert max(each.registered_on for each in drawable) <= city.plans[0].task.cut_off
        assert {each.status for each in drawable} == {"active"}
        excluded = {"enterprise_group", "foreign_rep_office"}
        assert not any(excluded.intersection(each.tags) for each in drawable)
        assert excluded <= {tag for each in city.objects for tag in each.tags}

    def test_check_the_other_types_for_two_items_only(self, city: City) -> None:
        task = city.plans[0].task
        assert task.items == tuple(f"Q{number:02d}" for number in range(1, 16))
        assert task.items_by_stratum == {"ENT-OTHER": ("Q01", "Q02"), "IND-OTHER": ("Q01", "Q02")}

    def test_keep_the_small_plan_in_one_district(self, city: City) -> None:
        drawable = [each for each, _ in pool(city, city.plans[1])]
        assert {each.region for each in drawable} == {"130303"}
        assert 10 <= len(drawable) <= 30


class TestInspectors:
    def test_are_distributed_over_the_counties(self, city: City) -> None:
        counts = Counter(each.body for each in city.inspectors)
        assert counts == {"HGA": 45, "CLI": 20, "FNG": 18, "QLG": 14, "LLG": 13, "BDH": 7, "SHG": 3}

    def test_have_unique_codes_and_names(self, city: City) -> None:
        assert len({each.code for each in city.inspectors}) == 120
        assert len({each.name for each in city.inspectors}) == 120

    def test_of_the_demo_district_can_all_be_matched(self, city: City) -> None:
        district = [each for each in city.inspectors if each.body == "SHG"]
        assert all(each.status == "active" and each.certificate_expires_on.year >= 2029 for each in district)

    def test_have_some_certificates_out_of_date_and_some_soon(self, city: City) -> None:
        expiry = Counter(each.certificate_expires_on.year for each in city.inspectors)
        assert (expiry[2025], expiry[2026]) == (4, 2)

    def test_step_back_from_objects_of_their_own_body(self, city: City) -> None:
        bodies = {each.code: each.body for each in city.inspectors}
        authorities = {each.code: each.authority for each in city.objects}
        assert city.recusals
        assert all(bodies[each.inspector] == authorities[each.object] for each in city.recusals)


class TestPersons:
    def test_are_seven_with_the_two_inspectors_of_the_pool(self, city: City) -> None:
        names = {each.code: each.name for each in city.inspectors}
        assert {person.username: person.inspector for person in city.persons} == {
            "planner": None,
            "dispatcher": None,
            "inspector1": "SHG-0001",
            "inspector2": "SHG-0002",
            "reviewer": None,
            "supervisor": None,
            "liaison": None,
        }
        assert all(names[person.inspector] == person.name for person in city.persons if person.inspector)


class TestOrganisationCode:
    @pytest.mark.parametrize(
        ("base", "code"),
        [
            # The example of python-stdnum; the others reach the two special characters X (10) and 0 (11).
            ("60003734", "600037341"),
            ("00000006", "00000006X"),
            ("00000000", "000000000"),
        ],
    )
    def test_ends_with_the_check_character(self, base: str, code: str) -> None:
        assert organisation_code(base) == code


class TestCreditCode:
    def test_is_valid_and_says_class_and_region(self) -> None:
        code = credit_code(3, "130322", 17)
        assert uscc.validate(code) == code
        assert code[:16] == "93130322MAY00017"
