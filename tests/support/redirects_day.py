"""A day of the question who is responsible: by a call, by a number, by the account's rules, and by its default."""

from __future__ import annotations

from tests.support.hub import Hub
from tests.support.kontur import EXTERNAL_ID, path_of

RULES = "/admin/accounts/acme/routing"
BY_NUMBER = {"phoneNumber": "79012345600"}


def redirects_day(hub: Hub, key: dict[str, str]) -> None:
    """Ask without rules, for the last employee, and for the extension that the account names."""
    for query in ({"externalId": EXTERNAL_ID}, BY_NUMBER):
        hub.request("GET", path_of("call-redirect"), None, key, query)
    hub.operator("POST", "/admin/extensions", {"account": "acme", "number": "109"})
    for default in ("", "109"):
        wish = {"rules": [{"last_employee": {"days": 30}}], "default": default}
        assert hub.operator("PUT", RULES, wish).status == 200
        hub.restart()
        hub.request("GET", path_of("call-redirect"), None, key, BY_NUMBER)
    hub.operator("DELETE", RULES)
    hub.operator("DELETE", "/admin/extensions/109", account="acme")
