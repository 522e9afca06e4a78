"""Papers over HTTP: what stands on them, who gets them, and what the code at the door shows."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from tests.stages.fieldwork.phone import Phone, must
from tests.stages.reviews.desk import publish_record

SignIn = Callable[..., dict[str, str]]


def text_of(pdf: bytes) -> str:
    """The words of a PDF without blanks, which no reader places alike."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.fixture
def paper(client: FlaskClient, sign_in: SignIn, phone: Phone) -> Callable[..., str]:
    """`paper("sheet.pdf?filled=true", "reviewer")` -> its text."""

    def fetch(name: str, username: str = "reviewer") -> str:
        path = f"/api/v1/inspections/{phone.inspection}/{name}"
        answer = must(client.get(path, headers=sign_in(username)))
        assert answer.content_type == "application/pdf"
        assert answer.data.startswith(b"%PDF-")
        return text_of(answer.data)

    return fetch


@pytest.fixture
def packet(client: FlaskClient, sign_in: SignIn, phone: Phone) -> Any:
    """What the phone took along."""
    return must(client.get(f"/api/v1/inspections/{phone.inspection}", headers=sign_in("inspector1"))).json


class TestShowNotice:
    def test_names_who_comes_why_and_how_they_were_drawn(self, paper: Callable[..., str], packet: Any) -> None:
        text = paper("notice.pdf", "inspector1")
        for member in packet["checklist"]["document"]["parties"]:
            assert member["name"] in text
            assert member["certificate"] in text
        assert packet["object"]["name"] in text
        assert packet["draw"]["draw"] in text
        assert f"{packet['draw']['n']}户中抽取{packet['draw']['k']}户，你单位序号{packet['draw']['rank']}" in text

    def test_is_not_for_other_counties_or_without_a_duty(
        self, client: FlaskClient, sign_in: SignIn, phone: Phone
    ) -> None:
        path = f"/api/v1/inspections/{phone.inspection}/notice.pdf"
        assert client.get(path).status_code == 401
        assert client.get(path, headers=sign_in("planner")).status_code == 403
        unknown = path.replace(phone.inspection, "0" * 8 + phone.inspection[8:])
        assert client.get(unknown, headers=sign_in("reviewer")).status_code == 404


class TestShowSheet:
    def test_is_empty_for_the_pen(self, paper: Callable[..., str], packet: Any) -> None:
        text = paper("sheet.pdf", "inspector1")
        for point in packet["checklist"]["document"]["points"]:
            assert "".join(point["title"].split()) in text
        assert "√" not in text
        assert "记录摘要" not in text

    def test_shows_what_was_recorded_and_who_signed(
        self, paper: Callable[..., str], client: FlaskClient, sign_in: SignIn, phone: Phone, packet: Any
    ) -> None:
        submitted = paper("sheet.pdf?filled=true")
        points = packet["checklist"]["document"]["points"]
        verdicts = [p for p in points if p["answer"]["type"] == "verdict" and not p["visible_when"]]
        assert submitted.count("√") >= len(verdicts)
        assert "公示审批人日期" in submitted
        publish_record(client, sign_in, phone.inspection)
        published = paper("sheet.pdf?filled=true")
        assert "公示审批人龚示" in published
        assert "审核人沈核" in published
        record = must(client.get(f"/api/v1/records/{phone.inspection}", headers=sign_in("reviewer"))).json
        assert record["digest"] in published


class TestCheck:
    def test_shows_anybody_with_the_code_who_comes_and_both_draws(
        self, client: FlaskClient, sign_in: SignIn, phone: Phone, packet: Any
    ) -> None:
        path = f"/api/v1/inspections/{phone.inspection}/check-code"
        code = must(client.get(path, headers=sign_in("inspector1"))).json
        assert code["url"] == f"http://localhost/check/{code['code']}"
        assert code["code"] == packet["check_code"], "the phone shows it without a network"
        shown = must(client.get(f"/api/v1/checks/{code['code']}")).json
        parties = packet["checklist"]["document"]["parties"]
        assert [(seat["name"], seat["certificate"]) for seat in shown["team"]] == [
            (party["name"], party["certificate"]) for party in parties
        ]
        assert shown["draw"]["id"] == packet["draw"]["draw"]
        assert shown["match"]["id"] != shown["draw"]["id"]
        # Nothing of what was found, and nothing private.
        assert set(shown) == {"object", "task", "body_name", "state", "team", "items", "draw", "match"}
        assert packet["object"]["phone"] not in str(shown)

    @pytest.mark.parametrize("place", [0, 5, 30, 42])
    def test_refuses_a_code_with_one_other_character(
        self, client: FlaskClient, sign_in: SignIn, phone: Phone, place: int
    ) -> None:
        path = f"/api/v1/inspections/{phone.inspection}/check-code"
        code = client.get(path, headers=sign_in("inspector1")).json["code"]
        other = code[:place] + ("a" if code[place] != "a" else "b") + code[place + 1 :]
        answer = client.get(f"/api/v1/checks/{other}")
        assert (answer.status_code, answer.json["code"]) == (404, "papers.unknown-check-code")
