"""The program refuses to start with a secret that is public, missing or short."""

from pathlib import Path

import pytest

from backend.app import create_app
from backend.foundation.config import DEMO_SECRET, ConfigurationError, Settings, settings_from_environment

OWN = "a-secret-of-our-own-0123456789-abcdef"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing set but the folder."""
    for name in ("DEMO", "SECRET", "DATABASE_URL", "FILES", "SITE", "SECURE_COOKIES"):
        monkeypatch.delenv(f"SUICHA_{name}", raising=False)
    monkeypatch.setenv("SUICHA_HOME", str(tmp_path))


class TestSettingsFromEnvironment:
    def test_takes_a_secret_of_ones_own(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("SUICHA_SECRET", OWN)
        settings = settings_from_environment()
        assert (settings.secret, settings.demo, settings.secure_cookies) == (OWN, False, True)
        assert settings.database_url == f"sqlite:///{tmp_path / 'suicha.db'}"

    def test_has_the_demo_secret_in_demo_mode_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SUICHA_DEMO", "1")
        assert settings_from_environment().secret == DEMO_SECRET
        monkeypatch.setenv("SUICHA_DEMO", "yes")
        with pytest.raises(ConfigurationError, match="missing"):
            settings_from_environment()

    @pytest.mark.parametrize("secret", [None, "", "x" * 31])
    def test_refuses_no_secret_or_a_short_one(self, monkeypatch: pytest.MonkeyPatch, secret: str | None) -> None:
        if secret is not None:
            monkeypatch.setenv("SUICHA_SECRET", secret)
        with pytest.raises(ConfigurationError, match="SUICHA_SECRET is missing or shorter"):
            settings_from_environment()

    def test_refuses_the_published_secret_outside_the_demo(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SUICHA_SECRET", DEMO_SECRET)
        with pytest.raises(ConfigurationError, match="published demo secret"):
            settings_from_environment()


class TestCreateApp:
    def test_does_not_start_without_a_secret(self) -> None:
        with pytest.raises(ConfigurationError):
            create_app()

    def test_does_not_start_with_settings_that_were_made_by_hand_either(self, tmp_path: Path) -> None:
        """Whoever hands settings over meets the same check as the environment."""
        unsafe = Settings("sqlite://", tmp_path, DEMO_SECRET, demo=False, secure_cookies=True, site=tmp_path)
        with pytest.raises(ConfigurationError):
            create_app(unsafe)


class TestKey:
    def test_differs_by_purpose_and_by_secret(self, tmp_path: Path) -> None:
        one, other = (
            Settings("", tmp_path, secret, demo=True, secure_cookies=False, site=tmp_path)
            for secret in (OWN, OWN + "x")
        )
        keys = {one.key("a"), one.key("b"), other.key("a"), other.key("b")}
        assert len(keys) == 4
        assert one.key("a") == one.key("a")
        assert {len(key) for key in keys} == {32}
