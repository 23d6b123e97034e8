"""Port Telephony: one suite for every provider. What a provider cannot do, it refuses with NotSupported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from local.bundle import ROOT
from switchboard.errors import Conflict, NotFound, NotSupported
from switchboard.telephony.model import (
    CallRef,
    OriginateRequest,
    PlaceCallRequest,
    PlayedAudio,
    SuccessKind,
    SuccessRule,
)
from switchboard.telephony.registry import PROVIDERS as REGISTERED
from tests.contract.telephonies import PROVIDERS, Can, SetClock, Tried, tried
from tests.fakes.telephony import FakeTelephony
from tests.support.threads import at_once

ORIGINATE = OriginateRequest("cmd_1", "acme", "104", "79012345600")
PLACE = PlaceCallRequest(
    "cmd_2", "acme", "79012345601", (PlayedAudio("a.wav", 8.0),), SuccessRule(SuccessKind.PLAYED_WHOLE)
)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(params=PROVIDERS)
def provider(request: pytest.FixtureRequest) -> Iterator[Tried]:
    with tried(request.param, request) as found:
        yield found


def of(call_id: str, account: str = "acme") -> CallRef:
    return CallRef(account, call_id, call_id)


def need(provider: Tried, *wanted: str) -> None:
    """Skip what a provider cannot do; another test holds that the provider says so."""
    lacking = set(wanted) - provider.can
    if lacking:
        pytest.skip(f"cannot: {', '.join(sorted(lacking))}")


def test_a_call_between_an_extension_and_a_number_is_taken(provider: Tried) -> None:
    """By every provider. The call's id is known at once, or not at all."""
    taken = provider.telephony.originate(ORIGINATE)
    assert bool(taken.call_id) == (Can.KNOWN in provider.can)
    assert provider.asked is None or provider.asked() == 1


@pytest.mark.parametrize("order", [ORIGINATE, PLACE], ids=["originate", "place"])
def test_the_same_command_is_the_same_call(provider: Tried, order: OriginateRequest | PlaceCallRequest) -> None:
    """However often it comes, one call is begun."""
    need(provider, Can.REPEAT, *([Can.PLACE] if order is PLACE else []))
    do: Any = provider.telephony.originate if isinstance(order, OriginateRequest) else provider.telephony.place
    taken = [do(order) for _ in range(3)]
    assert len({one.call_id for one in taken}) == 1
    assert provider.asked is None or provider.asked() == 1


def test_the_same_command_at_once_is_the_same_call(provider: Tried) -> None:
    """A race has no loser."""
    need(provider, Can.REPEAT)
    ends = at_once([lambda: provider.telephony.originate(ORIGINATE)] * 3)
    assert {getattr(end, "call_id", end) for end in ends} == {provider.telephony.originate(ORIGINATE).call_id}


def test_another_command_is_another_call(provider: Tried) -> None:
    """Of whichever kind."""
    need(provider, Can.KNOWN)
    first = provider.telephony.originate(ORIGINATE).call_id
    other = replace(ORIGINATE, command="cmd_9", extension="104", number="79012345609")
    if Can.PLACE in provider.can:
        assert provider.telephony.place(PLACE).call_id != first
    else:
        assert provider.telephony.originate(other).call_id != first


def test_a_running_call_is_hung_up(provider: Tried) -> None:
    """Afterwards it has ended, or the other side says so."""
    need(provider, Can.HANG_UP)
    call = provider.telephony.originate(ORIGINATE).call_id
    provider.telephony.hang_up("cmd_3", of(call))
    if Can.REPEAT in provider.can:
        with pytest.raises(Conflict):
            provider.telephony.hang_up("cmd_4", of(call))


def test_a_running_call_is_redirected(provider: Tried, clock: SetClock) -> None:
    """And can be hung up after that."""
    need(provider, Can.REDIRECT)
    call = provider.telephony.originate(ORIGINATE).call_id
    clock.now += timedelta(seconds=5)
    provider.telephony.redirect("cmd_3", of(call), "105")
    provider.telephony.hang_up("cmd_4", of(call))
    with pytest.raises(Conflict):
        provider.telephony.redirect("cmd_5", of(call), "106")


@pytest.mark.parametrize(("call", "account"), [("nobody", "acme"), (None, "other")])
def test_an_unknown_call_is_not_found(provider: Tried, call: str | None, account: str) -> None:
    """Nor is one of another account."""
    need(provider, Can.HANG_UP, Can.REPEAT)
    telephony = provider.telephony
    made = telephony.originate(ORIGINATE).call_id
    if isinstance(telephony, FakeTelephony) and call is None:
        telephony = FakeTelephony()  # each account has a telephony of its own
    with pytest.raises(NotFound):
        telephony.hang_up("cmd_3", of(call or made, account))
    with pytest.raises(NotFound):
        telephony.redirect("cmd_3", of(call or made, account), "105")


def test_what_a_provider_cannot_do_is_not_supported(provider: Tried) -> None:
    """The command fails at once, and nothing reaches the other side."""
    call = provider.telephony.originate(ORIGINATE).call_id or "nobody"
    before = provider.asked() if provider.asked else 0
    orders: dict[str, Any] = {
        Can.PLACE: lambda: provider.telephony.place(PLACE),
        Can.REDIRECT: lambda: provider.telephony.redirect("cmd_3", of(call), "105"),
        Can.HANG_UP: lambda: provider.telephony.hang_up("cmd_4", of(call)),
    }
    for name, order in orders.items():
        if name not in provider.can:
            with pytest.raises(NotSupported):
                order()
    assert (provider.asked() if provider.asked else 0) == before


def test_the_page_says_what_each_provider_can(provider: Tried, request: pytest.FixtureRequest) -> None:
    """The table of docs/telephony.md, and the registry."""
    name = request.node.callspec.params["provider"].split()[0]
    if name not in REGISTERED:
        return
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", (ROOT / "docs" / "telephony.md").read_text(), re.MULTILINE)
    cells = next([cell.strip() for cell in row.split("|")] for provider_name, row in rows if provider_name == name)
    told = dict(zip(("originate", Can.PLACE, Can.REDIRECT, Can.HANG_UP, Can.REPEAT, Can.KNOWN), cells[1:], strict=True))
    assert {what for what, cell in told.items() if cell == "yes"} == {"originate", *provider.can}
    facts = REGISTERED[name]
    assert (facts.places, facts.redirects) == (Can.PLACE in provider.can, Can.REDIRECT in provider.can)
    assert facts.repeatable == (Can.REPEAT in provider.can)
