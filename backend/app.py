"""The application: puts the stages together and refuses to start if a route declares no access."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, request, send_from_directory
from flask_smorest import Api
from sqlalchemy import text
from werkzeug.exceptions import NotFound as NoSuchAddress
from werkzeug.middleware.proxy_fix import ProxyFix

from backend.accounts import routes as accounts
from backend.accounts.actions import load_actor
from backend.deadlines import routes as deadlines
from backend.draws import jobs as draws_jobs
from backend.draws import routes as draws
from backend.fieldwork import jobs as fieldwork_jobs
from backend.fieldwork import routes as fieldwork
from backend.foundation.access.permissions import Permission
from backend.foundation.access.tokens import TokenKey
from backend.foundation.clock import utc_now
from backend.foundation.config import Settings, checked, settings_from_environment
from backend.foundation.database import db
from backend.foundation.files import FileStore
from backend.foundation.http import (
    PROBLEM_TYPE,
    SIGNED_IN,
    Context,
    Services,
    endpoint,
    gate,
    refuse_undeclared_routes,
    register_error_handlers,
)
from backend.papers import routes as papers
from backend.plans import routes as plans
from backend.portal import routes as portal
from backend.publication import jobs as publication_jobs
from backend.registry import routes as registry
from backend.registry.imports import routes as imports
from backend.reviews import routes as reviews
from schemas.base import ProblemOut

# Topics are answered by modules of later stages; naming them here loads their handlers.
SUBSCRIBERS = (draws_jobs, fieldwork_jobs, publication_jobs)
BLUEPRINTS = (
    accounts.blp,
    registry.blp,
    imports.blp,
    plans.blp,
    draws.blp,
    draws.live_blp,
    fieldwork.blp,
    reviews.blp,
    papers.blp,
    portal.blp,
    deadlines.blp,
)

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; media-src 'self' blob:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
LARGEST_BODY = 2 * 1024 * 1024
# The name of a file. The address of a result has a dot too, but what follows is an object's code, in capitals.
_FILE = re.compile(r"\.[a-z0-9]+$")
# What `npm run build` lays beside a text of the site, best first.
_PACKED = {"br": ".br", "gzip": ".gz"}


class ProblemApi(Api):
    """flask-smorest with problem+json as its one shape of error."""

    ERROR_SCHEMA = ProblemOut

    def _register_responses(self) -> None:
        """Describe errors as problem+json, which they are, and not as JSON like the rest."""
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM_TYPE
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE

    def _register_error_handlers(self) -> None:
        """Errors have their one handler in `foundation.http`."""


def create_app(settings: Settings | None = None, *, clock: Callable[[], datetime] = utc_now) -> Flask:
    """The Flask application for these settings; ConfigurationError or RuntimeError rather than an unsafe start."""
    settings = checked(settings) if settings else settings_from_environment()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
    app = Flask(__name__, static_folder=None)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        API_TITLE="Suicha 随查",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
    )
    app.extensions["suicha"] = Services(
        settings=settings,
        clock=clock,
        token_key=TokenKey.from_seed(settings.key("access-token")),
        files=FileStore(settings.files),
        load_actor=load_actor,
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies)  # type: ignore[method-assign]  # Flask's own way
    db.init_app(app)
    register_error_handlers(app)
    app.before_request(gate)
    app.after_request(_headers)
    api = ProblemApi(app)
    api.spec.components.security_scheme(SIGNED_IN, {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    _serve_operations(app, api)
    _serve_site(app, settings.site)
    refuse_undeclared_routes(app)
    return app


def _serve_operations(app: Flask, api: Api) -> None:
    @app.get("/healthz")
    @endpoint(Permission.PUBLIC)
    def health(ctx: Context) -> Any:
        """Whether the process serves and its database answers; the name tells it from a captive portal's page."""
        ctx.session.execute(text("select 1"))
        answer = jsonify({"status": "ok", "app": "suicha"})
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @app.get("/api/openapi.json")
    @endpoint(Permission.PUBLIC)
    def openapi(ctx: Context) -> Any:
        """The contract of every route, OpenAPI 3.1."""
        return jsonify(api.spec.to_dict())


def _serve_site(app: Flask, site: Path) -> None:
    @app.get("/")
    @app.get("/<path:path>")
    @endpoint(Permission.PUBLIC)
    def page(ctx: Context, path: str = "index.html") -> Response:
        """The built PWA; unknown pages get index.html because the app routes them itself."""
        if path.startswith(("api/", "portal/v1/")):
            raise NoSuchAddress()
        if not (site / path).is_file():
            if _FILE.search(path):
                raise NoSuchAddress()
            path = "index.html"
        response = _send_packed(site, path)
        immutable = path.startswith("assets/")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if immutable else "no-cache"
        if path == "verify.html":
            # It carries a stricter policy of its own, by the hash of its script; ours would refuse that script.
            response.headers["Content-Security-Policy"] = "frame-ancestors 'none'; sandbox allow-scripts"
        return response


def _send_packed(site: Path, path: str) -> Response:
    """A file of the site, in the smallest coding that is there and that the browser takes."""
    response = None
    for coding, end in _PACKED.items():
        if request.accept_encodings.quality(coding) > 0 and (site / (path + end)).is_file():
            response = send_from_directory(site, path + end, download_name=Path(path).name)
            response.content_encoding = coding
            break
    response = response or send_from_directory(site, path)
    response.vary.add("Accept-Encoding")
    return response


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=()"
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
