"""What the public may see: documents built field by field from an allow-list, and how persons are masked.

Nothing is copied as it comes, so what a later version adds to a record stays private until it is named here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from schemas.vocabulary import DrawKind, DrawState, ObjectKind, Outcome, Result, SeatRole, TaskKind
from schemas.words import zh

Values = Mapping[str, Any]

# A condition on one of these singles out a class of objects, which makes a random inspection 定向.
_CLASS_FACTS = frozenset({"tags", "licences", "industry", "risk"})
TASK_FIELDS = ("id", "code", "name")
PLAN_FIELDS = ("code", "version", "title", "digest")
ITEM_FIELDS = (
    *("code", "version", "name", "name_en", "category", "key", "ratio_cap"),
    *("legal_basis", "method", "object_kinds", "effective_from"),
    *("sub_item", "content", "executing_body", "joint_departments", "frequency_cap", "random_fit", "unfit_reason"),
)
BUNDLE = "/portal/v1/draws/{}/bundle"


def mask_name(name: str) -> str:
    """A person's name as the public sees it: the family name and a star."""
    return f"{name[:1]}*"


def public_address(kind: str, *, address: str, region_name: str) -> str:
    """The address of a firm; of an individual business, which may be a home, only the district."""
    return region_name if kind == ObjectKind.INDIVIDUAL_BUSINESS else address


def is_targeted(scope: Values | None) -> bool:
    """Whether a scope picks out classes of objects 定向; leaving a class out does not make it so."""
    if not scope:
        return False
    inner = [*scope.get("all", ()), *scope.get("any", ())]
    return scope.get("fact") in _CLASS_FACTS or any(is_targeted(condition) for condition in inner)


def result_key(*, task_id: str, object_code: str) -> str:
    """The lasting public key of the result of one object in one task."""
    return f"{task_id}.{object_code}"


def draw_document(
    *,
    draw: Values,
    task: Values,
    plan: Values,
    custodians: Sequence[Values],
    bundle: Values | None = None,
    bundle_digest: str = "",
    seal: Values | None = None,
    substitutions: Sequence[Values] = (),
    merged: Sequence[Values] = (),
) -> dict[str, Any]:
    """A draw as it stands: the commitment before the event, the result after it, the reason if it is void.

    A result that is drawn but not published stays out; that of a void draw is shown, so that everybody
    can see what was given up. `bundle` is what everybody may have: digests alone while it is under seal 封存;
    `seal` tells the digest that was public then, and when it was opened. `merged` are drawn objects that need no
    team of this draw, as the visit of another task serves them too 合并上门.
    """
    state = DrawState(draw["state"])
    bundle = bundle if state in (DrawState.PUBLISHED, DrawState.VOID) else None
    hidden = bundle is not None and bundle["mode"] == "sealed"
    return {
        "v": 1,
        "id": draw["id"],
        "kind": draw["kind"],
        "kind_name": zh(DrawKind(draw["kind"])),
        "state": state.value,
        "state_name": "已承诺" if state is DrawState.COMMITTED else zh(state),
        "round": draw["round"],
        "attempt": draw["attempt"],
        "task": {name: task[name] for name in TASK_FIELDS},
        "plan": {name: plan[name] for name in PLAN_FIELDS},
        "region": draw["region"],
        "region_name": draw["region_name"],
        "commitment": draw["commitment"],
        "commitment_digest": draw["commitment_digest"],
        "committed_at": draw["committed_at"],
        "event": {
            "type": draw["event_type"],
            "id": draw["event_id"],
            "due": draw["event_due"],
            "value": draw["event_value"],
        },
        "custodians": [
            {
                "id": custodian["id"],
                "name": mask_name(custodian["name"]),
                "code_hash": custodian["code_hash"],
                "code": None if hidden else custodian["code"],
            }
            for custodian in custodians
        ],
        "seed": draw["seed"] if bundle and not hidden else None,
        "result": bundle["result"] if bundle else None,
        "result_digest": draw["result_digest"] if bundle else None,
        "bundle": {"address": BUNDLE.format(draw["id"]), "digest": bundle_digest} if bundle else None,
        "seal": seal,
        "substitutions": [_substitution(row, hidden=hidden) for row in substitutions],
        "merged": [
            {
                "object": row["object"],
                "draw": row["draw"],
                "task": {name: row["task"][name] for name in ("code", "name")},
            }
            for row in merged
            if bundle and not hidden
        ],
        "parent": draw["parent_id"],
        "void": {"reason": draw["void_reason"], "at": draw["voided_at"]} if state is DrawState.VOID else None,
    }


