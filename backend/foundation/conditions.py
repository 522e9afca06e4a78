"""The one small rule language of applicability, strata, scope and visibility.

Pure: evaluates and refuses rules, loads nothing. Its twin is pwa/src/engine/conditions.ts;
both run schemas/vectors/conditions.json.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

Condition = Mapping[str, Any] | None
Facts = Mapping[str, Any]
Answers = Mapping[str, Any]
Refusal = dict[str, str]

OBJECT_FACTS: Mapping[str, str] = {
    "code": "text",
    "kind": "text",
    "libraries": "list",
    "tags": "list",
    "licences": "list",
    "region": "text",
    "authority": "text",
    "risk": "text",
    "industry": "text",
    "registered_on": "date",
    "status": "text",
    "name": "text",
}
VERDICTS = ("pass", "fail", "na", "unchecked")
MAX_DEPTH = 8

_RULES = ("all", "any", "not", "fact", "answer")
_FACT_OPERATORS = {
    "in": "text",
    "has": "list",
    "has_any": "list",
    "on_or_before": "date",
    "on_or_after": "date",
}
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_decimal(value: object) -> bool:
    """Tell whether value is a decimal number as text: at most 12 digits before and 6 after the point."""
    return isinstance(value, str) and _DECIMAL.fullmatch(value) is not None


def is_date(value: object) -> bool:
    """Tell whether value is a day of the calendar written YYYY-MM-DD."""
    # fromisoformat alone would also take week dates and dates without hyphens, which no browser reads.
    if not isinstance(value, str) or _DATE.fullmatch(value) is None:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def within(number: object, limits: Mapping[str, Any]) -> bool:
    """Tell whether a decimal text lies within limits {min?, max?}, both inclusive."""
    if not isinstance(number, str) or not is_decimal(number):
        return False
    low, high = limits.get("min"), limits.get("max")
    return (low is None or Decimal(low) <= Decimal(number)) and (high is None or Decimal(number) <= Decimal(high))


def evaluate(condition: Condition, facts: Facts, answers: Answers) -> bool:
    """Tell whether the condition holds; a missing fact or answer makes its test false.

    Raises ValueError for a node that is no rule; `validate` refuses those when a rule is written.
    """
    if condition is None:
        return True
    if "all" in condition:
        return all(evaluate(part, facts, answers) for part in condition["all"])
    if "any" in condition:
        return any(evaluate(part, facts, answers) for part in condition["any"])
    if "not" in condition:
        return not evaluate(condition["not"], facts, answers)
    if "fact" in condition:
        return _fact_holds(condition, facts.get(condition["fact"]))
    if "answer" in condition:
        return _answer_holds(condition, answers.get(condition["answer"]))
    raise ValueError(f"not a rule: {sorted(condition)}")


def _fact_holds(condition: Mapping[str, Any], value: object) -> bool:
    if "in" in condition:
        return isinstance(value, str) and value in condition["in"]
    if "has" in condition or "has_any" in condition:
        wanted = [condition["has"]] if "has" in condition else condition["has_any"]
        if not isinstance(value, Collection) or isinstance(value, str):
            return False
        return any(code in value for code in wanted)
    if "on_or_before" in condition:
        return isinstance(value, str) and is_date(value) and value <= condition["on_or_before"]
    if "on_or_after" in condition:
        return isinstance(value, str) and is_date(value) and value >= condition["on_or_after"]
    raise ValueError(f"no test of a fact: {sorted(condition)}")


def _answer_holds(condition: Mapping[str, Any], value: object) -> bool:
    given: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
    if "is" in condition:
        chosen = given["m"] if "m" in given else [given[key] for key in ("r", "c", "d", "t") if key in given]
        return any(code in condition["is"] for code in chosen)
    if "number" in condition:
        return within(given.get("n"), condition["number"])
    raise ValueError(f"no test of an answer: {sorted(condition)}")


def validate(
    condition: object, known_facts: Mapping[str, str], known_points: Mapping[str, Mapping[str, Any]]
) -> list[Refusal]:
    """List what is wrong with a rule as {pointer, code, message}; empty means it may be stored.

    known_facts maps a fact to text, list or date (see OBJECT_FACTS); known_points maps the code of each
    earlier check point to its answer {type, options?, ...}. Pointers are JSON Pointers (RFC 6901).
    """
    return [] if condition is None else list(_node_refusals(condition, "", 1, known_facts, known_points))


def _refusal(pointer: str, code: str, message: str) -> Refusal:
    return {"pointer": pointer, "code": code, "message": message}


def _node_refusals(
    node: object, at: str, depth: int, facts: Mapping[str, str], points: Mapping[str, Mapping[str, Any]]
) -> Iterator[Refusal]:
    if depth > MAX_DEPTH:
        yield _refusal(at, "too_deep", f"规则嵌套超过 {MAX_DEPTH} 层")
        return
    rules = [key for key in _RULES if key in node] if isinstance(node, Mapping) else []
    if not isinstance(node, Mapping) or len(rules) != 1:
        yield _refusal(at, "not_a_rule", f"每一条规则应当恰好含有 {'、'.join(_RULES)} 中的一个")
    elif rules[0] == "fact":
        yield from _fact_refusals(node, at, facts)
    elif rules[0] == "answer":
        yield from _answer_refusals(node, at, points)
    elif len(node) > 1:
        yield _refusal(at, "extra_keys", f"{rules[0]} 旁边不能再有其他内容")
    elif rules[0] == "not":
        yield from _node_refusals(node["not"], f"{at}/not", depth + 1, facts, points)
    elif not isinstance(node[rules[0]], list) or not node[rules[0]]:
        yield _refusal(f"{at}/{rules[0]}", "empty", f"{rules[0]} 至少需要一条规则")
    else:
        for index, part in enumerate(node[rules[0]]):
            yield from _node_refusals(part, f"{at}/{rules[0]}/{index}", depth + 1, facts, points)


def _fact_refusals(node: Mapping[str, Any], at: str, facts: Mapping[str, str]) -> Iterator[Refusal]:
    name = node["fact"]
    operators = [key for key in node if key != "fact"]
    if not isinstance(name, str) or name not in facts:
        yield _refusal(f"{at}/fact", "unknown_fact", f"没有“{name}”这一属性；可用：{'、'.join(facts)}")
    elif len(operators) != 1 or operators[0] not in _FACT_OPERATORS:
        yield _refusal(at, "operator", f"属性后面应当恰好有 {'、'.join(_FACT_OPERATORS)} 中的一个")
    elif _FACT_OPERATORS[operators[0]] != facts[name]:
        fitting = "、".join(key for key, kind in _FACT_OPERATORS.items() if kind == facts[name])
        yield _refusal(f"{at}/{operators[0]}", "wrong_operator", f"“{name}”只能用 {fitting} 判断")
    else:
        operator, operand = operators[0], node[operators[0]]
        pointer = f"{at}/{operator}"
        if operator in ("in", "has_any") and not _is_texts(operand):
            yield _refusal(pointer, "texts", f"{operator} 后面应当是至少一个文字的列表")
        elif operator == "has" and not (isinstance(operand, str) and operand):
            yield _refusal(pointer, "text", "has 后面应当是一个文字")
        elif facts[name] == "date" and not is_date(operand):
            yield _refusal(pointer, "date", f"日期应当写成 2020-12-31 的样子，不能是“{operand}”")


def _answer_refusals(node: Mapping[str, Any], at: str, points: Mapping[str, Mapping[str, Any]]) -> Iterator[Refusal]:
    code = node["answer"]
    operators = [key for key in node if key != "answer"]
    if not isinstance(code, str) or code not in points:
        yield _refusal(f"{at}/answer", "unknown_point", f"前面没有编号为“{code}”的检查要点")
    elif operators == ["is"] and points[code]["type"] != "number":
        yield from _is_refusals(node["is"], f"{at}/is", points[code])
    elif operators == ["number"] and points[code]["type"] == "number":
        yield from _number_refusals(node["number"], f"{at}/number")
    else:
        fitting = "number" if points[code]["type"] == "number" else "is"
        yield _refusal(at, "operator", f"对“{code}”只能用 {fitting} 判断")


def _is_refusals(operand: object, at: str, answer: Mapping[str, Any]) -> Iterator[Refusal]:
    if not _is_texts(operand):
        yield _refusal(at, "texts", "is 后面应当是至少一个文字的列表")
        return
    assert isinstance(operand, list)
    options = [option["code"] for option in answer.get("options", ())]
    if answer["type"] == "verdict":
        options = list(VERDICTS)
    for index, code in enumerate(operand if options else ()):
        if code not in options:
            message = f"没有“{code}”这个选项；可用：{'、'.join(options)}"
            yield _refusal(f"{at}/{index}", "unknown_option", message)


def _number_refusals(operand: object, at: str) -> Iterator[Refusal]:
    if not isinstance(operand, Mapping) or not operand or not set(operand) <= {"min", "max"}:
        yield _refusal(at, "limits", "number 后面应当是 min、max 或其中之一")
        return
    wrong = [key for key in operand if not is_decimal(operand[key])]
    for key in wrong:
        message = f'界限应当写成文字形式的小数，如 "12.5"，不能是“{operand[key]}”'
        yield _refusal(f"{at}/{key}", "decimal", message)
    if not wrong and len(operand) == 2 and Decimal(operand["min"]) > Decimal(operand["max"]):
        yield _refusal(at, "limits", "下限大于上限")


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(text, str) and text for text in value)


def answers_in(condition: Condition) -> set[str]:
    """The points whose answers a condition looks at."""
    if condition is None:
        return set()
    found = {str(condition["answer"])} if "answer" in condition else set()
    inner = [*condition.get("all", []), *condition.get("any", [])]
    if "not" in condition:
        inner.append(condition["not"])
    return found.union(*(answers_in(child) for child in inner))


def facts_in(condition: Condition) -> set[str]:
    """The facts that a condition asks for."""
    if condition is None:
        return set()
    found = {str(condition["fact"])} if "fact" in condition else set()
    inner = [*condition.get("all", []), *condition.get("any", [])]
    if "not" in condition:
        inner.append(condition["not"])
    return found.union(*(facts_in(child) for child in inner))
