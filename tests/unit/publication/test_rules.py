"""What the public may see: masking, and documents that name each field they show."""

from typing import Any

import pytest

from backend.publication.rules import draw_document, is_targeted, mask_name, public_address, result_document

HASH = "ab" * 32
PLAN = {"code": "QHD-2026-01", "version": 1, "title": "计划", "digest": HASH, "drafted_by": "secret-person"}
TASK = {
    **{"id": "t", "code": "秦市监抽查〔2026〕1号", "name": "任务", "kind": "double_random"},
    **{"scope": None, "secret": "secret-task"},
}
DRAW = {
    "id": "d",
    "kind": "objects",
    "state": "committed",
    "round": 1,
    "attempt": 1,
    "region": "130300",
    "region_name": "秦皇岛市",
    "commitment": {"v": "dsj1"},
    "commitment_digest": HASH,
    "committed_at": "2026-11-23T01:00:00+00:00",
    "event_type": "dice",
    "event_id": "会议室掷骰",
    "event_due": "2026-11-24T01:00:00+00:00",
    "event_value": None,
    "seed": "secret-seed",
    "result_digest": "secret-digest",
    "bundle": {"result": {"strata": "secret-result"}},
    "bundle_digest": HASH,
    "parent_id": None,
    "void_reason": None,
    "voided_at": None,
    "created_by": "secret-person",
}


def result_of(**changed: Any) -> dict[str, Any]:
    """A result document of an individual business whose sources hold more than may be shown."""
    thing = {
        **{"code": "92130303MA00000000", "name": "某小吃店", "kind": "individual_business"},
        **{"address": "secret-home 3 号", "region": "130303", "region_name": "山海关区", "phone": "secret-phone"},
    }
    items = [
        {"code": "Q01", "version": 1, "name": "登记事项检查", "legal_basis": "secret-basis"},
        {"code": "Q02", "version": 2, "name": "公示信息检查", "legal_basis": "secret-basis"},
    ]
    results = {
        "items": {"Q01": "1", "Q02": "5"},
        "object": "5",
        "state": None,
        "problems": [{"note": "secret-note"}],
    }
    proof = {"id": "d", "commitment_digest": HASH, "result_digest": HASH, "seed": "secret-seed"}
    ticket = {"stratum": "A", "rank": 1, "k": 3, "n": 90, "ratio": "3/100", "ticket": HASH}
    return result_document(
        **{
            "plan": PLAN,
            "task": TASK,
            "checklist": {"object": thing, "items": items, "points": ["secret-point"]},
            "checklist_digest": HASH,
            "results": results,
            "organ": "山海关区市场监督管理局",
            "inspectors": [
                {"code": "SHG-0001", "name": "甄查一", "role": "lead", "certificate_no": "secret-certificate"}
            ],
            "draw": {**proof, **ticket},
            "match": {**proof, "id": "m"},
            "dates": {"checked_on": "2026-11-23", "reviewed_on": "2026-11-24", "signed_on": "2026-11-25"},
            "record": {"rev": 1, "digest": HASH, "snapshot": "secret-snapshot"},
            **changed,
        }
    )


class TestMaskName:
    @pytest.mark.parametrize(("name", "masked"), [("张三", "张*"), ("欧阳小明", "欧*"), ("𠮷田", "𠮷*"), ("", "*")])
    def test_keeps_the_first_character(self, name: str, masked: str) -> None:
        assert mask_name(name) == masked


class TestPublicAddress:
    @pytest.mark.parametrize(
        ("kind", "shown"),
        [("enterprise", "某路 1 号"), ("cooperative", "某路 1 号"), ("individual_business", "山海关区")],
    )
    def test_cuts_what_may_be_a_home(self, kind: str, shown: str) -> None:
        assert public_address(kind, address="某路 1 号", region_name="山海关区") == shown


