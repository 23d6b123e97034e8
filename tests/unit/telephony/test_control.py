"""Hanging up and redirecting: whose call it is, what is kept, and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from switchboard.calls.apply import apply, first_sight
from switchboard.errors import (
    Conflict,
    Invalid,
    NotFound,
    NotSupported,
    ProviderRefused,
    ProviderSilent,
    Refused,
    Sealed,
    TryAgain,
)
from switchboard.kernel.call import Call, Kind
from switchboard.telephony.control import ControlCall
from switchboard.telephony.model import AccountTelephony, Command, CommandState
from tests.fakes.queues import MemoryEventQueue
from tests.fakes.telephony import FakeTelephony, MemoryCommands, MemoryTelephonies
from tests.support.builders import NOON, an_event


class Calls:
    """Calls in memory."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Call] = {}

    def add(self, *kinds: Kind, **fields: Any) -> Call:
        fields = {"dialect": "simulator", "source": "simulator", **fields}
        events = [an_event(f"e{place}", kind=kind, **fields) for place, kind in enumerate(kinds)]
        call = first_sight(events[0])
        for event in events:
            call, _ = apply(call, event)
        self.rows[call.account, call.id] = call
        return call

    def get(self, account: str, call_id: str) -> Call | None:
        return self.rows.get((account, call_id))


class Desk:
    """The use case, and all that it works with."""

    def __init__(self) -> None:
        self.calls = Calls()
        self.commands, self.events = MemoryCommands(), MemoryEventQueue()
        self.telephonies = MemoryTelephonies(AccountTelephony("acme", "simulator"))
        self.telephony = FakeTelephony(running={"call-1"})
        self.reported: list[Command] = []
        ids = count(1)
        self.control = ControlCall(
            self.calls,
            self.telephonies,
            self.commands,
            lambda _: self.telephony,
            self.events,
            lambda: NOON,
            lambda: f"cmd_{next(ids)}",
            self.reported.append,
            lambda _: "RU",
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_call_is_hung_up(desk: Desk) -> None:
    """The command says so, and so does an event of the call."""
    call = desk.calls.add(Kind.CALL_STARTED)
    command = desk.control.hang_up(call)
    (event,) = desk.events.sent
    assert desk.telephony.asked == [("hangup", "call-1", "")]
    assert (command.state, command.call_id) == (CommandState.SUCCEEDED, "call-1")
    assert desk.commands.get("acme", command.id) == command
    assert desk.reported == [command]
    assert (event.kind, event.call_id) == (Kind.COMMAND_SUCCEEDED, "call-1")
    assert event.raw == {"command_id": "cmd_1", "action": "hangup"}


def test_a_call_is_redirected(desk: Desk) -> None:
    """To an extension or any number."""
    call = desk.calls.add(Kind.CALL_STARTED)
    command = desk.control.redirect(call, "105")
    assert desk.telephony.asked == [("redirect", "call-1", "105")]
    assert (command.number, command.state) == ("105", CommandState.SUCCEEDED)
    assert desk.events.sent[0].raw["action"] == "redirect"


FAILURES: list[tuple[Refused, str]] = [
    (NotSupported("It cannot."), "notSupported"),
    (ProviderRefused("No."), "rejected"),
    (ProviderSilent("Nothing."), "provider_silent"),
    (Conflict("The call has ended."), "conflict"),
]


@pytest.mark.parametrize(("error", "reason"), FAILURES, ids=[reason for _, reason in FAILURES])
def test_a_failure_is_told_to_the_caller_and_as_an_event(desk: Desk, error: Refused, reason: str) -> None:
    """With its reason, and kept with the command."""
    call = desk.calls.add(Kind.CALL_STARTED)
    desk.telephony.error = error
    with pytest.raises(type(error)):
        desk.control.hang_up(call)
    (command,) = desk.commands.rows.values()
    (event,) = desk.events.sent
    assert (command.state, command.reason) == (CommandState.FAILED, reason)
    assert (event.kind, event.raw["reason"]) == (Kind.COMMAND_FAILED, reason)


OURS: list[tuple[Exception, type[Exception], str]] = [
    (TryAgain("Busy.", 1), ProviderRefused, "unavailable"),
    (Sealed("Closed."), ProviderRefused, "unavailable"),
    (RuntimeError("no queue"), RuntimeError, "provider_silent"),
]


@pytest.mark.parametrize(("error", "raised", "reason"), OURS, ids=["busy", "sealed", "broken"])
def test_a_failure_of_ours_ends_the_command_too(
    desk: Desk, error: Exception, raised: type[Exception], reason: str
) -> None:
    """It does not stay accepted for ever, and says what is known."""
    call = desk.calls.add(Kind.CALL_STARTED)
    desk.telephony.error = error
    with pytest.raises(raised):
        desk.control.hang_up(call)
    (command,) = desk.commands.rows.values()
    assert (command.state, command.reason) == (CommandState.FAILED, reason)


def test_a_telephony_that_cannot_be_opened_is_not_asked(desk: Desk) -> None:
    """Nothing is kept, and the caller may try again."""

    def sealed(_: AccountTelephony) -> FakeTelephony:
        raise Sealed("A secret cannot be opened.")

    call = desk.calls.add(Kind.CALL_STARTED)
    with pytest.raises(ProviderRefused):
        replace(desk.control, connect=sealed).hang_up(call)
    assert (desk.commands.rows, desk.events.sent) == ({}, [])


@pytest.mark.parametrize("to", ["", "1", "abc", "1" * 16])
def test_where_nobody_can_be_dialled_a_call_is_not_redirected(desk: Desk, to: str) -> None:
    """Nothing is kept."""
    call = desk.calls.add(Kind.CALL_STARTED)
    with pytest.raises(Invalid):
        desk.control.redirect(call, to)
    assert (desk.commands.rows, desk.telephony.asked) == ({}, [])


def test_a_call_of_a_pbx_is_not_the_simulators(desk: Desk) -> None:
    """The account's telephony cannot do anything with it."""
    call = desk.calls.add(Kind.CALL_STARTED, dialect="sprecord", source="s-office")
    with pytest.raises(NotSupported):
        desk.control.hang_up(call)
    assert (desk.commands.rows, desk.telephony.asked) == ({}, [])


def test_without_a_telephony_nothing_is_supported(desk: Desk) -> None:
    """Whatever the call."""
    desk.telephonies.remove("acme")
    with pytest.raises(NotSupported):
        desk.control.hang_up(desk.calls.add(Kind.CALL_STARTED))


def test_a_call_is_found_in_the_accounts_that_are_asked_for(desk: Desk) -> None:
    """In no other."""
    call = desk.calls.add(Kind.CALL_STARTED)
    assert desk.control.running(["other", "acme"], "call-1") == call
    for accounts, call_id in ((["other"], "call-1"), (["acme"], "call-2"), ([], "call-1")):
        with pytest.raises(NotFound):
            desk.control.running(accounts, call_id)


def test_a_call_that_has_ended_is_a_conflict(desk: Desk) -> None:
    """There is nothing to be done with it."""
    desk.calls.add(Kind.CALL_STARTED, Kind.CALL_ENDED)
    with pytest.raises(Conflict):
        desk.control.running(["acme"], "call-1")
