"""Every planted cheat is given away by the verifier, by a statistic, or by both; docs/fairness.md has the table."""

from pathlib import Path

import pytest

from backend.draws.matching import match
from backend.draws.rules import draw_objects
from tests.fairness.biases import INSPECTOR_BIASES, OBJECT_BIASES
from tests.fairness.cheats import CHEATS, Cheat
from tests.fairness.evenness import Statistics, rejected
from tests.fairness.inspectors import Matcher, inspector_statistics, observe_teams, settings
from tests.fairness.objects import Sampler, object_statistics, observe
from tests.fairness.registered import ALPHA, CONSTANT, DRAWS_OF_A_CHEAT, office

DOCUMENT = Path(__file__).parents[2] / "docs" / "fairness.md"
OFFICES = office()
EVEN = settings(OFFICES[0])["even"]


def statistics(sampler: Sampler | None, matcher: Matcher | None) -> Statistics:
    found: Statistics = {}
    if sampler:
        found |= object_statistics(observe(sampler, OFFICES, DRAWS_OF_A_CHEAT))
    if matcher:
        found |= inspector_statistics(observe_teams(matcher, EVEN, OFFICES[0], DRAWS_OF_A_CHEAT), EVEN)
    return found


@pytest.fixture(scope="module")
def honest() -> Statistics:
    return statistics(draw_objects, match)


def test_as_many_honest_draws_are_not_taken_for_a_cheat(honest: Statistics) -> None:
    assert rejected({name: test() for name, test in honest.items()}, ALPHA) == []


@pytest.mark.parametrize("cheat", CHEATS, ids=lambda cheat: cheat.words)
def test_the_verifier_names_the_cheat(cheat: Cheat) -> None:
    assert cheat.code in cheat.verify()


@pytest.mark.parametrize("cheat", [c for c in CHEATS if c.statistic], ids=lambda cheat: cheat.words)
def test_a_statistic_sees_the_cheat(cheat: Cheat, honest: Statistics) -> None:
    assert statistics(cheat.sampler, cheat.matcher)[cheat.statistic]() < ALPHA / len(honest)


def test_many_draws_cannot_show_what_only_the_verifier_sees() -> None:
    """The limit of statistics, kept as a test: a small seed looks even, but somebody chose it."""
    blind = [cheat for cheat in CHEATS if cheat.sampler and not cheat.statistic]
    assert [cheat.words for cheat in blind] == ["32 位种子 seed of 32 bits"]
    seen = statistics(blind[0].sampler, None)
    assert rejected({name: test() for name, test in seen.items()}, ALPHA) == []


def test_the_document_lists_what_was_planted_and_the_registered_text() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    biases = {**OBJECT_BIASES, **INSPECTOR_BIASES}
    rows = [f"| {cheat.words} | `{cheat.code}` | {cheat.statistic or '—'} |" for cheat in CHEATS]
    assert "\n".join(rows) in text
    assert "\n".join(f"| {bias} | {statistic} |" for bias, (statistic, _) in biases.items()) in text
    assert f"`{CONSTANT}`" in text
