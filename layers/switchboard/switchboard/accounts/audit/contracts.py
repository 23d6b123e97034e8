"""Query and answers of `GET /admin/audit`."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any

from pydantic import Field

from switchboard.accounts.audit.model import AuditFilter, AuditRecord
from switchboard.contracts import Body, Moment, read_body
from switchboard.errors import Invalid

FORMATS = ("json", "jsonl", "csv")
COLUMNS = (
    "at", "actor", "action", "account", "target_kind", "target_id", "address", "request_id", "status", "before", "after"
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'", "|", "%")


class AuditQuery(Body):
    """The query's parameters. `since` is included, `until` excluded."""

    actor: str = Field(default="", max_length=200)
    action: str = Field(default="", max_length=200)
    since: Moment | None = None
    until: Moment | None = None


def read_audit_query(query: Mapping[str, str]) -> tuple[AuditFilter, str]:
    """Return which records are asked for, and the format: json, jsonl or csv. Raises Invalid."""
    wanted = read_body(AuditQuery, query)
    format_ = query.get("format", FORMATS[0])
    if format_ not in FORMATS:
        raise Invalid(f"It must be one of {', '.join(FORMATS)}.", "format")
    return AuditFilter(wanted.actor, wanted.action, wanted.since, wanted.until), format_


def audit_view(record: AuditRecord) -> dict[str, Any]:
    """Return a record for a reader."""
    return {
        "at": record.at.isoformat(),
        "actor": record.actor,
        "action": record.action,
        "account": record.account or None,
        "target": {"kind": record.target.kind, "id": record.target.id or None},
        "address": record.address,
        "request_id": record.request_id,
        "status": record.status,
        "before": record.before,
        "after": record.after,
    }


def exported(records: Iterable[AuditRecord], format_: str) -> tuple[str, str]:
    """Return the media type and the text of records in the format `jsonl` or `csv`."""
    if format_ == "csv":
        return "text/csv; charset=utf-8", as_csv(records)
    return "application/x-ndjson; charset=utf-8", as_lines(records)


def as_lines(records: Iterable[AuditRecord]) -> str:
    """Return the records as JSON Lines: one object a line."""
    return "".join(json.dumps(audit_view(one), ensure_ascii=False, default=str) + "\n" for one in records)


def as_csv(records: Iterable[AuditRecord]) -> str:
    """Return the records as CSV with headings. An apostrophe keeps a cell from being a formula."""
    text = StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    table.writerow(COLUMNS)
    for one in records:
        table.writerow([_cell(value) for value in _row(one)])
    return text.getvalue()


def _row(record: AuditRecord) -> list[Any]:
    view = audit_view(record)
    target = view.pop("target")
    return [{**view, "target_kind": target["kind"], "target_id": target["id"]}[name] for name in COLUMNS]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text
