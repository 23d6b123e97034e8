"""A day of an account that calls through Amazon Chime: orders of every function, and a call of each kind to its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from switchboard.aws import clients
from switchboard.bootstrap.adapters import telephonies
from switchboard.bootstrap.chime import check_chime_call
from switchboard.bootstrap.telephony import telephony_of
from switchboard.errors import ProviderRefused
from switchboard.telephony.chime.model import ChimeCheck
from switchboard.telephony.model import (
    CallRef,
    OriginateRequest,
    PlaceCallRequest,
    PlayedAudio,
    SuccessKind,
    SuccessRule,
)
from tests.fakes.chime import FakeChime
from tests.support.chime import SetClock
from tests.support.hub import Hub
from tests.support.pbx_day import ORDERING, pbx_day

FUNCTION, WORKER = "telephony/chime", "workers/advance_simulated_call"
PHONES = [{"extension": "104", "number": "+12065550104"}]
WHOLE = SuccessRule(SuccessKind.PLAYED_WHOLE)


@contextmanager
def chiming(hub: Hub) -> Iterator[FakeChime]:
    """Amazon Chime answers for the time of the block, and asks the hub's function."""
    chime = FakeChime(lambda event: hub.invoke(FUNCTION, event), SetClock())
    events: Any = clients.chime().meta.events
    events.register_first("before-send.chime-sdk-voice", chime.serve)
    try:
        yield chime
    finally:
        events.unregister("before-send.chime-sdk-voice", chime.serve)


def choose_chime(hub: Hub, account: str = "acme", **settings: Any) -> Any:
    """Choose Amazon Chime as the account's telephony."""
    given = {"phones": PHONES, "channels": 100, "cps": 100, **settings}
    return hub.operator("PUT", f"/admin/accounts/{account}/telephony", {"provider": "chime", "settings": given})


def telephony_day(hub: Hub) -> None:
    """The day of an Asterisk, then that of Amazon Chime."""
    pbx_day(hub)
    chime_day(hub)


def chime_day(hub: Hub, account: str = "acme") -> None:
    """Each function orders, is refused, and hangs up; calls are played and bridged; a limit ends a call."""
    with chiming(hub) as chime:
        assert choose_chime(hub, account).status == 200
        for folder in ORDERING:
            _order(hub, chime, account, folder)
        with hub.asking_as(ORDERING[0]):
            _place(account, "heard")
        chime.answered()
        chime.hang_up()
        with hub.asking_as(ORDERING[0]):
            _telephony(account).originate(OriginateRequest("bridged", account, "104", "+12065550199"))
        chime.answered()
        chime.bridge()
        chime.hang_up("LEG-B")
        _limits(hub, chime, account)
    hub.operator("DELETE", f"/admin/accounts/{account}/telephony")
    hub.stack.sqs.purge_queue(QueueUrl=hub.stack.refs["AdvancesQueue"])


def _telephony(account: str) -> Any:
    chosen = telephonies().get(account)
    assert chosen
    return telephony_of(chosen)


def _place(account: str, command: str, **more: Any) -> str:
    audio = (PlayedAudio(f"audio/{account}/1/a.wav", 8.0),)
    order = PlaceCallRequest(command, account, "+12065550199", audio, WHOLE, **more)
    return str(_telephony(account).place(order).call_id)


def _order(hub: Hub, chime: FakeChime, account: str, folder: str) -> None:
    """Have a function place a call with its own role, be refused another one, and hang up."""
    with hub.asking_as(folder):
        call = _place(account, f"chime {folder}")
        _telephony(account).hang_up("cmd", CallRef(account, call, call))
        chime.refusals.append((429, "ThrottledClientException"))
        with pytest.raises(ProviderRefused):
            _place(account, f"chime again {folder}")


def _limits(hub: Hub, chime: FakeChime, account: str) -> None:
    """Have the worker end a call that rings for too long, and calls of which the service knows nothing."""
    with hub.asking_as(ORDERING[0]):
        call = _place(account, "late", ring_for=-60.0)
    with hub.asking_as(WORKER):
        check_chime_call()(ChimeCheck(account, call))
        chime.last().legs["LEG-A"].status = "Disconnected"
        check_chime_call()(ChimeCheck(account, call))
    with hub.asking_as(ORDERING[0]):
        given = OriginateRequest("lost", account, "104", "+12065550199")
        bridged = _telephony(account).originate(given).call_id
    with hub.asking_as(WORKER):
        check_chime_call()(ChimeCheck(account, bridged, looks=1))
