"""Ways to cheat, each with what gives it away: a code of the verifier, a statistic over many draws, or both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any, cast

from backend.draws.documents import Bundle, StratumResult
from backend.draws.rules import digest, result_digest, seal_bundle
from backend.draws.verifier import verify_bundle, verify_coverage, verify_opening
from tests.fairness import matchers, samplers
from tests.fairness.inspectors import Matcher
from tests.fairness.objects import Sampler
from tests.fairness.registered import STRATA
from tests.unit.draws.make_vectors import inspector_bundles, object_bundles
from tests.unit.draws.samples import inspector_draw, object_draw, roster, visits_of
from tests.unit.draws.tampering import INSPECTOR_TAMPERINGS, OBJECT_TAMPERINGS, inspector_base, object_base, tampered


@dataclass(frozen=True)
class Cheat:
    """`code` is what the verifier must say about the bundle of `verify`; `statistic` what must reject many draws by
    `sampler`, or the match of many by `matcher`. "" = it sees nothing."""

    words: str
    code: str
    verify: Callable[[], set[str]]
    statistic: str = ""
    sampler: Sampler | None = None
    matcher: Matcher | None = None


def codes(bundle: Bundle, parent: Bundle | None = None, published: str = "") -> set[str]:
    return {fault.code for fault in verify_bundle(bundle, parent, published=published)}


def drawn_by(
    words: str, sampler: Sampler, *, code: str, statistic: str, states: Callable[[str], str] | None = None
) -> Cheat:
    """The bundle of the first draw whose list (or, for the code "order", its order) the sampler falsifies; `states`
    changes the seed that the result names."""

    def picked(strata: Sequence[StratumResult]) -> list[list[str]]:
        lists = [[row["id"] for row in stratum["drawn"]] for stratum in strata]
        return lists if code == "order" else [sorted(names) for names in lists]

    def verify() -> set[str]:
        for number in count():
            honest = object_draw(f"cheat-{number}", STRATA)
            result = honest["result"]
            entries = [(leaf["stratum"], leaf["id"]) for leaf in sorted(honest["leaves"], key=lambda leaf: leaf["id"])]
            strata = sampler(entries, strata=honest["commitment"]["strata"], seed=result["seed"])
            if picked(strata) != picked(result["strata"]):
                changed = {**result, "strata": strata, "seed": states(result["seed"]) if states else result["seed"]}
                changed["digest"] = result_digest(cast(Any, changed))
                return codes(cast(Bundle, {**honest, "result": changed}))
        raise AssertionError("endless")

    return Cheat(words, code, verify, statistic, sampler=sampler)


def matched_by(words: str, matcher: Matcher, *, code: str, statistic: str = "") -> Cheat:
    """The bundle of the first match that the matcher falsifies; two inspectors are recused from two objects."""

    def verify() -> set[str]:
        parent = object_draw("parent", STRATA)
        visits = [visit for visit in visits_of(parent) if visit.stratum in "CD"]
        recusals = [(visits[0].object_id, "SHG-0001"), (visits[1].object_id, "SHG-0002")]
        for number in count():
            honest = inspector_draw(f"cheat-{number}", parent, roster("SHG", 9), visits=visits, recusals=recusals)
            teams = matcher(honest["eligibility"], seats=2, seed=honest["result"]["seed"])
            if teams != honest["assignments"]:
                result = {**honest["result"], "assignments": digest(teams)}
                result["digest"] = result_digest(cast(Any, result))
                return codes(cast(Bundle, {**honest, "assignments": teams, "result": result}), parent)
        raise AssertionError("endless")

    return Cheat(words, code, verify, statistic, matcher=matcher)


@cache
def honest_bundles() -> tuple[dict[str, Bundle], dict[str, Bundle]]:
    objects = object_bundles()
    return objects, inspector_bundles(objects["mixed"], objects["replaced"])


def falsified(words: str, tampering: str) -> Cheat:
    """One of the tamperings of tests/unit/draws."""
    of_objects = tampering in OBJECT_TAMPERINGS
    code, edit = (OBJECT_TAMPERINGS if of_objects else INSPECTOR_TAMPERINGS)[tampering]

    def verify() -> set[str]:
        objects, teams = honest_bundles()
        if of_objects:
            return codes(tampered(objects[object_base(tampering)], edit))
        return codes(tampered(teams[inspector_base(tampering)], edit), objects["mixed"])

    return Cheat(words, code, verify)


def _directory_changed_after_the_event() -> set[str]:
    """All is made anew over a smaller directory, with the same event and codes: consistent in itself."""
    before = object_draw("late", STRATA)
    after = object_draw("late", [("A", 39, "1/8", 34), *STRATA[1:]])
    assert codes(after) == set()
    return codes(after, published=before["commitment_digest"])


def _best_of_many_commitments() -> set[str]:
    published, better = (object_draw("many", STRATA, attempt=1, task=task) for task in ("1号", "2号"))
    return codes(better, published=published["commitment_digest"])


def _left_out() -> set[str]:
    objects, teams = honest_bundles()
    return {fault.code for fault in verify_coverage(objects["mixed"], [teams["part-of-the-objects"]])}


def _two_teams() -> set[str]:
    objects, teams = honest_bundles()
    return {fault.code for fault in verify_coverage(objects["mixed"], [teams["plain"], teams["part-of-the-objects"]])}


def _opened_otherwise() -> set[str]:
    sealed = seal_bundle(object_draw("sealed", STRATA))
    opened = object_draw("sealed", STRATA, value="1" * 20)
    return {fault.code for fault in verify_opening(sealed, opened)}


CHEATS = [
    drawn_by("取模偏差 modulo bias", samplers.modulo_bias, code="drawn", statistic="ranks A"),
    drawn_by("放过关系户 a favourite is skipped", samplers.skip_favourite, code="drawn", statistic="one object A"),
    drawn_by(
        "抽到关系户就暗中重抽 silent second try", samplers.silent_second_try, code="drawn", statistic="inclusion A"
    ),
    drawn_by("按名称而非摇号值排序 sorted by name", samplers.sorted_by_name, code="drawn", statistic="inclusion A"),
    drawn_by("摇号值过短 tickets of one digit", samplers.short_tickets, code="drawn", statistic="first place A"),
    drawn_by("每隔 k 行取一户 every k-th row", samplers.every_kth_row, code="drawn", statistic="pairs A"),
    drawn_by("一户两签 two tickets for one", samplers.two_tickets, code="drawn", statistic="one object A"),
    drawn_by(
        "各层共用一个次序 one order for all strata",
        samplers.same_order_in_all_strata,
        code="drawn",
        statistic="strata A B",
    ),
    drawn_by(
        "关联企业从不同时抽中 friends never together",
        samplers.friends_never_together,
        code="drawn",
        statistic="one pair A",
    ),
    drawn_by(
        "关系户排到最后一批 the favourite comes last", samplers.favourite_last, code="order", statistic="rank of one C"
    ),
    drawn_by(
        "以时间为种子 time as seed",
        samplers.time_seed,
        code="event",
        statistic="pairs A",
        states=samplers.by_the_minute,
    ),
    drawn_by(
        "32 位种子 seed of 32 bits", samplers.seed_of_32_bits, code="event", statistic="", states=samplers.by_32_bits
    ),
    falsified("短种子：六位数 short seed: six digits", "event value of too few dice"),
    falsified("保管码过短 short custodian's code", "code too short"),
    falsified("开奖后换保管码 code exchanged after the event", "code exchanged"),
    falsified("保管人扣下保管码 code withheld", "code withheld"),
    falsified("改动事件结果 event's value changed", "event value changed"),
    falsified("隐瞒前一次抽取 earlier attempt hidden", "void hidden"),
    Cheat("多份承诺择一公布 best of many commitments", "commitment_published", _best_of_many_commitments),
    Cheat(
        "事件后改名录并全部重做 directory changed late, all made anew",
        "commitment_published",
        _directory_changed_after_the_event,
    ),
    falsified("事件后从名录删去一户 one dropped from the directory late", "object dropped"),
    falsified("事件后换入一户 one exchanged in the directory late", "object exchanged"),
    falsified("换层 stratum swapped", "stratum relabelled"),
    falsified("换层并改写承诺 stratum swapped and recommitted", "stratum moved and recommitted"),
    falsified("少抽一户 one too few drawn", "fewer drawn"),
    falsified("k 加一并改写承诺 k off by one, recommitted", "k changed and recommitted"),
    falsified("同一叶值两次 duplicate leaf", "leaf twice"),
    falsified("同一对象两个叶值 one object under two leaves", "object twice"),
    falsified("候补次序颠倒 reserves out of order", "reserve order changed"),
    falsified("跳过候补递补 later reserve steps in", "replacement by a later reserve"),
    falsified("不登记就换对象 object exchanged without a log", "reserve for a drawn object"),
    falsified("图方便换对象 object exchanged for convenience", "replacement for convenience"),
    Cheat("启封时换结果 another result when unsealed", "sealed_changed", _opened_otherwise),
    matched_by(
        "关系人总当组长 the favourite always leads", matchers.favourite_leads, code="seat", statistic="leading 1"
    ),
    matched_by(
        "两人总在一组 friends always together", matchers.friends_together, code="inspector", statistic="pairs 1"
    ),
    matched_by("挑选行业 steered to a class", matchers.steered_to_a_class, code="inspector", statistic="class C 1"),
    matched_by("按名单轮流 in turn by name", matchers.in_turn, code="inspector", statistic="first team 1"),
    matched_by("虚报任务量 hidden load", matchers.hidden_load, code="inspector", statistic="visits of one 1"),
    matched_by("无视回避 recusals ignored", matchers.recusals_ignored, code="inspector"),
    matched_by("一人检查 one goes alone", matchers.one_goes_alone, code="inspector"),
    matched_by("一人占两席 one signs for two", matchers.same_person_twice, code="inspector"),
    matched_by("谎称人员不足 called insufficient", matchers.called_insufficient, code="insufficient"),
    falsified("承诺后撤销回避 recusal lifted after the commitment", "recusal lifted"),
    falsified("承诺后改任务量 load changed after the commitment", "balance broken by a hidden load"),
    falsified("承诺后改资质 qualification granted after the commitment", "qualification granted"),
    falsified("隐去一名检查人员 inspector hidden from the lists", "inspector neither eligible nor excluded"),
    falsified("不登记就换人 inspector exchanged without a log", "inspector exchanged"),
    falsified("指定替换人员 substitute chosen by hand", "substitute exchanged"),
    falsified("隐瞒一次替换 substitution hidden", "first substitution hidden"),
    falsified("自己申请自己批准 asked and approved by one", "substitution asked and approved by one"),
    falsified("检查未抽中的企业 one staffed that was not drawn", "object that was not drawn"),
    Cheat("抽中而不派人 drawn but never staffed", "object_left_out", _left_out),
    Cheat("重复派人，事后挑选 two teams to choose from", "object_staffed_twice", _two_teams),
]
