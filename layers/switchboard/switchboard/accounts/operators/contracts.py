"""Request and response bodies of `/admin/operators`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, field_validator

from switchboard.accounts.digests import new_id
from switchboard.accounts.operators.model import EVERY_SCOPE, STACK, Caller, Operator, OperatorScope
from switchboard.accounts.terms.contracts import ACCOUNT_ID
from switchboard.contracts import Moment, OwnBody, read_body
from switchboard.errors import Invalid

MOST_ACCOUNTS = 50
NAME = r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]{0,98}[^\s\x00-\x1f\x7f])?$"


class OperatorBody(OwnBody):
    """Body of `POST /admin/operators`. Without `accounts` the operator reaches every account."""

    name: str = Field(pattern=NAME)
    scopes: list[OperatorScope] = Field(min_length=1, max_length=20)
    accounts: list[Annotated[str, Field(pattern=ACCOUNT_ID)]] | None = Field(
        default=None, min_length=1, max_length=MOST_ACCOUNTS
    )
    expires_at: Moment | None = None

    @field_validator("name")
    @classmethod
    def _printable(cls, name: str) -> str:
        if not name.isprintable():
            raise ValueError("name must be printable")
        return name


def read_operator(fields: Mapping[str, Any], digest: str, by: Caller, now: datetime) -> Operator:
    """Return the new operator with a random id. Without `expires_at` it ends with its maker. Raises Invalid."""
    body = read_body(OperatorBody, fields)
    if body.expires_at is not None and body.expires_at <= now:
        raise Invalid("It must be in the future.", "expires_at")
    return Operator(
        id=new_id(),
        name=body.name,
        digest=digest,
        created_at=now,
        created_by=by.actor,
        scopes=tuple(scope for scope in EVERY_SCOPE if scope in body.scopes),
        accounts=None if body.accounts is None else tuple(sorted(set(body.accounts))),
        expires_at=body.expires_at or by.expires_at,
    )


def operator_view(operator: Operator, now: datetime) -> dict[str, Any]:
    """Return an operator without the digest. `accounts` is null for every account."""
    return {
        "id": operator.id,
        "name": operator.name,
        "state": "expired" if operator.is_over(now) else "active",
        "scopes": list(operator.scopes),
        "accounts": None if operator.accounts is None else list(operator.accounts),
        "created_at": operator.created_at,
        "created_by": operator.created_by,
        "expires_at": operator.expires_at,
    }


def stack_view(*, is_on: bool) -> dict[str, Any]:
    """Return the operator whose token is the stack's secret."""
    view = {"id": STACK, "name": STACK, "state": "active" if is_on else "off", "scopes": list(EVERY_SCOPE)}
    return {**view, "accounts": None, "created_at": None, "created_by": None, "expires_at": None}
