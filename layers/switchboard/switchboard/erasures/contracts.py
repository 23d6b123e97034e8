"""Request and response bodies of the operator's API for erasures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from switchboard.contracts import OwnBody, read_body
from switchboard.erasures.model import Erasure
from switchboard.errors import Invalid

TRUTH = {"true": True, "false": False}


class NumberErasureBody(OwnBody):
    """Body of `POST /admin/accounts/{account}/erase`."""

    number: str = Field(min_length=1, max_length=64)
    dry_run: bool = False


def read_number_erasure(fields: Mapping[str, Any]) -> NumberErasureBody:
    """Return the checked body. Raises Invalid."""
    return read_body(NumberErasureBody, fields)


def read_dry_run(query: Mapping[str, str]) -> bool:
    """Return `?dry_run`, false without the parameter. Raises Invalid for another word than true or false."""
    word = query.get("dry_run", "false").lower()
    if word not in TRUTH:
        raise Invalid("It must be true or false.", "dry_run")
    return TRUTH[word]


def erasure_view(erasure: Erasure) -> dict[str, Any]:
    """Return an erasure as the operator sees it: the number's last digits alone."""
    return {
        "id": erasure.id,
        "account": erasure.account,
        "of": "number" if erasure.of_number else "account",
        "number": erasure.shown or None,
        "dry_run": erasure.dry_run,
        "state": erasure.state.value,
        "sweep": erasure.sweep,
        "erased": dict(erasure.erased),
        "left": erasure.left,
        "asked_at": erasure.asked_at.isoformat(),
        "next_at": _text(erasure.next_at),
        "finished_at": _text(erasure.finished_at),
    }


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
