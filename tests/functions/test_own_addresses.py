"""Addresses of the hub itself: refused wherever an address is stored, unless the account allows them."""

from typing import Any

import pytest

from tests.support.crm import a_connector
from tests.support.gateway import HOST, Answer
from tests.support.hub import PARAMETERS, Hub
from tests.support.sprecord_day import sprecord_token

OWN = (f"{PARAMETERS['PublicUrl']}/webhooks/vpbx/s", f"https://{HOST}/v1/webhooks/vpbx/s")


def tries(hub: Hub, auth: dict[str, str], url: str) -> dict[str, Answer]:
    """Every request that stores an address, with this one."""
    telephony, source = "/admin/accounts/acme/telephony", "/admin/sources/s-office/connect"
    key = {"base_url": url, "token": "t" * 20}
    hook = {"hook": url, "subscribe": ["call_end"]}
    pbx = {"provider": "vpbx", "settings": {**key, "source": "s-office"}}
    crm = {"provider": "kontur", "settings": {"base_url": url, "workspace": "w", "access_key": "k" * 32}}
    made = hub.operator("POST", "/admin/destinations", a_destination("https://crm.example/")).json
    return {
        "webhook_url": hub.request("POST", "/api/v1/events/subscribe", a_subscription(url), auth),
        "hook": hub.request("POST", "/sys/subscribe_events", hook, sprecord_token(hub)),
        "url": hub.operator("POST", "/admin/destinations", a_destination(url)),
        "url ": hub.operator("PATCH", f"/admin/destinations/{made['id']}", {"url": url}, account="acme"),
        "base_url": hub.operator("POST", "/admin/connectors", a_connector(url)),
        "base_url ": hub.operator("POST", source, key),
        "settings.base_url": hub.operator("PUT", telephony, pbx),
        "settings.base_url ": hub.operator("PUT", telephony, {"provider": "cato", "settings": key}),
        "settings.base_url  ": hub.operator("PUT", telephony, crm),
    }


def a_destination(url: str) -> dict[str, Any]:
    return {"account": "acme", "dialect": "standard", "url": url}


def a_subscription(url: str) -> dict[str, Any]:
    return {"event_name": "start.call", "webhook_url": url, "timeout": 5}


@pytest.mark.parametrize("url", OWN)
def test_an_own_address_is_refused_wherever_an_address_is_stored(hub: Hub, url: str) -> None:
    """With the name of the field, and before anything is sent."""
    auth = hub.account()
    hub.source()
    told = tries(hub, auth, url)
    assert {name: answer.status for name, answer in told.items()} == dict.fromkeys(told, 400)
    assert all("allow_self" in answer.text for answer in told.values())
    shown = {name: answer.json["error"]["field"] for name, answer in told.items() if "field" in answer.text}
    assert shown == {name: name.strip() for name in shown}


def test_an_account_may_allow_its_own_address(hub: Hub) -> None:
    """Only this account."""
    hub.account()
    hub.account("bolt")
    assert hub.operator("PATCH", "/admin/accounts/acme", {"allow_self": True}).json["allow_self"] is True
    assert hub.operator("POST", "/admin/destinations", a_destination(OWN[0])).status == 201
    other = {**a_destination(OWN[0]), "account": "bolt"}
    assert hub.operator("POST", "/admin/destinations", other).status == 400
