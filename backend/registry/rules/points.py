"""Rules of check points 检查要点: the questions of an item, in the shape that checklists and phones read."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from backend.foundation.conditions import OBJECT_FACTS, VERDICTS, is_decimal, validate
from backend.registry.rules.faults import Fault, code_faults, fault, storable
from schemas.vocabulary import Result

# A sheet carries fewer facts than the directory; a point may only ask for those.
SHEET_FACTS = {
    name: kind
    for name, kind in OBJECT_FACTS.items()
    if name in ("name", "kind", "region", "registered_on", "tags", "licences", "risk")
}
POINT_FIELDS = (
    *("code", "seq", "title", "title_en", "guidance", "answer", "required", "visible_when"),
    *("photo", "note_on", "results", "shared_key", "phrases"),
)
MOST_POINTS = 100
_LENGTHS = {"title": 300, "title_en": 300, "guidance": 2000}
_ANSWERS: Mapping[str, frozenset[str]] = {
    "verdict": frozenset(),
    "date": frozenset(),
    "text": frozenset({"max_length"}),
    "number": frozenset({"unit", "min", "max", "decimals"}),
    "choice": frozenset({"options"}),
    "multi": frozenset({"options"}),
}


def point_faults(points: object) -> Iterator[Fault]:
    """What is wrong with an item's check points, in their order."""
    if not isinstance(points, Sequence) or isinstance(points, str) or len(points) > MOST_POINTS:
        yield fault("points", "list", f"检查要点应当是至多 {MOST_POINTS} 条的列表。 Not a list of check points.")
        return
    earlier: dict[str, Mapping[str, Any]] = {}
    for index, point in enumerate(points):
        at = f"points/{index}"
        if not isinstance(point, Mapping) or set(point) != set(POINT_FIELDS):
            yield fault(at, "shape", f"每条要点应当恰好含有 {'、'.join(POINT_FIELDS)}。 Wrong fields.")
            return
        yield from (_moved(each, at) for each in _one_point_faults(point, index, earlier))
        if isinstance(point["code"], str):
            # A broken answer is told once; conditions of later points that ask for it are not broken by it.
            broken = next(_answer_faults(point["answer"]), None)
            earlier[point["code"]] = {"type": "text"} if broken else point["answer"]


def _one_point_faults(
    point: Mapping[str, Any], index: int, earlier: Mapping[str, Mapping[str, Any]]
) -> Iterator[Fault]:
    yield from code_faults(point)
    if not isinstance(point["code"], str) or not point["code"]:
        yield fault("code", "required", "检查要点应当有编号。 A check point needs a code.")
        return
    if point["code"] in earlier:
        yield fault("code", "repeated", f"编号“{point['code']}”重复。 Repeated code.")
    if point["seq"] != index + 1:
        yield fault("seq", "order", f"序号应为 {index + 1}。 Out of order.")
    for field, longest in _LENGTHS.items():
        if not _is_text(point[field], longest):
            yield fault(field, "text", f"应当是至多 {longest} 字的文字。 Not a text of at most {longest}.")
    if point["title"] == "":
        yield fault("title", "required", "检查要点应当有题目。 A check point needs a title.")
    if not isinstance(point["required"], bool):
        yield fault("required", "boolean", "应当是“是”或“否”。 Not yes or no.")
    answer = [*_answer_faults(point["answer"])]
    yield from answer
    if not answer:
        yield from _evidence_faults(point, _codes_of(point["answer"]))
    if point["shared_key"] is not None:
        yield from code_faults(point, "shared_key")
    if not _are_texts(point["phrases"], 200):
        yield fault("phrases", "list", "常用语应当是文字的列表。 Not a list of texts.")
    for refusal in validate(point["visible_when"], SHEET_FACTS, earlier):
        yield fault(f"visible_when{refusal['pointer']}", refusal["code"], refusal["message"])


