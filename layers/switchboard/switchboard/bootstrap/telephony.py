"""Telephony: the commands of accounts, and the builders of providers."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import account_states, permits, region_of
from switchboard.bootstrap.adapters import (
    accounts,
    advance_queue,
    commands,
    dialling_queue,
    event_queue,
    extensions,
    kept_calls,
    simulated_calls,
    sources,
    telephonies,
    upstreams,
    vault,
)
from switchboard.bootstrap.laps import tell_stop
from switchboard.bootstrap.network import targets
from switchboard.kernel.call import State
from switchboard.telephony.model import AccountTelephony
from switchboard.telephony.ports import Telephony
from switchboard.telephony.registry import PROVIDERS, ProviderKind

if TYPE_CHECKING:
    from switchboard.telephony.chime.model import ChimeCheck
    from switchboard.telephony.choose import ChooseTelephony
    from switchboard.telephony.control import ControlCall
    from switchboard.telephony.originate import OriginateCall
    from switchboard.telephony.simulator.advance import AdvanceSimulatedCall
    from switchboard.telephony.simulator.model import Advance


@cache
def choose_telephony() -> ChooseTelephony:
    """Return what sets the telephony of an account."""
    from switchboard.telephony.choose import ChooseTelephony

    return ChooseTelephony(telephonies(), sources(), upstreams(), vault(), targets().vet, _prepare)


def _prepare(account: str, provider: str, wanted: Mapping[str, Any]) -> None:
    if PROVIDERS[provider].kind is ProviderKind.MEDIA_APPLICATION:
        from switchboard.bootstrap.chime import prepare_chime

        prepare_chime(account, wanted)


@cache
def originate_call() -> OriginateCall:
    """Return what originates calls."""
    from switchboard.observability.logs import command_settled
    from switchboard.telephony.originate import OriginateCall

    return OriginateCall(
        telephonies=telephonies(),
        extensions=extensions(),
        commands=commands(),
        connect=telephony_of,
        clock=now,
        new_id=_new_id,
        report=command_settled,
        region_of=region_of,
        admit=account_states().admit,
        permits=permits(),
        is_over=_is_over,
        default_caller_id=_default_caller_id,
    )


def _default_caller_id(account: str) -> str:
    found = accounts().get(account)
    return found.callerid_num if found else ""


@cache
def control_call() -> ControlCall:
    """Return what hangs up and redirects calls."""
    from switchboard.observability.logs import command_settled
    from switchboard.telephony.control import ControlCall

    return ControlCall(
        calls=kept_calls(),
        telephonies=telephonies(),
        commands=commands(),
        connect=telephony_of,
        events=event_queue(),
        clock=now,
        new_id=_new_id,
        report=command_settled,
        region_of=region_of,
        admit=account_states().admit,
        check_number=permits().check_number,
    )


@cache
def advance_simulated_call() -> AdvanceSimulatedCall:
    """Return the worker that plays simulated calls."""
    from switchboard.observability.logs import simulated_call_advanced
    from switchboard.telephony.simulator.advance import AdvanceSimulatedCall

    return AdvanceSimulatedCall(
        simulated_calls(), advance_queue(), event_queue(), dialling_queue(), now, simulated_call_advanced, tell_stop
    )


def advance_call(step: Advance | ChimeCheck, *, first_receipt: bool) -> None:
    """Play the due steps of a simulated call, or look after the limits of a call through Amazon Chime."""
    from switchboard.telephony.simulator.model import Advance

    if isinstance(step, Advance):
        advance_simulated_call()(step, first_receipt=first_receipt)
        return
    from switchboard.bootstrap.chime import check_chime_call

    check_chime_call()(step)


def telephony_of(chosen: AccountTelephony) -> Telephony:
    """Return the telephony that an account chose."""
    return BUILDERS[PROVIDERS[chosen.provider].kind](chosen)


def _simulator(chosen: AccountTelephony) -> Telephony:
    from switchboard.telephony.simulator.model import SimulatorSettings
    from switchboard.telephony.simulator.provider import Simulator

    return Simulator(simulated_calls(), advance_queue(), SimulatorSettings(**chosen.settings), now, region_of)


def _pbx(chosen: AccountTelephony) -> Telephony:
    from switchboard.bootstrap.correlation import pbx_telephony

    return pbx_telephony(chosen)


def _integration(chosen: AccountTelephony) -> Telephony:
    from switchboard.bootstrap.integration import integration_telephony

    return integration_telephony(chosen)


def _connected_pbx(chosen: AccountTelephony) -> Telephony:
    from switchboard.bootstrap.asterisk import asterisk_telephony

    return asterisk_telephony(chosen)


def _media_application(chosen: AccountTelephony) -> Telephony:
    from switchboard.bootstrap.chime import chime_telephony

    return chime_telephony(chosen)


def _campaign_system(chosen: AccountTelephony) -> Telephony:  # noqa: ARG001 - as every builder
    from switchboard.telephony.campaign_system import CampaignSystemTelephony

    return CampaignSystemTelephony()


BUILDERS: dict[ProviderKind, Callable[[AccountTelephony], Telephony]] = {
    ProviderKind.SIMULATOR: _simulator,
    ProviderKind.PBX: _pbx,
    ProviderKind.INTEGRATION: _integration,
    ProviderKind.CONNECTED_PBX: _connected_pbx,
    ProviderKind.MEDIA_APPLICATION: _media_application,
    ProviderKind.CAMPAIGN_SYSTEM: _campaign_system,
}


def _is_over(account: str, call_id: str) -> bool:
    call = kept_calls().get(account, call_id)
    return call is not None and call.state is State.ENDED


def _new_id() -> str:
    return f"cmd_{secrets.token_hex(16)}"
