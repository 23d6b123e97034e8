"""A stored secret is sent to its own receiver only, wherever an address is stored with a secret."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.crm import KEY, a_connector
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.receiver import Receiver, receiving, verifying
from tests.support.sprecord_day import sprecord_token
from tests.unit.builders import sample

HIDDEN = "hidden-secret-of-the-old-receiver"
BEARER = {"type": "bearer", "token": HIDDEN}
SUBSCRIBE, TELEPHONY = "/api/v1/events/subscribe", "/admin/accounts/acme/telephony"
CONNECT = "/admin/sources/s-office/connect"


@pytest.fixture
def stranger() -> Iterator[Receiver]:
    """Another host, which takes everything."""
    with receiving(verifying) as one:
        yield one


@pytest.fixture
def old() -> Iterator[Receiver]:
    with receiving(verifying) as one:
        yield one


def destination(hub: Hub, old: str, new: str, _: dict[str, str]) -> Answer:
    made = hub.operator(
        "POST", "/admin/destinations", {"account": "acme", "dialect": "vpbx", "url": old, "auth": BEARER}
    )
    return hub.operator("PATCH", f"/admin/destinations/{made.json['id']}", {"url": new}, account="acme")


def subscription(hub: Hub, old: str, new: str, auth: dict[str, str]) -> Answer:
    wish = {"event_name": "start.call", "auth_type": "BearerTokenAuth", "auth_string": HIDDEN, "webhook_url": old}
    assert hub.request("POST", SUBSCRIBE, wish, auth).status == 200
    return hub.request("PATCH", SUBSCRIBE, {"event_name": "start.call", "webhook_url": new}, auth)


def connector(hub: Hub, old: str, new: str, _: dict[str, str]) -> Answer:
    made = hub.operator("POST", "/admin/connectors", {**a_connector(old), "access_key": HIDDEN})
    return hub.operator("PATCH", f"/admin/connectors/{made.json['id']}", {"base_url": new}, account="acme")


def destination_of_a_connector(hub: Hub, old: str, new: str, _: dict[str, str]) -> Answer:
    made = hub.operator("POST", "/admin/connectors", {**a_connector(old), "access_key": HIDDEN})
    return hub.operator("PATCH", f"/admin/destinations/{made.json['id']}", {"url": new}, account="acme")


def telephony(hub: Hub, old: str, new: str, _: dict[str, str]) -> Answer:
    whole = {"provider": "cato", "settings": {"base_url": old, "token": HIDDEN}}
    assert hub.operator("PUT", TELEPHONY, whole).status == 200
    return hub.operator("PUT", TELEPHONY, {"provider": "cato", "settings": {"base_url": new}})


def upstream(hub: Hub, old: str, new: str, _: dict[str, str]) -> Answer:
    hub.operator("POST", CONNECT, {"base_url": old, "token": HIDDEN})
    return hub.operator("POST", CONNECT, {"base_url": new})


PLACES: list[Callable[..., Answer]] = [
    destination, subscription, connector, destination_of_a_connector, telephony, upstream,
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_an_address_that_moves_without_credentials_is_refused(
    hub: Hub, old: Receiver, stranger: Receiver, place: Callable[..., Answer]
) -> None:
    """400, and the new host never hears of anything: neither of the change nor of a later call."""
    auth = hub.account()
    hub.source()
    answer = place(hub, old.url, stranger.url, auth)
    assert answer.status == 400
    assert HIDDEN not in answer.text
    hub.request("POST", "/webhooks/vpbx/s-office", sample("vpbx/start_call"))
    hub.work()
    assert stranger.requests == []


@pytest.mark.parametrize("place", [destination, subscription, connector], ids=lambda place: place.__name__)
def test_another_path_of_the_same_receiver_needs_no_credentials(
    hub: Hub, old: Receiver, place: Callable[..., Answer]
) -> None:
    """The receiver is scheme, host and port, in any spelling."""
    auth = hub.account()
    assert place(hub, old.url, f"{old.url}/other/path", auth).status == 200


def test_an_address_moves_with_credentials_of_its_own_or_with_none(hub: Hub, old: Receiver, stranger: Receiver) -> None:
    """What was stored before is gone with the change."""
    auth = hub.account()
    hub.source()
    destination(hub, old.url, old.url, auth)
    for changed in ({"type": "bearer", "token": "new"}, {"type": "none"}):
        wish = {"url": f"{stranger.url}/{changed['type']}", "auth": changed}
        assert hub.operator("PATCH", "/admin/destinations/1", wish, account="acme").status == 200
        hub.operator("PATCH", "/admin/destinations/1", {"url": stranger.url}, account="acme")
        hub.operator("POST", "/admin/destinations/1/test", account="acme")
        hub.work()
    shown = [request.headers.get("authorization", "") for request in stranger.requests]
    assert shown == ["Bearer new", ""]


def test_a_hook_of_a_dialects_api_drops_what_it_cannot_say(hub: Hub, old: Receiver, stranger: Receiver) -> None:
    """SpRecord's request has no field for credentials, so that a moved hook has none."""
    hub.account()
    hub.source()
    auth = sprecord_token(hub)
    for url in (old.url, f"{old.url}/same", stranger.url):
        wish = {"hook": url, "subscribe": ["incoming_call"]}
        assert hub.request("POST", "/sys/subscribe_events", wish, auth).status == 200
        if url == old.url:
            assert hub.operator("PATCH", "/admin/destinations/1", {"auth": BEARER}, account="acme").status == 200
    hub.request("POST", "/webhooks/vpbx/s-office", sample("vpbx/start_call"))
    hub.work()
    assert "authorization" not in stranger.requests[-1].headers
    assert KEY not in hub.log.getvalue()
