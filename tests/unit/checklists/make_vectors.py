"""Makes the vectors of the rule language and the checklist engine that pytest and Vitest both run.

`python -m tests.unit.checklists.make_vectors` writes schemas/vectors/{conditions,checklists,manifest}.json.
What a case must show is written by hand next to it; the engine fills in the rest of the expected answer.
"""

import json
from pathlib import Path
from typing import Any

from backend.checklists import rules
from tests.unit.checklists.checklist_cases import ANSWER_CASES, CASES
from tests.unit.checklists.checklist_documents import DOCUMENTS
from tests.unit.checklists.condition_cases import CONDITION_CASES

VECTORS = Path(__file__).parents[3] / "schemas" / "vectors"


def said_of(status: dict[str, Any], results: dict[str, Any], visible: list[str]) -> dict[str, Any]:
    """Return the engine's answer in the short form in which the cases state theirs."""
    return {
        **status,
        "missing": [f"{entry['point']} {entry['kind']}" for entry in status["missing"]],
        "fails": [f"{entry['point']} {entry['result']}" for entry in status["fails"]],
        **results,
        "visible": " ".join(visible),
    }


def checklist_case(name: str, doc: str, registers: dict[str, Any], stated: dict[str, Any]) -> dict[str, Any]:
    """Return a whole case, after comparing the engine's answer with what was stated by hand."""
    status = rules.status(DOCUMENTS[doc], registers)
    results = rules.results(DOCUMENTS[doc], registers)
    visible = sorted(rules.visible(DOCUMENTS[doc], rules.answers_of(registers)))
    said = said_of(status, results, visible)
    for key, value in stated.items():
        assert said[key] == value, (name, key, said[key], value)
    expect = {"visible": visible, "status": status, "results": results}
    return {"name": name, "document": doc, "registers": registers, **expect}


def build() -> dict[str, dict[str, Any]]:
    """Return the content of each vector file by its name."""
    conditions = [
        {"name": name, "condition": condition, "facts": facts, "answers": answers, "expect": expect}
        for name, condition, facts, answers, expect in CONDITION_CASES
    ]
    cases = [checklist_case(*case) for case in CASES]
    answers = [{"answer": answer, "value": value, "problem": problem} for answer, value, problem in ANSWER_CASES]
    return {
        "conditions.json": {"cases": conditions},
        "checklists.json": {"documents": DOCUMENTS, "cases": cases, "answers": answers},
        "manifest.json": {
            "conditions.json": {"cases": len(conditions)},
            "checklists.json": {"cases": len(cases), "answers": len(answers)},
        },
    }


def as_text(content: dict[str, Any]) -> str:
    """Return a vector file's text: one case a line."""
    parts = []
    for key, value in content.items():
        lines = (
            ",\n    ".join(json.dumps(case, ensure_ascii=False) for case in value) if isinstance(value, list) else ""
        )
        body = f"[\n    {lines}\n  ]" if lines else json.dumps(value, ensure_ascii=False)
        parts.append(f"  {json.dumps(key)}: {body}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    for file, made in build().items():
        (VECTORS / file).write_text(as_text(made), encoding="utf-8")
