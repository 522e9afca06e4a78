"""The operator's commands."""

import json
import logging
import os
import sys
import threading
from datetime import date
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.exc import IntegrityError
from waitress import create_server

from backend import phone as phone_trial
from backend import schema
from backend.app import LARGEST_BODY, create_app
from backend.deadlines.jobs import issue_due_notices
from backend.draws.findings import render_findings
from backend.draws.verifier import verify_bundle, verify_opening
from backend.foundation import audit
from backend.foundation.config import ConfigurationError
from backend.foundation.database import db
from backend.registry.imports.actions import LARGEST_FILE
from backend.sample_city import loader, rehearsal
from backend.sample_city.generator import read_city
from backend.scheduler import elected, start
from schemas.typescript import vocabulary_source

OPEN_ENROLMENT = """  设备登记开放：凭密码即可登记新手机（SUICHA_OPEN_ENROLMENT=0 改为须用登记码）。
  Open enrolment: a password alone enrols a phone (SUICHA_OPEN_ENROLMENT=0 asks for a code).
"""


def _application() -> Flask:
    try:
        return create_app()
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error


@click.group()
def main() -> None:
    """随查 Suicha: random inspections that anyone can check."""


def _load_sample_city(app: Flask) -> None:
    services = app.extensions["suicha"]
    click.echo("正在装入示例城市 Loading the sample city …")
    with app.app_context():
        loader.load(clock=services.clock)
    rehearsal.rehearse(services.settings, clock=services.clock)


def _prepare(app: Flask) -> None:
    """Migrate, and load the sample city if this is a demo and the database is empty."""
    with app.app_context():
        schema.upgrade(db.engine)
        empty = not loader.is_loaded()
    if app.extensions["suicha"].settings.demo and empty:
        _load_sample_city(app)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=lambda: int(os.environ.get("PORT", "8000")), type=int, help="8000, or PORT")
def run(host: str, port: int) -> None:
    """Migrate, load the sample city if this is a demo and the database is empty, and serve on one port."""
    app = _application()
    demo = app.extensions["suicha"].settings.demo
    _prepare(app)
    logging.getLogger("waitress").setLevel(logging.ERROR)
    # Waitress writes a body to disk before the application can refuse it by its own, smaller limit.
    most = LARGEST_FILE + LARGEST_BODY
    server = create_server(app, host=host, port=port, threads=8, channel_timeout=120, max_request_body_size=most)
    with elected(app) as leads:
        running = start(app) if leads else None
        click.echo(f"\n  随查 Suicha  →  http://{host}:{server.effective_port}/\n")
        if app.extensions["suicha"].settings.open_enrolment:
            click.echo(OPEN_ENROLMENT)
        if demo:
            click.echo(loader.describe_accounts())
        sys.stdout.flush()
        try:
            server.run()
        finally:
            if running:
                running.shutdown(wait=False)


@main.command()
@click.option("--port", default=8443, show_default=True)
@click.option("--address", default=phone_trial.local_address, help="how phones reach this machine")
def phone(port: int, address: str) -> None:
    """Serve the sample city over HTTPS on the local network, for a real phone; a QR code shows the way."""
    os.environ.setdefault("SUICHA_SECURE_COOKIES", "1")
    app = _application()
    if not app.extensions["suicha"].settings.demo:
        raise click.ClickException("only the sample city: set SUICHA_DEMO=1")
    _prepare(app)
    trust = phone_trial.prepare_trust(phone_trial.trust_folder(), address, now=phone_trial.today())
    invite_port = port + 1
    phone_trial.welcome(invite_port, app_url=f"https://{address}:{port}/field", authority=trust.authority)
    click.echo(phone_trial.show_invitation(address, port=port, welcome_port=invite_port))
    click.echo(loader.describe_accounts())
    sys.stdout.flush()
    phone_trial.serve_https(app, port=port, trust=trust)


@main.command()
def scheduler() -> None:
    """Run the jobs in a process of their own, beside several serving ones; a second one waits for nothing and ends."""
    app = _application()
    with elected(app) as leads:
        if not leads:
            raise click.ClickException("another process runs the scheduler already")
        running = start(app)
        click.echo("scheduler started")
        try:
            threading.Event().wait()
        finally:
            running.shutdown(wait=False)


@main.command()
def migrate() -> None:
    """Bring the database schema up to date."""
    with _application().app_context():
        schema.upgrade(db.engine)


@main.command("make-migration")
@click.argument("message")
@click.option("--revision", default=lambda: f"{date.today():%Y%m%d}_01", help="dated name, e.g. 20261121_01")
def make_migration(message: str, revision: str) -> None:
    """Write a migration from the difference between the models and the database (for developers)."""
    with _application().app_context():
        schema.make_migration(db.engine, message, revision)


@main.command("load-sample-city")
def load_sample_city() -> None:
    """Load the sample city into an empty database."""
    app = _application()
    with app.app_context():
        if loader.is_loaded():
            raise click.ClickException("the database is not empty")
    _load_sample_city(app)


@main.command("load-city")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--scale", type=click.IntRange(1, 100), default=1, help="so many times the objects that the file says")
def load_city(file: Path, scale: int) -> None:
    """Load a made-up city from its file into an empty database (docs/scenarios.md); for trials, not for real data."""
    app = _application()
    with app.app_context():
        if loader.is_loaded():
            raise click.ClickException("the database is not empty")
        try:
            loader.load(clock=app.extensions["suicha"].clock, data=read_city(file), scale=scale)
        except (KeyError, TypeError, ValueError, IntegrityError) as error:
            reason = error.orig if isinstance(error, IntegrityError) else error
            raise click.ClickException(f"{file} is not a city: {reason!r}") from error


@main.command()
def openapi() -> None:
    """Print the OpenAPI 3.1 contract."""
    document = _application().test_client().get("/api/openapi.json").json
    click.echo(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True))


@main.command()
def vocabulary() -> None:
    """Print the vocabulary as TypeScript."""
    click.echo(vocabulary_source(), nl=False)


@main.command("issue-notices")
def issue_notices() -> None:
    """Issue the notices that are due now; the scheduler does it every morning."""
    app = _application()
    with app.app_context():
        click.echo(issue_due_notices(now=app.extensions["suicha"].clock()))


@main.command("verify-draw")
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--parent", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="the objects' bundle")
@click.option("--sealed", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="what was sealed before")
@click.option("--commitment", default="", help="the digest that was published before the event")
@click.option("--english", is_flag=True)
def verify_draw(bundle: Path, parent: Path | None, sealed: Path | None, commitment: str, english: bool) -> None:
    """Recompute a published draw bundle; exit 1 names what is wrong.

    Without --commitment a draw that was rewritten as a whole still verifies: take the digest from the
    public page as it stood before the event.
    """
    try:
        opened, above, before = (json.loads(path.read_bytes()) if path else None for path in (bundle, parent, sealed))
    except ValueError as error:
        raise click.ClickException(f"not JSON: {error}") from error
    findings = verify_bundle(opened, above, published=commitment)
    if sealed and not findings:
        findings = verify_opening(before, opened, above)
    click.echo(render_findings(findings, "en" if english else "zh"))
    sys.exit(1 if findings else 0)


@main.command("verify-log")
def verify_log() -> None:
    """Check the chain of the audit log; exit 1 names the first row that does not fit."""
    with _application().app_context():
        broken = audit.find_break(db.session())
    if broken is not None:
        raise click.ClickException(f"audit row {broken} does not fit the chain")
    click.echo("审计日志完整 the audit log is whole")
