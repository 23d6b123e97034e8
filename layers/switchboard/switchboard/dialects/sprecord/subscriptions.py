"""The subscription API of SpRecord: its bodies in and out (section 'Web Hook')."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from switchboard.contracts import Body, read_body
from switchboard.dialects.sprecord.tables import KINDS
from switchboard.errors import Invalid
from switchboard.subscriptions.model import Subscription
from switchboard.subscriptions.targets import check_url

MOST = 100
NO_HOOK: dict[str, Any] = {"hook": "", "subscribe": []}


class HookBody(Body):
    """What a client posts; without events an address is of no use, and may be left out."""

    hook: str = ""
    subscribe: list[Annotated[str, Field(max_length=80)]] = Field(max_length=MOST)


def read_hook(fields: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Address and event types; with no types the hook is to be removed. Invalid names the field that is wrong."""
    body = read_body(HookBody, fields)
    for place, name in enumerate(body.subscribe):
        if name not in KINDS:
            raise Invalid("It is not the type of an event.", f"subscribe.{place}")
    if body.subscribe:
        _check(body.hook)
    return body.hook, tuple(dict.fromkeys(body.subscribe))


def shown(hook: Subscription | None) -> dict[str, Any]:
    """`{"hook", "subscribe"}` as they stand; the operator may have chosen by the hub's kinds."""
    if hook is None:
        return NO_HOOK
    by_kind = [name for name, kind in KINDS.items() if not hook.events or kind.value in hook.events]
    by_name = [name for name in hook.events if name in KINDS]
    return {"hook": hook.url, "subscribe": list(dict.fromkeys([*by_name, *by_kind]))}


def _check(url: str) -> None:
    if not url:
        raise Invalid("Name an address.", "hook")
    try:
        check_url(url)
    except ValueError as error:
        raise Invalid(str(error), "hook") from None