def _answer_faults(answer: object) -> Iterator[Fault]:
    kind = answer.get("type") if isinstance(answer, Mapping) else None
    if not isinstance(answer, Mapping) or not isinstance(kind, str) or kind not in _ANSWERS:
        yield fault("answer/type", "unknown_code", f"答案类型应为 {'、'.join(_ANSWERS)} 之一。 Unknown type of answer.")
        return
    if not set(answer) - {"type"} <= _ANSWERS[kind]:
        yield fault("answer", "shape", f"{kind} 只能有 {'、'.join(sorted(_ANSWERS[kind])) or '类型'}。 Wrong fields.")
    elif kind == "text" and not _is_count(answer.get("max_length"), 1, 2000):
        yield fault("answer/max_length", "number", "字数上限应为 1 至 2000。 1 to 2000.")
    elif kind == "number":
        yield from _number_faults(answer)
    elif kind in ("choice", "multi"):
        yield from _option_faults(answer.get("options"))


def _number_faults(answer: Mapping[str, Any]) -> Iterator[Fault]:
    if not _is_count(answer.get("decimals"), 0, 6):
        yield fault("answer/decimals", "number", "小数位数应为 0 至 6。 0 to 6.")
    if not _is_text(answer.get("unit", ""), 20):
        yield fault("answer/unit", "text", "单位应当是至多 20 字的文字。 Not a short text.")
    limits = [name for name in ("min", "max") if name in answer]
    wrong = [name for name in limits if not is_decimal(answer[name])]
    for name in wrong:
        yield fault(f"answer/{name}", "decimal", '界限写成文字形式的小数，如 "12.5"。 Not a decimal text.')
    if not wrong and len(limits) == 2 and Decimal(answer["min"]) > Decimal(answer["max"]):
        yield fault("answer/max", "limits", "上限小于下限。 The limits cross.")


def _option_faults(options: object) -> Iterator[Fault]:
    if not isinstance(options, list) or not 2 <= len(options) <= 50:
        yield fault("answer/options", "list", "选项应有 2 至 50 个。 2 to 50 options.")
        return
    codes: list[object] = []
    for index, option in enumerate(options):
        if not isinstance(option, Mapping) or set(option) != {"code", "label", "label_en"}:
            yield fault(f"answer/options/{index}", "shape", "选项含有编号、中文、英文。 Code, label and label_en.")
            return
        if not _is_text(option["label"], 100) or not option["label"] or not _is_text(option["label_en"], 100):
            yield fault(f"answer/options/{index}/label", "text", "选项应当有中文名称。 An option needs a label.")
        code_wrong = next(code_faults(option), None)
        if code_wrong or not option["code"] or option["code"] in codes:
            yield fault(f"answer/options/{index}/code", "code", "选项编号缺失、重复或不可用。 Bad option code.")
        codes.append(option["code"])


def _evidence_faults(point: Mapping[str, Any], codes: Sequence[str]) -> Iterator[Fault]:
    """Photos, notes and results may only hang on what the answer can say."""
    photo, results = point["photo"], point["results"]
    if (
        not isinstance(photo, Mapping)
        or not set(photo) <= {"min", "on"}
        or not _is_count(photo.get("min"), 0, 20)
        or not _among(photo.get("on", []), codes)
    ):
        yield fault("photo", "photo", "照片要求：至少张数，及在哪些答案时需要。 Wrong photo rule.")
    if point["note_on"] is not None and not _among(point["note_on"], codes):
        yield fault("note_on", "unknown_option", f"可用：{'、'.join(codes)}。 Not an answer of this point.")
    if results is not None and not (
        isinstance(results, Mapping)
        and _among(list(results), codes)
        and all(isinstance(result, str) and result in set(Result) for result in results.values())
    ):
        yield fault("results", "results", "结果对应：答案 → 抽查结果 1 至 8。 Answers to results 1 to 8.")


def _codes_of(answer: Mapping[str, Any]) -> list[str]:
    if answer["type"] == "verdict":
        return list(VERDICTS)
    return ["pass", "fail"] if answer["type"] == "number" else [each["code"] for each in answer.get("options", [])]


def _among(value: object, codes: Sequence[str]) -> bool:
    return isinstance(value, list) and all(isinstance(code, str) and code in codes for code in value)


def _is_text(value: object, longest: int) -> bool:
    return isinstance(value, str) and len(value) <= longest and storable(value)


def _are_texts(value: object, longest: int) -> bool:
    return isinstance(value, list) and len(value) <= 50 and all(_is_text(entry, longest) for entry in value)


def _is_count(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _moved(each: Fault, at: str) -> Fault:
    return {**each, "field": f"{at}/{each['field']}"}
