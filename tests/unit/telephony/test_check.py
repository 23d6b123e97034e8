"""Whether a telephony could make a call now."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from switchboard.errors import NotFound, NotSupported, ProviderRefused, ProviderSilent, Refusal, Sealed
from switchboard.telephony.asterisk.check import CheckAsterisk, endpoints_of
from switchboard.telephony.asterisk.model import AsteriskSettings
from switchboard.telephony.check import EndpointHealth, TelephonyHealth, health_of, health_view, knows_nothing_of
from tests.support.builders import NOON
from tests.support.pbx import ACCOUNT, CONNECTION, PbxWorld


def checked(world: PbxWorld, *, answers: bool = True) -> TelephonyHealth:
    """Check, while the PBX answers what it is asked in each pause."""
    pause = (lambda _: world.pbx.flush()) if answers else (lambda _: None)
    return CheckAsterisk(ACCOUNT, AsteriskSettings(), ["104"], world.switch, world.clock, pause)()


@pytest.fixture
def world() -> PbxWorld:
    return PbxWorld(lambda: NOON)


def test_a_connected_pbx_tells_its_version_and_endpoints(world: PbxWorld) -> None:
    """Nothing rings, and no list is asked for that could be larger than a frame."""
    world.pbx.requests.clear()
    expected = (EndpointHealth("PJSIP/trunk", "online"), EndpointHealth("PJSIP/104", "missing"))
    assert checked(world) == TelephonyHealth(version="22.10.1", endpoints=expected, clock_difference=0.0)
    assert [uri for _, uri in world.pbx.requests] == ["endpoints/PJSIP/trunk", "endpoints/PJSIP/104", "asterisk/info"]


@pytest.mark.parametrize("state", ["offline", ""])
def test_a_trunk_that_is_not_there_is_the_reason(world: PbxWorld, state: str) -> None:
    """Every call to a number would fail."""
    world.pbx.endpoints = {"PJSIP/trunk": state} if state else {}
    found = checked(world)
    assert (found.ok, found.reason) == (False, f"trunk_{state or 'missing'}")


def test_the_difference_of_the_clocks_is_told() -> None:
    """In seconds that the PBX is behind, however the hub brings its times to its own."""
    world = PbxWorld(lambda: NOON)
    late: datetime = NOON - timedelta(seconds=90)
    world.pbx.clock = lambda: late
    world.pbx.register()
    assert checked(world).clock_difference == 90.0


def test_a_pbx_that_is_not_there_or_silent_is_told(world: PbxWorld) -> None:
    """Each for itself; the connection that has gone is forgotten."""
    assert checked(world, answers=False).reason == "silent"
    world.pbx.connected = False
    assert checked(world).reason == "not_connected"
    assert world.connections.of(ACCOUNT) is None
    world.connections.close(ACCOUNT, CONNECTION)
    assert checked(world).reason == "not_connected"


@pytest.mark.parametrize(
    ("trunk", "expected"),
    [
        ("PJSIP/{number}@trunk", "PJSIP/trunk"),
        ("SIP/provider/{number}", "SIP/provider"),
        ("PJSIP/{number}@trunk/sip:x", "PJSIP/trunk"),
    ],
)
def test_the_trunk_is_read_from_the_setting(trunk: str, expected: str) -> None:
    """In the ways in which Asterisk writes endpoints."""
    assert endpoints_of(AsteriskSettings(trunk=trunk), [str(place) for place in range(100, 150)])[0] == expected
    assert len(endpoints_of(AsteriskSettings(), [str(place) for place in range(100, 150)])) == 11


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ProviderSilent("x"), "silent"),
        (ProviderRefused("x", Refusal.FORBIDDEN), "credentials"),
        (ProviderRefused("x", Refusal.UNAVAILABLE), "refused"),
        (NotSupported("x"), "notSupported"),
        (Sealed("x"), "sealed"),
    ],
)
def test_a_refusal_is_the_reason(error: Exception, reason: str) -> None:
    """And no error of the route."""

    def check() -> TelephonyHealth:
        raise error

    assert health_view("acme", "vpbx", health_of(check)) == {
        "account": "acme",
        "provider": "vpbx",
        "ok": False,
        "reason": reason,
    }


def test_a_provider_that_knows_nothing_of_an_unknown_call_has_read_the_request() -> None:
    """So its address and the credentials are right."""
    errors = [ProviderRefused("x"), NotFound("x"), ProviderRefused("x", Refusal.FORBIDDEN), ProviderSilent("x")]
    assert [knows_nothing_of(error) for error in errors] == [True, True, False, False]
