"""Request and response bodies of the operator's API for extensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from switchboard.accounts.contracts import ExtensionBody
from switchboard.accounts.model import Extension
from switchboard.contracts import read_body


def read_extension(fields: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return account, number and name. Raises Invalid."""
    body = read_body(ExtensionBody, {**fields, "number": str(fields.get("number", ""))})
    return body.account, body.number, body.name


def extension_view(extension: Extension) -> dict[str, Any]:
    """`{"account", "id", "number", "name"}`."""
    return asdict(extension)
