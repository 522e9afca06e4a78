"""Wrong passwords: who guesses waits ever longer, and nobody else does."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from backend.foundation.ids import new_id
from backend.sample_city.loader import PASSWORD
from tests.conftest import Clock


class Place:
    """A browser at some address; what it keeps is its own."""

    def __init__(self, app: Flask, address: str = "198.51.100.7") -> None:
        self.client, self.address = app.test_client(), address

    def sign_in(self, password: str = PASSWORD, *, username: str = "inspector1") -> Any:
        body = {"username": username, "password": password}
        return self.client.post("/api/v1/session", json=body, environ_base={"REMOTE_ADDR": self.address})

    def guess(self, times: int) -> list[int]:
        return [self.sign_in("no").status_code for _ in range(times)]


class TestWait:
    def test_begins_after_five_and_doubles_up_to_a_quarter_of_an_hour(self, app: Flask, clock: Clock) -> None:
        place = Place(app)
        assert place.guess(6) == [401] * 5 + [429]
        for minutes in (1, 2, 4, 8, 15, 15):
            waits = place.sign_in()
            assert (waits.status_code, waits.json["code"]) == (429, "accounts.account-locked")
            assert int(waits.headers["Retry-After"]) == minutes * 60
            assert f"{minutes} 分钟" in waits.json["detail"]
            clock.advance(minutes=minutes)
            assert place.guess(1) == [401]
        clock.advance(minutes=15)
        assert place.sign_in().status_code == 200

    def test_is_over_with_the_right_password_and_after_a_day(self, app: Flask, clock: Clock) -> None:
        place = Place(app)
        place.guess(4)
        assert place.sign_in().status_code == 200
        elsewhere = Place(app, "203.0.113.9")
        assert elsewhere.guess(5) == [401] * 5
        clock.advance(hours=24, seconds=1)
        assert elsewhere.guess(5) == [401] * 5

    def test_is_not_prolonged_by_asking_meanwhile(self, app: Flask, clock: Clock) -> None:
        place = Place(app)
        place.guess(50)
        clock.advance(minutes=1)
        assert place.sign_in().status_code == 200

    def test_concerns_one_account(self, app: Flask) -> None:
        place = Place(app)
        place.guess(6)
        assert place.sign_in(username="inspector2").status_code == 200


class TestStrangers:
    def test_do_not_lock_out_a_browser_that_knows_the_account(self, app: Flask) -> None:
        phone, stranger = Place(app, "203.0.113.1"), Place(app)
        assert phone.sign_in().status_code == 200
        for number in range(60):
            Place(app, f"198.51.100.{number}").guess(1)
        assert Place(app, "203.0.113.2").sign_in().status_code == 429, "all addresses together have a limit"
        assert phone.sign_in().status_code == 200
        assert stranger.sign_in().status_code == 429

    def test_at_one_address_do_not_lock_out_another(self, app: Flask) -> None:
        Place(app).guess(6)
        assert Place(app, "203.0.113.2").sign_in().status_code == 200

    def test_gain_nothing_by_a_cookie_of_another_account_or_a_made_up_one(self, app: Flask) -> None:
        for told in ("another account", "made up"):
            place = Place(app, "203.0.113.3" if told == "made up" else "203.0.113.4")
            assert place.sign_in(username="inspector2").status_code == 200
            cookies = {c.key: c.value for c in place.client._cookies.values() if c.key.startswith("suicha_known_")}
            (name, value), *_ = cookies.items()
            mine = Place(app)
            assert mine.sign_in(username="inspector1", password=PASSWORD).status_code in (200, 429)
            own = next(c.key for c in mine.client._cookies.values() if c.key.startswith("suicha_known_"))
            assert own != name
            for number in range(7):
                forged = value if told == "another account" else f"{number}.{'0' * 64}"
                place.client.set_cookie(own, forged, path="/api/v1/session")
                status = place.sign_in("no").status_code
            assert status == 429

    def test_a_known_browser_waits_too_when_it_guesses(self, app: Flask) -> None:
        phone = Place(app)
        phone.sign_in()
        assert phone.guess(6) == [401] * 5 + [429]
        # On its own account: from here somebody without the cookie may still try.
        assert Place(app).guess(1) == [401]

    def test_never_delay_a_phone_that_asks_for_its_recovery(self, app: Flask) -> None:
        phone = Place(app)
        access = phone.sign_in().json["access"]
        Place(app).guess(6)
        headers = {"Authorization": f"Bearer {access}"}
        body = {"password": PASSWORD}
        answer = phone.client.post(f"/api/v1/replicas/{new_id()}/recovery", json=body, headers=headers)
        assert answer.status_code == 404, "asked for, not made to wait"


class TestDeviceCookie:
    def test_goes_to_signing_in_only_and_no_script_reads_it(self, app: Flask) -> None:
        refresh, device = Place(app).sign_in().headers.getlist("Set-Cookie")
        assert refresh.startswith("suicha_refresh=")
        assert device.startswith("suicha_known_")
        for said in ("HttpOnly", "SameSite=Strict", "Path=/api/v1/session;", "Max-Age=34560000"):
            assert said in device
        assert "inspector1" not in device

    def test_stays_the_same_and_comes_with_a_renewed_session_too(self, app: Flask) -> None:
        place = Place(app)
        first = place.sign_in().headers.getlist("Set-Cookie")[1]
        assert place.sign_in().headers.getlist("Set-Cookie")[1] == first
        assert place.client.post("/api/v1/session/refresh", json={}).headers.getlist("Set-Cookie")[1] == first


class TestAddress:
    @pytest.mark.parametrize("proxies", [0, 1])
    def test_is_told_by_a_proxy_only_where_one_is_said_to_stand(self, app: Flask, proxies: int) -> None:
        if proxies:
            app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies)  # type: ignore[method-assign]  # as create_app does
        client = app.test_client()

        def attempt(address: str, password: str) -> int:
            body = {"username": "inspector1", "password": password}
            return client.post("/api/v1/session", json=body, headers={"X-Forwarded-For": address}).status_code

        for _ in range(6):
            attempt("198.51.100.7", "no")
        assert attempt("203.0.113.9", PASSWORD) == (200 if proxies else 429)
