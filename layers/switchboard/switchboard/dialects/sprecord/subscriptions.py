"""Request and response bodies of SpRecord's subscription API (sprecord-events, 'Web Hook')."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from switchboard.contracts import Body, read_body
from switchboard.dialects.sprecord.tables import KINDS
from switchboard.errors import Invalid
from switchboard.kernel.targets import check_url
from switchboard.subscriptions.model import Subscription

MOST = 100
NO_HOOK: dict[str, Any] = {"hook": "", "subscribe": []}


class HookBody(Body):
    """The body of a POST. `hook` may be absent if `subscribe` is empty."""

    hook: str = ""
    subscribe: list[Annotated[str, Field(max_length=80)]] = Field(max_length=MOST)


def read_hook(fields: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Return URL and event types; no types means that the hook is to be removed. Raises Invalid with the field."""
    body = read_body(HookBody, fields)
    for place, name in enumerate(body.subscribe):
        if name not in KINDS:
            raise Invalid("There is no such event type.", f"subscribe.{place}")
    if body.subscribe:
        _check(body.hook)
    return body.hook, tuple(dict.fromkeys(body.subscribe))


def shown(hook: Subscription | None) -> dict[str, Any]:
    """Return `{"hook", "subscribe"}`. Kinds of the hub, which an operator may have chosen, are shown as event types."""
    if hook is None:
        return NO_HOOK
    by_kind = [name for name, kind in KINDS.items() if not hook.events or kind.value in hook.events]
    by_name = [name for name in hook.events if name in KINDS]
    return {"hook": hook.url, "subscribe": list(dict.fromkeys([*by_name, *by_kind]))}


def _check(url: str) -> None:
    if not url:
        raise Invalid("Give the URL to send events to.", "hook")
    try:
        check_url(url)
    except ValueError as error:
        raise Invalid(str(error), "hook") from None
