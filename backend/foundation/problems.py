"""The errors that people and machines are told about (RFC 9457).

Rules and actions raise subclasses; `foundation.http` turns them into application/problem+json.
"""

from typing import Any, ClassVar


class Problem(Exception):
    """One kind of refusal. `zh` and `en` say this case; titles never vary."""

    slug: ClassVar[str] = "problem"
    title: ClassVar[str] = "请求无法完成"
    title_en: ClassVar[str] = "The request cannot be done"
    status: ClassVar[int] = 400
    alarm: ClassVar[bool] = False

    def __init__(
        self,
        zh: str = "",
        en: str = "",
        *,
        errors: list[dict[str, Any]] | None = None,
        extra: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(en or zh or self.title_en)
        self.zh = zh
        self.en = en
        self.errors = errors or []
        self.extra = extra or {}
        self.headers = headers or {}

    @classmethod
    def stage(cls) -> str:
        """The stage that declares this problem, as it stands in the `type` address."""
        return cls.__module__.split(".")[-2]

    @classmethod
    def code(cls) -> str:
        """The stable code for machines, `stage.slug`."""
        return f"{cls.stage()}.{cls.slug}"


class NotFound(Problem):
    """Nothing of that name within the actor's sight: unseen and unallowed look alike."""

    slug = "not-found"
    title = "没有找到"
    title_en = "Not found"
    status = 404


class NotSignedIn(Problem):
    """The access token is missing, expired or not ours."""

    slug = "not-signed-in"
    title = "请先登录"
    title_en = "Sign in first"
    status = 401

    def __init__(self, zh: str = "", en: str = "") -> None:
        super().__init__(zh, en, headers={"WWW-Authenticate": "Bearer"})


class NotAllowed(Problem):
    """The account's roles do not include this."""

    slug = "not-allowed"
    title = "没有权限"
    title_en = "Not allowed"
    status = 403


class InvalidInput(Problem):
    """The input breaks a rule; `errors` names each field with a pointer (RFC 6901)."""

    slug = "invalid-input"
    title = "输入有误"
    title_en = "Invalid input"
    status = 422


class NotJson(Problem):
    """The body is not a JSON text (RFC 8259) in UTF-8."""

    slug = "not-json"
    title = "请求内容不是有效的 JSON"
    title_en = "The body is not JSON"


class StateConflict(Problem):
    """The thing is no longer, or not yet, in a state that allows this."""

    slug = "state-conflict"
    title = "当前状态不允许此操作"
    title_en = "Not possible in the present state"
    status = 409


class Duplicate(Problem):
    """The same thing is already recorded."""

    slug = "duplicate"
    title = "已经存在"
    title_en = "Already recorded"
    status = 409


class Busy(Problem):
    """Another long write holds the database; on SQLite there is one writer at a time."""

    slug = "busy"
    title = "系统正忙，未作任何更改，请稍后再试"
    title_en = "Busy with another change; nothing was changed, try again shortly"
    status = 503
    # Ten seconds of waiting are more than any write should take but a large import.
    alarm = True

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "5"})


class TooManyRequests(Problem):
    """Slow down; Retry-After says how many seconds."""

    slug = "too-many-requests"
    title = "请求过于频繁"
    title_en = "Too many requests"
    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"请在 {seconds} 秒后再试。", f"Try again in {seconds} seconds.", headers={"Retry-After": str(seconds)}
        )
