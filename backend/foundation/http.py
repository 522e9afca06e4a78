"""The edge: who is asking, one transaction per write, and problem+json for everything that goes wrong."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, NoReturn

import flask_smorest
import structlog
from flask import Flask, Request, Response, current_app, g, request
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from webargs.core import missing
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, UnsupportedMediaType

from backend.foundation import outbox
from backend.foundation.access.actor import Actor
from backend.foundation.access.permissions import Permission, allows
from backend.foundation.access.tokens import Claims, TokenKey, read_access_token
from backend.foundation.config import Settings
from backend.foundation.database import db, transaction
from backend.foundation.files import FileStore
from backend.foundation.ids import new_id
from backend.foundation.problems import Busy, Duplicate, InvalidInput, NotAllowed, NotJson, NotSignedIn, Problem

log = structlog.get_logger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CONSTRAINT_PROBLEMS: dict[str, type[Problem]] = {}
# The contract's name for "with an access token".
SIGNED_IN = "signed_in"
PROBLEM_TYPE = "application/problem+json"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class _Parser(FlaskParser):
    """Reads bodies as RFC 8259 has them, and leaves it to the schema what to do with unknown query parameters."""

    def load_json(self, req: Request, schema: Any) -> Any:
        """The body's JSON; Python's own reader would also take NaN, and fail on depth and on long numbers."""
        body = req.get_data()
        if not body:
            return missing
        if not req.is_json:
            raise UnsupportedMediaType()
        try:
            return json.loads(body.decode(), parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise NotJson() from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


class Blueprint(flask_smorest.Blueprint):
    """flask-smorest's blueprint with our reader of requests."""

    ARGUMENTS_PARSER = _Parser(unknown=None)


@dataclass(frozen=True)
class Services:
    """What a request needs of the running program."""

    settings: Settings
    clock: Callable[[], datetime]
    token_key: TokenKey
    files: FileStore
    load_actor: Callable[[Session, Claims, datetime], Actor | None]


@dataclass(frozen=True)
class Context:
    """What a route works with: the session of its transaction, the moment, who asks, and the services."""

    session: Session
    now: datetime
    services: Services
    found_actor: Actor | None

    @property
    def actor(self) -> Actor:
        """The person asking; only a PUBLIC route can be without one."""
        if self.found_actor is None:
            raise NotSignedIn()
        return self.found_actor


def services() -> Services:
    """The services of the application that serves this request."""
    found: Services = current_app.extensions["suicha"]
    return found


def endpoint(permission: Permission) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a route's access and run it: `view(ctx, …)`.

    A request that may write runs inside one transaction whose fate decides the response: raising
    rolls back everything, and the commit comes before the answer. Reads open no write transaction.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> Any:
            found, now = services(), g.now
            if request.method in SAFE_METHODS:
                return view(Context(db.session(), now, found, g.actor), *args, **kwargs)
            with transaction() as session:
                answer = view(Context(session, now, found, g.actor), *args, **kwargs)
            _deliver(now)
            return answer

        if permission is not Permission.PUBLIC:
            # flask-smorest reads this for the contract; its own decorator, which stands further out, adds to it.
            run._apidoc = {"manual_doc": {"security": [{SIGNED_IN: []}]}}  # type: ignore[attr-defined]  # see above
        run.access = permission  # type: ignore[attr-defined]  # read by the gate and by the start-up check
        return run

    return decorate


def _deliver(now: datetime) -> None:
    try:
        outbox.deliver_due(now=now)
    except Exception:
        # The change is committed, so its answer stands; the messages wait for the scheduler.
        log.exception("outbox.stopped")


def access_of(view: Callable[..., Any]) -> Permission | None:
    """The permission that a view function declares, or None."""
    return getattr(view, "access", None)


def refuse_undeclared_routes(app: Flask) -> None:
    """Raise if any route declares no access: such an application must not start."""
    bare = [rule.rule for rule in app.url_map.iter_rules() if access_of(app.view_functions[rule.endpoint]) is None]
    if bare:
        raise RuntimeError(f"routes without a declared access: {', '.join(sorted(bare))}")


def gate() -> None:
    """Before every request: know the time, the request id and who asks; refuse what the role does not allow."""
    g.now = services().clock()
    g.request_id = new_id()
    g.actor = None
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    if any(_CONTROL.search(text) for text in (request.path, *_flat(request.args))):
        # No address has any, and a NUL would reach the database, which answers with a fault.
        raise InvalidInput("地址中含有控制字符。", "The address contains control characters.")
    if request.endpoint is None:
        return
    view = current_app.view_functions[request.endpoint]
    _refuse_query_where_none_is_read(view)
    permission = access_of(view)
    if permission is None or permission is Permission.PUBLIC:
        return
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn("此操作需要登录。", "This needs a signed-in account.")
    claims = read_access_token(services().token_key, token, now=g.now)
    g.actor = services().load_actor(db.session(), claims, g.now)
    if g.actor is None:
        raise NotSignedIn("账号或会话已停用。", "The account or its session has been ended.")
    if not allows(permission, g.actor.roles):
        raise NotAllowed("您的角色不能进行此操作。", f"Your roles do not include {permission.value}.")