def _substitution(row: Values, *, hidden: bool) -> dict[str, Any]:
    """A logged request: public before its event; under seal its digest only, as it names who is visited."""
    request = row["request"]
    return {
        "number": row["number"],
        "state": row["state"],
        "digest": row["request_digest"],
        "event": {**request["event"], "value": row["event_value"]},
        "request": None if hidden else request,
        "substitute": None if hidden else row["substitute"],
        "withdrawal": None if hidden else row["withdrawal"],
    }


def result_document(
    *,
    plan: Values,
    task: Values,
    checklist: Values,
    checklist_digest: str,
    results: Values,
    organ: str,
    inspectors: Sequence[Values],
    draw: Values | None,
    match: Values | None,
    dates: Values,
    record: Values,
    shared_with: Sequence[Values] = (),
) -> dict[str, Any]:
    """The result of one inspection with its proofs, under our names and under those of the national system.

    `draw` and `match` are None where a single case named object and team; `shared_with` are the other tasks that
    the same visit served 合并上门.

    Left out on purpose: notes and other free text, photos, signatures, telephone, legal representative.
    """
    thing = checklist["object"]
    address = public_address(thing["kind"], address=thing["address"], region_name=thing["region_name"])
    items = []
    for item in checklist["items"]:
        code = results["items"].get(item["code"])
        # Where the object had closed or moved, that is what was found for each item.
        word = zh(Result(code)) if code else zh(Outcome(results["state"]))
        named = {name: item[name] for name in ("code", "version", "name")}
        items.append({**named, "result": code, "result_name": word})
    return {
        "v": 1,
        # Field names of 国家企业信用信息公示系统, their spelling kept.
        "raninsPlanId": plan["code"],
        "raninsPlaneName": plan["title"],
        "raninsTaskId": task["code"],
        "raninsTaskName": task["name"],
        "raninsTypeName": _type_name(task),
        "insAuth": organ,
        "insDate": dates["checked_on"],
        "pripId": thing["code"],
        "details": [
            {"seqno": number, "raninsItemName": item["name"], "raninsCheckResName": item["result_name"]}
            for number, item in enumerate(items, start=1)
        ],
        "plan": {name: plan[name] for name in PLAN_FIELDS},
        "task": {name: task[name] for name in TASK_FIELDS},
        "kind": {"code": task["kind"], "name": zh(TaskKind(task["kind"]))},
        "shared_with": [{name: other[name] for name in TASK_FIELDS} for other in shared_with],
        "object": {
            "code": thing["code"],
            "name": thing["name"],
            "kind": thing["kind"],
            "kind_name": zh(ObjectKind(thing["kind"])),
            "region": thing["region"],
            "region_name": thing["region_name"],
            "address": address,
        },
        "result": _named(Result, results["object"]),
        "state": _named(Outcome, results["state"]),
        "items": items,
        "organ": organ,
        **{name: dates[name] for name in ("checked_on", "reviewed_on", "signed_on")},
        "record": {"rev": record["rev"], "digest": record["digest"], "checklist_digest": checklist_digest},
        "inspectors": [
            {
                "code": person["code"],
                "name": mask_name(person["name"]),
                "role": person["role"],
                "role_name": zh(SeatRole(person["role"])),
            }
            for person in inspectors
        ],
        "draw": draw
        and {
            **{name: draw[name] for name in ("id", "stratum", "rank", "k", "n", "ratio", "ticket")},
            **_proof(draw),
        },
        "match": match and {"id": match["id"], **_proof(match)},
    }


def item_list_document(items: Sequence[Values]) -> dict[str, Any]:
    """The list of inspection items 随机抽查事项清单 with legal basis and method, without check points."""
    return {"v": 1, "items": [{name: item[name] for name in ITEM_FIELDS} for item in items]}


def _type_name(task: Values) -> str:
    """定向 or 不定向; a single case is not random at all, even where its team was drawn."""
    if task["kind"] == TaskKind.SINGLE_CASE:
        return "非随机"
    return "定向" if is_targeted(task["scope"]) else "不定向"


def _named(words: type[Result] | type[Outcome], code: str | None) -> dict[str, str] | None:
    return {"code": code, "name": zh(words(code))} if code else None


def _proof(draw: Values) -> dict[str, str]:
    return {
        "commitment_digest": draw["commitment_digest"],
        "result_digest": draw["result_digest"],
        "bundle": BUNDLE.format(draw["id"]),
    }
