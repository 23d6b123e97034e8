"""Clicks on numbers: a widget in the browser posts a form, because amoCRM itself tells no server of a click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from switchboard.dialects.crm_hooks import HookNews, OrderedCall
from switchboard.dialects.vendor_requests import OK, VendorAnswer, VendorRequest
from switchboard.errors import Invalid

CLICK = "click"
HOOKS = (CLICK,)
FIELDS = ("secret", "user", "phone", "id")
LONGEST = 200  # characters


def read_hook(hook: str, fields: Sequence[tuple[str, str]]) -> HookNews:  # noqa: ARG001 - there is one
    """Read a click: `secret`, `user` (the CRM's id), `phone`, and `id`, which the widget makes for each click."""
    found = {name: value.strip() for name, value in fields if name in FIELDS}
    if len(fields) > len(found):
        raise Invalid("A click has the fields secret, user, phone and id, each once.")
    for name in FIELDS:
        if not 0 < len(found.get(name, "")) <= LONGEST:
            raise Invalid(f"{name} must have 1 to {LONGEST} characters.", name)
    return HookNews("", found["secret"], order=OrderedCall(found["id"], found["phone"], found["user"]))


def after_install(address: str, settings: Mapping[str, str], line: str) -> Sequence[VendorRequest]:  # noqa: ARG001
    """Return nothing: a widget has the address in its settings."""
    return ()


def is_settled(answer: VendorAnswer) -> bool:
    """Whether the request succeeded."""
    return answer.status in OK


def ask_user(user: str) -> VendorRequest:
    """Build the question for a user, whose answer has no extension: only the connector's list has."""
    return VendorRequest("GET", (f"/api/v4/users/{user}",))


def extension_in(answer: VendorAnswer) -> str:  # noqa: ARG001 - amoCRM keeps no extensions
    """Return an empty text."""
    return ""


def fallback_extension(settings: Mapping[str, str]) -> str:  # noqa: ARG001 - every click has its user
    """Return an empty text."""
    return ""