class TestIsTargeted:
    @pytest.mark.parametrize(
        ("scope", "targeted"),
        [
            (None, False),
            ({"fact": "region", "in": ["130303"]}, False),
            ({"fact": "tags", "has": "metering"}, True),
            ({"all": [{"fact": "status", "in": ["active"]}, {"any": [{"fact": "risk", "in": ["D"]}]}]}, True),
            ({"all": [{"not": {"fact": "tags", "has": "enterprise_group"}}]}, False),
        ],
    )
    def test_asks_whether_a_class_of_objects_is_picked(self, scope: Any, targeted: bool) -> None:
        assert is_targeted(scope) is targeted


class TestDrawDocument:
    def show(self, **changed: Any) -> dict[str, Any]:
        custodian = {"id": "p", "name": "沈核", "code_hash": HASH, "code": None, "phone": "secret-phone"}
        return draw_document(
            draw={**DRAW, **changed},
            task=TASK,
            plan=PLAN,
            custodians=[custodian],
            bundle={"mode": "open", "result": {"strata": "secret-result"}},
            bundle_digest=HASH,
        )

    @pytest.mark.parametrize("state", ["committed", "revealed", "drawn"])
    def test_shows_no_result_before_it_is_published(self, state: str) -> None:
        document = self.show(state=state)
        assert document["commitment_digest"] == HASH
        assert document["custodians"] == [{"id": "p", "name": "沈*", "code_hash": HASH, "code": None}]
        assert document["result"] is document["bundle"] is document["seed"] is None
        assert "secret" not in str(document)

    def test_shows_result_and_address_of_the_bundle_when_published(self) -> None:
        document = self.show(state="published")
        assert document["result"] == {"strata": "secret-result"}
        assert document["bundle"] == {"address": "/portal/v1/draws/d/bundle", "digest": HASH}

    def test_shows_what_was_given_up_when_void(self) -> None:
        document = self.show(state="void", void_reason="持码人未到", voided_at="2026-11-24T02:00:00+00:00")
        assert document["void"] == {"reason": "持码人未到", "at": "2026-11-24T02:00:00+00:00"}
        assert document["result"] == {"strata": "secret-result"}


class TestResultDocument:
    def test_lets_nothing_through_that_is_not_named(self) -> None:
        text = str(result_of())
        assert "secret" not in text
        assert "甄查一" not in text
        assert "甄*" in text

    def test_uses_the_field_names_of_the_national_system(self) -> None:
        document = result_of()
        assert document["raninsPlaneName"] == "计划"
        assert document["raninsTypeName"] == "不定向"
        assert document["pripId"] == "92130303MA00000000"
        assert document["details"] == [
            {"seqno": 1, "raninsItemName": "登记事项检查", "raninsCheckResName": "未发现问题"},
            {"seqno": 2, "raninsItemName": "公示信息检查", "raninsCheckResName": "发现问题已责令改正"},
        ]
        assert document["result"] == {"code": "5", "name": "发现问题已责令改正"}

    def test_says_for_each_item_that_the_object_had_closed(self) -> None:
        document = result_of(results={"items": {}, "object": None, "state": "closed", "problems": []})
        assert document["result"] is None
        assert document["state"] == {"code": "closed", "name": "已关闭停业或正在组织清算"}
        assert {detail["raninsCheckResName"] for detail in document["details"]} == {"已关闭停业或正在组织清算"}

    def test_says_that_a_single_case_was_not_random(self) -> None:
        document = result_of(task={**TASK, "kind": "single_case"}, draw=None, match=None)
        assert document["raninsTypeName"] == "非随机"
        assert document["kind"]["name"] == "个案检查"
        assert document["draw"] is document["match"] is None

    def test_names_the_other_tasks_of_the_same_visit(self) -> None:
        assert result_of()["shared_with"] == []
        document = result_of(shared_with=[{"id": "u", "code": "2号", "name": "另一任务", "items": ["secret-item"]}])
        assert document["shared_with"] == [{"id": "u", "code": "2号", "name": "另一任务"}]
        assert "secret" not in str(document)
