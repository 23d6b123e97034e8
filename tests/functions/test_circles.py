"""Circles through a hub's own webhooks: each ends by itself, and the operator is told."""

from collections.abc import Iterator
from functools import partial

import pytest

from switchboard.kernel.hops import HEADER, MOST
from tests.support.hub import Hub
from tests.support.sprecord_day import sprecord_token
from tests.support.vendor import Vendor, vending
from tests.unit.builders import sample

ROUNDS = 6  # of the workers: each moves a circle on by one lap
TELEPHONY = "/admin/accounts/acme/telephony"
WORDS = ("start_call", "start_talk", "end_call")


@pytest.fixture
def own(hub: Hub) -> Iterator[Vendor]:
    """The hub's own address."""
    with vending(hub) as vendor:
        yield vendor


def connect(hub: Hub, own: Vendor, account: str, *, to: str, dialect: str, **fields: object) -> None:
    """Make a destination of one account that is the webhook of a source."""
    wish = {"account": account, "dialect": dialect, "url": f"{own.url}/webhooks/{dialect}/{to}", **fields}
    assert hub.operator("POST", "/admin/destinations", wish).status == 201


def begin(hub: Hub, names: tuple[str, ...] = WORDS) -> None:
    for name in names:
        assert hub.request("POST", "/webhooks/vpbx/s-pbx", sample(f"vpbx/{name}")).status == 200
    for _ in range(ROUNDS):
        hub.work()
    assert not hub.visible("EventsQueue")


def refused(hub: Hub, source: str) -> list[int]:
    """The statuses of a source's refusals that name a circle."""
    kept = hub.operator("GET", f"/admin/sources/{source}/refused").json["refused"]
    return [one["status"] for one in kept if one["reason"] == "loop"]


def test_an_account_that_sends_to_its_own_webhooks_in_two_dialects(hub: Hub, own: Vendor) -> None:
    """Each lap is a call with a new id. After three laps the webhook refuses, and the delivery is a dead letter."""
    hub.account()
    hub.source("s-pbx", dialect="vpbx")
    hub.source("s-own", dialect="callevents")
    connect(hub, own, "acme", to="s-own", dialect="callevents", events=["call.started"])
    connect(hub, own, "acme", to="s-pbx", dialect="vpbx", events=["call.started"])
    begin(hub, WORDS[:1])
    assert len(hub.operator("GET", "/admin/calls", account="acme").json["calls"]) <= 1 + 2 + 4 + 8
    assert set(refused(hub, "s-own") + refused(hub, "s-pbx")) == {400}
    shown = partial(hub.operator, "GET", "/admin/deliveries", account="acme")
    assert shown(state="dead").json["deliveries"]
    assert shown(state="parked").json["deliveries"] == []


def test_a_circle_over_two_accounts(hub: Hub, own: Vendor) -> None:
    """The count passes from account to account: three laps in all."""
    hub.account()
    hub.account("bolt")
    hub.source("s-pbx", dialect="vpbx")
    hub.source("s-acme", dialect="callevents")
    hub.source("s-bolt", dialect="vpbx", account="bolt")
    connect(hub, own, "acme", to="s-bolt", dialect="vpbx")
    connect(hub, own, "bolt", to="s-acme", dialect="callevents")
    begin(hub)
    laps = [len(hub.operator("GET", "/admin/calls", account=one).json["calls"]) for one in ("acme", "bolt")]
    assert laps == [2, 2]
    assert set(refused(hub, "s-acme") + refused(hub, "s-bolt")) == {400}


def test_a_tenant_with_the_tokens_of_two_dialects(hub: Hub, own: Vendor) -> None:
    """Subscriptions by the dialects' own APIs are counted like the operator's destinations."""
    auth = hub.account()
    hub.source("s-pbx", dialect="vpbx")
    hub.source("s-own", dialect="sprecord")
    wish = {"event_name": "start.call", "webhook_url": f"{own.url}/webhooks/vpbx/s-pbx", "timeout": 5}
    assert hub.request("POST", "/api/v1/events/subscribe", wish, auth).status == 200
    hook = {"hook": f"{own.url}/webhooks/sprecord/s-own", "subscribe": ["incoming_call"]}
    assert hub.request("POST", "/sys/subscribe_events", hook, sprecord_token(hub)).status == 200
    begin(hub, WORDS[:1])
    assert len(hub.operator("GET", "/admin/calls", account="acme").json["calls"]) <= 1 + 2 + 4 + 8
    assert set(refused(hub, "s-own") + refused(hub, "s-pbx")) == {400}


@pytest.mark.parametrize(
    ("hops", "status"), [("3", 200), ("4", 400), ("999999", 400), ("", 200), ("-4", 200), ("x", 200)]
)
def test_an_event_above_the_limit_is_refused(hub: Hub, hops: str, status: int) -> None:
    """Three hubs are a chain, four are a circle. A header that is no number counts as none."""
    hub.account()
    hub.source("s-pbx", dialect="vpbx")
    headers = {HEADER.lower(): hops}
    assert hub.request("POST", "/webhooks/vpbx/s-pbx", sample("vpbx/start_call"), headers).status == status


@pytest.mark.parametrize("path", ["/api/v1/application/originate", "/admin/calls", "/api/v1/acme/communications/call"])
def test_a_command_above_the_limit_is_refused_and_counted(
    hub: Hub, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The refusal has the shape of the path's dialect, and comes before any other answer."""
    answer = hub.request("POST", path, {}, {HEADER: str(MOST + 1)})
    assert (answer.status, HEADER in answer.text) == (400, True)
    assert '"loop.stopped":[1.0]' in capsys.readouterr().out.replace(" ", "")
