"""Public documents in the shapes of the portal; everything comes through `publication.queries`."""

import csv
import io
from typing import Any

from sqlalchemy.orm import Session

from backend.foundation.problems import NotFound
from backend.publication.queries import (
    get_version,
    list_current,
    list_results,
    list_versions,
    search_results,
)
from schemas.vocabulary import PublicationKind

CSV_FIELDS = (
    *("raninsPlanId", "raninsPlaneName", "raninsTaskId", "raninsTaskName", "raninsTypeName"),
    *("insAuth", "insDate", "pripId"),
)
DETAIL_FIELDS = ("seqno", "raninsItemName", "raninsCheckResName")


def show_page(session: Session, *, kind: PublicationKind, cursor: str | None, limit: int) -> dict[str, Any]:
    """A page of the documents of one kind."""
    rows, following = list_current(session, kind=kind, cursor=cursor, limit=limit)
    return {"items": rows, "next": following}


def show_document(session: Session, *, kind: PublicationKind, key: str, version: int | None = None) -> dict[str, Any]:
    """A document with the list of its versions; raises NotFound."""
    row = get_version(session, kind=kind, key=key, version=version)
    names = ("kind", "key", "title", "region", "version", "state", "published_at", "digest", "document")
    return {
        **{name: getattr(row, name) for name in names},
        "versions": list_versions(session, kind=kind, key=key),
    }


def plan_file(session: Session, *, key: str, sha256: str, version: int | None = None) -> dict[str, Any]:
    """What a published plan says about one of its files: name, mime, sha256; raises NotFound."""
    document = get_version(session, kind=PublicationKind.PLAN, key=key, version=version).document
    for row in document.get("attachments", ()):
        if row["sha256"] == sha256:
            return dict(row)
    raise NotFound()


def show_results(
    session: Session, *, q: str | None, region: str | None, cursor: str | None, limit: int
) -> dict[str, Any]:
    """A page of results found by name or code."""
    rows, following = search_results(session, q=q, region=region, cursor=cursor, limit=limit)
    return {"items": [_entry(row) for row in rows], "next": following}


def _entry(row: Any) -> dict[str, Any]:
    document = row.document
    names = ("kind", "key", "title", "region", "version", "state", "published_at", "digest")
    shown = document["result"] or document["state"]
    return {
        **{name: getattr(row, name) for name in names},
        "object_name": row.object_name,
        "object_code": row.object_code,
        "result": document["result"] and document["result"]["code"],
        "result_name": shown["name"],
        "checked_on": document["checked_on"],
        "organ": document["organ"],
    }


def results_table(session: Session) -> str:
    """All results as CSV, one line per item."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["object_name", *CSV_FIELDS, *DETAIL_FIELDS])
    for row in list_results(session):
        document = row.document
        for detail in document["details"]:
            cells = [
                row.object_name,
                *(document[name] for name in CSV_FIELDS),
                *(detail[name] for name in DETAIL_FIELDS),
            ]
            writer.writerow([_text_cell(cell) for cell in cells])
    return text.getvalue()


def _text_cell(value: object) -> object:
    # A spreadsheet runs a cell that begins with one of these as a formula (OWASP: CSV injection).
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
