"""Kontur.CRM's printed examples (kontur-crm-telephony). The CRM is the server, the telephony is the client.

The document shortens ids (`333...434`), so a call of one example is none of another.
"""

from __future__ import annotations

from tests.printed.table import Case, Role, check, files_of
from tests.support.kontur import path_of

CALLBACKS = {
    "09-call-started.json": "call-started",
    "14-call-event.json": "call-event",
    "18-register-call.json": "register-call",
}
ECHO = "X-XCOM-Integration-Echo"


@check("kontur", Role.SERVER, "07-call-started.json", "18-register-call.json")
def _(case: Case) -> None:
    """The hub takes the callback as printed."""
    account = case.name()
    case.hub.account(account)
    wish = {"account": account, "kind": "kontur", "name": "Megafon"}
    key = {"X-XCOM-AccessKey": case.hub.operator("POST", "/admin/tokens", wish).json["token"]}
    name = case.file[3:].removesuffix(".json")
    answer = case.hub.request("POST", path_of(name, account), case.text, key)
    assert answer.status == 200, answer.text


_DONE = {"07-call-started.json", "18-register-call.json"}
UNCHECKED: dict[str, str] = dict.fromkeys(set(files_of("kontur")) - _DONE, "checked by the tests of the dialect")
