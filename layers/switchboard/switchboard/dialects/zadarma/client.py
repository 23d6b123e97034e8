"""Client of Zadarma's API: the address of notifications, extensions, calls (OpenAPI document, 'PBX', 'Callback')."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from switchboard.accounts.upstream.model import Hook
from switchboard.dialects.reading import text
from switchboard.dialects.vendor_requests import BAD_REQUEST, NOT_FOUND, SendToVendor, not_understood
from switchboard.dialects.zadarma.requests import get, post, success
from switchboard.dialects.zadarma.tables import ANSWER, END, INTERNAL, OUT_END, OUT_START, START
from switchboard.errors import Invalid

CALLBACK = "/v1/request/callback/"
EXTENSIONS = "/v1/pbx/internal/"
HOOK, HOOK_URL, HOOK_EVENTS = "/v1/pbx/callinfo/", "/v1/pbx/callinfo/url/", "/v1/pbx/callinfo/notifications/"
ON, OFF = "true", "false"
# The notifications that the API switches. `NOTIFY_RECORD` and `NOTIFY_IVR` have no switch.
SWITCHES: dict[str, str] = {
    START: "notify_start",
    INTERNAL: "notify_internal",
    ANSWER: "notify_answer",
    END: "notify_end",
    OUT_START: "notify_out_start",
    OUT_END: "notify_out_end",
}
EVENTS = tuple(SWITCHES)


@dataclass(frozen=True, slots=True)
class ZadarmaClient:
    """One account of Zadarma. Every method may raise ProviderRefused and ProviderSilent. `token` is `key:secret`."""

    ask: SendToVendor
    token: str

    def hook(self) -> Hook | None:
        """Return the address of notifications and the notifications that are on."""
        return _read_hook(success(self.ask(get(self.token, HOOK, {}))))

    def subscribe(self, url: str, events: Sequence[str]) -> Hook:
        """Set the address, then the notifications. Without events the notifications are switched off."""
        if events:
            success(self.ask(post(self.token, HOOK_URL, {"url": url})))
        switches = {switch: ON if name in events else OFF for name, switch in SWITCHES.items()}
        success(self.ask(post(self.token, HOOK_EVENTS, switches)))
        return Hook(url if events else "", tuple(events))

    def extensions(self) -> list[str]:
        """Return the PBX's extensions."""
        numbers = success(self.ask(get(self.token, EXTENSIONS, {}))).get("numbers")
        if not isinstance(numbers, list):
            raise not_understood()
        return [str(one) for one in numbers if isinstance(one, str | int)]

    def originate(self, extension: str, number: str, caller_id: str = "") -> None:  # noqa: ARG002 - the API has none
        """Ring an extension, then call a number. The answer has no id of the call. Raises Invalid (number)."""
        answer = self.ask(get(self.token, CALLBACK, {"from": extension, "to": number}))
        if answer.status in (BAD_REQUEST, NOT_FOUND):
            raise Invalid("Zadarma cannot call this number from this extension.", "number")
        success(answer)


def open_client(ask: SendToVendor, token: str, spelling: Sequence[str] = ()) -> ZadarmaClient:  # noqa: ARG001 - the role's
    """Return a client that starts calls. The document has one spelling of each path."""
    return ZadarmaClient(ask, token)


def open_hook_client(ask: SendToVendor, token: str) -> ZadarmaClient:
    """Return a client that sets the address of notifications."""
    return ZadarmaClient(ask, token)


def _read_hook(body: Mapping[str, Any]) -> Hook:
    """Return the address and the notifications that are on, from `{"url", "notifications": {switch: "true"}}`."""
    switches = body.get("notifications")
    on = switches if isinstance(switches, Mapping) else body
    names = tuple(name for name, switch in SWITCHES.items() if str(on.get(switch, "")).lower() in (ON, "1"))
    return Hook(text(body, "url") or "", names)
