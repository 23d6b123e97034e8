"""The composition root's part for telephony: use cases, adapters and the builders of providers."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import accounts_table, commands, event_queue, kept_calls, now, sources, vault
from switchboard.telephony.model import AccountTelephony
from switchboard.telephony.ports import Telephony
from switchboard.telephony.registry import PROVIDERS, ProviderKind

if TYPE_CHECKING:
    from switchboard.aws.accounts_table import TelephonyRows
    from switchboard.aws.queues import SqsAdvanceQueue
    from switchboard.aws.simulated_calls import SimulatedCallRows
    from switchboard.telephony.choose import ChooseTelephony
    from switchboard.telephony.control import ControlCall
    from switchboard.telephony.originate import OriginateCall
    from switchboard.telephony.simulator.advance import AdvanceSimulatedCall

__all__ = [
    "advance_queue",
    "advance_simulated_call",
    "choose_telephony",
    "commands",
    "control_call",
    "event_queue",
    "originate_call",
    "postpone_advances",
    "simulated_calls",
    "telephonies",
    "telephony_of",
]


def telephonies() -> TelephonyRows:
    """The accounts' telephonies."""
    return accounts_table().telephonies


@cache
def choose_telephony() -> ChooseTelephony:
    """Keeps what accounts choose."""
    from switchboard.bootstrap.upstream import upstreams
    from switchboard.telephony.choose import ChooseTelephony

    return ChooseTelephony(telephonies(), sources(), upstreams(), vault())


@cache
def originate_call() -> OriginateCall:
    """Starts calls."""
    from switchboard.observability.logs import command_settled
    from switchboard.telephony.originate import OriginateCall

    extensions = accounts_table().extensions
    return OriginateCall(telephonies(), extensions, commands(), telephony_of, now, _new_id, command_settled)


@cache
def control_call() -> ControlCall:
    """Hangs up and redirects."""
    from switchboard.observability.logs import command_settled
    from switchboard.telephony.control import ControlCall

    return ControlCall(
        kept_calls(), telephonies(), commands(), telephony_of, event_queue(), now, _new_id, command_settled
    )


@cache
def advance_simulated_call() -> AdvanceSimulatedCall:
    """Plays simulated calls."""
    from switchboard.bootstrap.dialling import dialling_queue
    from switchboard.bootstrap.laps import tell_stop
    from switchboard.observability.logs import simulated_call_advanced
    from switchboard.telephony.simulator.advance import AdvanceSimulatedCall

    return AdvanceSimulatedCall(
        simulated_calls(), advance_queue(), event_queue(), dialling_queue(), now, simulated_call_advanced, tell_stop
    )


def telephony_of(chosen: AccountTelephony) -> Telephony:
    """The telephony that an account chose."""
    return BUILDERS[PROVIDERS[chosen.provider].kind](chosen)


def _simulator(chosen: AccountTelephony) -> Telephony:
    from switchboard.telephony.simulator.model import SimulatorSettings
    from switchboard.telephony.simulator.provider import Simulator

    return Simulator(simulated_calls(), advance_queue(), SimulatorSettings(**chosen.settings), now)


def _pbx(chosen: AccountTelephony) -> Telephony:
    from switchboard.bootstrap.correlation import pbx_telephony

    return pbx_telephony(chosen)


def _campaign_system(chosen: AccountTelephony) -> Telephony:  # noqa: ARG001 - as every builder
    from switchboard.telephony.cato import CatoTelephony

    return CatoTelephony()


BUILDERS: dict[ProviderKind, Callable[[AccountTelephony], Telephony]] = {
    ProviderKind.SIMULATOR: _simulator,
    ProviderKind.PBX: _pbx,
    ProviderKind.CAMPAIGN_SYSTEM: _campaign_system,
}


@cache
def simulated_calls() -> SimulatedCallRows:
    """The calls of the simulator."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.simulated_calls import SimulatedCallRows

    return SimulatedCallRows(dynamodb(), settings.telephony_table())


@cache
def advance_queue() -> SqsAdvanceQueue:
    """The queue of simulated calls."""
    from switchboard.aws.clients import sqs
    from switchboard.aws.queues import SqsAdvanceQueue

    return SqsAdvanceQueue(sqs(), settings.advances_queue_url())


def postpone_advances(receipts: Sequence[str], seconds: float) -> None:
    """Hide messages of the queue of simulated calls."""
    from switchboard.aws.clients import sqs
    from switchboard.aws.visibility import postpone

    postpone(sqs(), settings.advances_queue_url(), receipts, seconds)


def _new_id() -> str:
    return f"cmd_{secrets.token_hex(16)}"
