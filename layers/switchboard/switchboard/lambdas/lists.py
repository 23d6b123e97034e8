"""Tables in requests: what a request says of its file, for every API that takes lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.campaigns.importing.model import HowToRead, TableKind
from switchboard.lambdas.bodies import beginning_of
from switchboard.lambdas.http import JSON, header

LOOKED_AT = 64  # bytes
JSON_KINDS = frozenset({"", JSON, "text/json"})


def how_to_read(
    event: Mapping[str, Any], query: Mapping[str, str], region: str, table: TableKind = TableKind.SUBSCRIBERS
) -> HowToRead:
    """Return what a request says of its table: media type, charset or `?encoding`, `?columns` and `?sheet`."""
    kind, _, parameters = header(event, "Content-Type").partition(";")
    named = [part.partition("=")[2] for part in parameters.split(";") if part.strip().lower().startswith("charset=")]
    encoding = query.get("encoding") or (named[0] if named else "")
    return HowToRead(region, kind.strip().lower(), encoding, query.get("columns", ""), query.get("sheet", ""), table)


def is_table(event: Mapping[str, Any]) -> bool:
    """Whether a body is a table and not a JSON object: by its media type, else by its first character."""
    kind = header(event, "Content-Type").partition(";")[0].strip().lower()
    begin = beginning_of(event, LOOKED_AT)[0].lstrip(b"\xef\xbb\xbf \r\n\t")
    return kind not in JSON_KINDS and not begin.startswith(b"{")
