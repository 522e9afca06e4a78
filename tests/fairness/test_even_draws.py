"""Whether the real functions draw evenly on the registered events, and how small a bias these tests would still see.

The events are fixed (registered.py), so an outcome never changes by chance; docs/fairness.md explains the tests."""

import numpy as np
import pytest

from backend.draws.matching import match
from backend.draws.rules import draw_objects
from tests.fairness.biases import INSPECTOR_BIASES, OBJECT_BIASES
from tests.fairness.evenness import Statistics, rejected
from tests.fairness.inspectors import Teams, inspector_statistics, observe_teams, settings, widest_spread
from tests.fairness.objects import Seen, object_statistics, observe
from tests.fairness.registered import ALPHA, DRAWS, office

pytestmark = pytest.mark.timeout(1800)

OFFICES = office()
SETTINGS = settings(OFFICES[0])


@pytest.fixture(scope="module")
def seen() -> Seen:
    return observe(draw_objects, OFFICES, DRAWS)


@pytest.fixture(scope="module")
def teams() -> dict[str, Teams]:
    return {name: observe_teams(match, setting, OFFICES[0], DRAWS) for name, setting in SETTINGS.items()}


@pytest.fixture(scope="module")
def family(seen: Seen, teams: dict[str, Teams]) -> Statistics:
    """All tests, which are judged together."""
    found: Statistics = {f"objects: {name}": test for name, test in object_statistics(seen).items()}
    for kind, setting in SETTINGS.items():
        found |= {f"{kind}: {name}": test for name, test in inspector_statistics(teams[kind], setting).items()}
    return found


def test_no_statistic_of_the_family_rejects_the_real_draws(family: Statistics) -> None:
    assert len(family) == 73
    assert rejected({name: test() for name, test in family.items()}, ALPHA) == []


def test_loads_of_a_complete_matrix_differ_by_one_at_most(teams: dict[str, Teams]) -> None:
    assert widest_spread(teams["even"]) == 1


@pytest.mark.parametrize("bias", OBJECT_BIASES)
def test_a_small_bias_among_objects_is_seen(bias: str, seen: Seen, family: Statistics) -> None:
    statistic, plant = OBJECT_BIASES[bias]
    assert object_statistics(plant(seen))[statistic]() < ALPHA / len(family)


@pytest.mark.parametrize("bias", INSPECTOR_BIASES)
def test_a_small_bias_among_inspectors_is_seen(bias: str, teams: dict[str, Teams], family: Statistics) -> None:
    statistic, plant = INSPECTOR_BIASES[bias]
    kind = "groups" if statistic == "experts" else "even"
    in_c = np.array([row["stratum"] == "C" for row in SETTINGS[kind].eligibility["objects"]])
    planted = plant(teams[kind], in_c)
    assert inspector_statistics(planted, SETTINGS[kind])[statistic]() < ALPHA / len(family)
