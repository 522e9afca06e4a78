"""The inspection items of a city's file, with everything filled in that the file leaves out."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SAMPLE_ITEMS = Path(__file__).with_name("items.json")

_ITEM = {"version": 1, "key": False, "ratio_cap": None, "legal_basis": "", "method": "on_site", "applies": None}
_POINT = {
    "guidance": "",
    "answer": {"type": "verdict"},
    "required": True,
    "visible_when": None,
    "photo": {"min": 0},
    "note_on": ["fail"],
    "results": {"fail": "8"},
    "shared_key": None,
    "phrases": [],
}


def item_list(city: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The items of a city's file, or those of items.json where it names none.

    A check point 检查要点 may be its bare title.
    """
    entries = city.get("items") or json.loads(SAMPLE_ITEMS.read_text(encoding="utf-8"))["items"]
    return [{**_ITEM, **entry, "points": _points(entry)} for entry in entries]


def _points(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            **_POINT,
            "code": f"{entry['code']}.{seq}",
            "seq": seq,
            **(point if isinstance(point, dict) else _named(point)),
        }
        for seq, point in enumerate(entry["points"], start=1)
    ]


def _named(title: str) -> dict[str, str]:
    """A check point that is only its title."""
    return {"title": title, "title_en": ""}