def _flat(parameters: MultiDict[str, str]) -> Iterator[str]:
    for pair in parameters.items(multi=True):
        yield from pair


def _refuse_query_where_none_is_read(view: Callable[..., Any]) -> None:
    """Refuse query parameters on a route that has no schema for them; the others refuse by their schema."""
    described = getattr(view, "_apidoc", None)
    if request.args and described is not None and not _reads_query(described):
        errors = [{"pointer": f"/{name}", "code": "unknown", "message": "Unknown field."} for name in request.args]
        raise InvalidInput("请检查标出的内容。", "See `errors`.", errors=errors)


def _reads_query(described: dict[str, Any]) -> bool:
    return any(read["in"] == "query" for read in described.get("arguments", {}).get("parameters", []))


def _language() -> str:
    return request.accept_languages.best_match(["zh", "zh-CN", "en"], default="zh") or "zh"


def problem_response(problem: Problem) -> Response:
    """A Problem as application/problem+json in the reader's language."""
    if problem.alarm:
        log.error("problem.alarm", code=problem.code(), detail=str(problem))
    english = _language() == "en"
    body: dict[str, Any] = {
        "type": f"/problems/{problem.stage()}/{problem.slug}",
        "title": problem.title_en if english else problem.title,
        "status": problem.status,
        "detail": (problem.en or problem.title_en) if english else (problem.zh or problem.title),
        "instance": f"urn:uuid:{g.get('request_id', '')}",
        "code": problem.code(),
    }
    if problem.errors:
        body["errors"] = problem.errors
    body.update(problem.extra)
    return _as_problem(body, problem.status, problem.headers)


def _as_problem(body: dict[str, Any], status: int, headers: dict[str, str] | None = None) -> Response:
    # Whoever is told of a wrong name may have sent half a surrogate pair; JSON can say it back only as an escape.
    text = current_app.json.dumps(body).encode(errors="backslashreplace")
    response = Response(text, status=status, content_type=PROBLEM_TYPE)
    response.headers.update(headers or {})
    return response


def _from_http(error: HTTPException) -> Response:
    if error.response is not None and isinstance(error.response, Response):
        return error.response
    data = getattr(error, "data", None)
    if error.code == 422 and data and "messages" in data:
        return problem_response(InvalidInput("请检查标出的内容。", "See `errors`.", errors=pointers(data["messages"])))
    status = error.code or 500
    name = error.name if status != 400 else "Bad Request"
    body = {
        "type": "about:blank",
        "title": name,
        "status": status,
        "detail": name,
        "instance": f"urn:uuid:{g.get('request_id', '')}",
        "code": f"http.{status}",
    }
    headers = dict(error.get_headers())
    return _as_problem(body, status, {k: v for k, v in headers.items() if k in {"Allow", "Retry-After"}})


def pointers(messages: Any, path: str = "") -> list[dict[str, str]]:
    """Marshmallow's nested messages as a flat list of {pointer, code, message}."""
    if isinstance(messages, dict):
        found: list[dict[str, str]] = []
        for key, inner in messages.items():
            # webargs puts the place (json, query) on top; a pointer counts from the document.
            step = path if not path and key in {"json", "query", "headers", "_schema"} else f"{path}/{key}"
            found.extend(pointers(inner, step))
        return found
    texts = messages if isinstance(messages, list) else [messages]
    return [{"pointer": path or "/", "code": "invalid", "message": str(text)} for text in texts]


def _from_integrity(error: IntegrityError) -> Response:
    text = str(error.orig)
    for constraint, problem in CONSTRAINT_PROBLEMS.items():
        if constraint in text:
            return problem_response(problem())
    log.warning("database.integrity", constraint=text.splitlines()[0])
    return problem_response(Duplicate("与已有记录冲突，未作任何更改。", "It conflicts with what is recorded."))


def _from_operational(error: OperationalError) -> Response:
    # SQLite says so when another writer kept the database for longer than the connection waits.
    if "database is locked" in str(error.orig):
        return problem_response(Busy())
    return _from_fault(error)


def _from_fault(error: Exception) -> Response:
    log.exception("request.failed")
    body = {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "系统出错，未作任何更改；请把此编号告诉管理员。",
        "instance": f"urn:uuid:{g.get('request_id', '')}",
        "code": "http.500",
    }
    return _as_problem(body, 500)


def register_error_handlers(app: Flask) -> None:
    """Send every error through the one place that knows the shape."""
    app.register_error_handler(Problem, problem_response)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(IntegrityError, _from_integrity)
    app.register_error_handler(OperationalError, _from_operational)
    app.register_error_handler(Exception, _from_fault)
