"""Which call is whose command: exactly one of each, or it is said that nobody knows."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from switchboard.errors import TryAgain
from switchboard.kernel.call import AppliedEvent, CallEvent, Direction, Kind, Number, Outcome
from switchboard.telephony.correlate import CorrelateCalls
from switchboard.telephony.model import Action, Command, CommandState
from switchboard.telephony.pending import MatchVerdict, PendingCommand
from tests.fakes.telephony_pending import MemoryPending
from tests.support.builders import NOON, a_pending, an_event, applied

WINDOW = timedelta(minutes=1)
OUT = {"direction": Direction.OUTGOING, "extension": Number("104")}


class Book:
    """Commands: nothing replaces a success but its retraction."""

    def __init__(self) -> None:
        self.kept: dict[str, Command] = {}

    def get(self, account: str, command_id: str) -> Command | None:
        found = self.kept.get(command_id)
        return found if found and found.account == account else None

    def settle(self, command: Command) -> Command:
        if self.kept[command.id].state is not CommandState.SUCCEEDED:
            self.kept[command.id] = command
        return self.kept[command.id]

    def retract(self, command: Command) -> None:
        self.kept[command.id] = command


class Office:
    """One account with a PBX that gives no ids."""

    def __init__(self) -> None:
        self.pending, self.book = MemoryPending(), Book()
        self.events: list[CallEvent] = []
        self.now = NOON
        self.correlate = CorrelateCalls(
            self.pending, lambda: self.book, self.book.retract, lambda: self, lambda: self.now, WINDOW
        )

    def send(self, event: CallEvent) -> None:
        self.events.append(event)

    def ask(self, command: str = "cmd_1", **fields: Any) -> PendingCommand:
        """A command is sent."""
        pending = a_pending(command, **fields)
        self.pending.expect(pending)
        self.book.kept[command] = Command(
            command, pending.account, Action.ORIGINATE, "vpbx", pending.asked_at, CommandState.SENT,
            extension=pending.extension, number=pending.number.received,
        )  # fmt: skip
        return pending

    def fail(self, command: str, reason: str) -> None:
        """The PBX refuses it, or says nothing."""
        self.book.kept[command] = replace(self.book.kept[command], state=CommandState.FAILED, reason=reason)

    def call(self, call_id: str = "call-1", after: float = 2, **fields: Any) -> AppliedEvent:
        """An outgoing call begins, so many seconds after noon, and its event is applied."""
        at = NOON + timedelta(seconds=after)
        defaults = {"call_id": call_id, "at": at, "received_at": at, "callee": Number("79161234567", "+79161234567")}
        told = applied(an_event(f"e-{call_id}", **{**defaults, **OUT, **fields}))
        self.correlate(told)
        return told

    def state(self, command: str = "cmd_1") -> tuple[str, str, str]:
        found = self.book.kept[command]
        return found.state.value, found.call_id, found.reason

    @property
    def news(self) -> list[tuple[str, str, str]]:
        return sorted({(one.kind.value, one.call_id, one.raw["command_id"]) for one in self.events})


@pytest.fixture
def office() -> Office:
    return Office()


SUCCESS = ("succeeded", "call-1", "")


def test_the_call_that_was_asked_for_is_found(office: Office) -> None:
    """The command has succeeded, its call is known, and an event of the call says so."""
    office.ask()
    office.call()
    assert office.state() == SUCCESS
    assert office.news == [("command.succeeded", "call-1", "cmd_1")]
    assert office.events[0].raw == {"command_id": "cmd_1", "action": "originate"}


def test_a_leg_tells_as_well(office: Office) -> None:
    """Where the start of the call did not say who calls."""
    office.ask()
    start = applied(an_event("e1", direction=Direction.OUTGOING, extension=None))
    office.correlate(start)
    assert office.state()[0] == "sent"
    leg = an_event("e2", kind=Kind.LEG_STARTED, name="local.out.call", callee=None, **OUT)
    told = applied(leg, start.call)
    known = replace(told, call=replace(told.call, facts={**told.call.facts}) if told.call else None)
    office.correlate(replace(known, event=replace(leg, callee=Number("89161234567", "+79161234567"))))
    assert office.state() == SUCCESS


def test_repeats_change_nothing(office: Office) -> None:
    """Of the event, of another event of the same call, and of the message at the end."""
    pending = office.ask()
    told = office.call()
    office.correlate(replace(told, outcome=Outcome.DUPLICATE))
    office.call(kind=Kind.LEG_STARTED, after=3)
    office.correlate.settle(pending.key)
    assert office.state() == SUCCESS
    assert len({event.id for event in office.events}) == 1


FORMS = ["79161234567", "+79161234567", "89161234567", "8 (916) 123-45-67"]


@pytest.mark.parametrize("ordered", FORMS)
@pytest.mark.parametrize("told", FORMS)
def test_a_number_is_the_same_in_every_form(office: Office, ordered: str, told: str) -> None:
    """Also where no numbering plan knows it."""
    office.ask(number=Number(ordered))
    office.call(callee=Number(told))
    assert office.state() == SUCCESS


OTHERS: dict[str, dict[str, Any]] = {
    "another number": {"callee": Number("79160000000")},
    "a longer number": {"callee": Number("779161234567")},
    "another extension": {"extension": Number("105")},
    "no extension": {"extension": None},
    "incoming": {"direction": Direction.INCOMING},
    "another account": {"account": "other"},
    "another dialect": {"dialect": "sprecord"},
    "not a beginning": {"kind": Kind.CALL_ANSWERED},
    "long before": {"after": -11},
    "long after": {"after": 61},
    "from another source": {"source": "s-other"},
}


@pytest.mark.parametrize("fields", OTHERS.values(), ids=OTHERS)
def test_another_call_is_not_taken_for_it(office: Office, fields: dict[str, Any]) -> None:
    """The command goes on waiting."""
    office.ask(source="s-office")
    office.call(**fields)
    assert (office.state(), office.events) == (("sent", "", ""), [])


@pytest.mark.parametrize("after", [-10, -1, 0, 60])
def test_a_call_may_begin_a_little_before_or_after(office: Office, after: float) -> None:
    """By clocks that differ, and by a telephone that has to be picked up first."""
    office.ask()
    office.call(after=after)
    assert office.state() == SUCCESS


def test_a_late_event_of_an_early_call_is_not_taken_for_it(office: Office) -> None:
    """What counts is when the call began, which is told by its first event, on whatever clock the PBX has."""
    past = NOON - timedelta(hours=5)  # the PBX's clock is five hours slow
    start = applied(an_event("e1", at=past, received_at=NOON - timedelta(seconds=30), direction=Direction.OUTGOING))
    office.ask()
    leg = an_event(
        "e2", kind=Kind.LEG_STARTED, at=past + timedelta(seconds=31), received_at=NOON + timedelta(seconds=1),
        callee=Number("79161234567"), **OUT,
    )  # fmt: skip
    office.correlate(applied(leg, start.call))
    assert office.state()[0] == "sent"


def test_a_call_that_two_commands_fit_is_nobodys(office: Office) -> None:
    """Both are left uncorrelated, and say why."""
    office.ask("cmd_1")
    office.ask("cmd_2", asked_at=NOON + timedelta(seconds=1))
    office.call()
    wanted = ("uncorrelated", "", "several_commands")
    assert (office.state("cmd_1"), office.state("cmd_2")) == (wanted, wanted)
    assert office.news == [("command.uncorrelated", "call-1", f"cmd_{n}") for n in (1, 2)]
    assert {event.raw["reason"] for event in office.events} == {"several_commands"}


def test_a_refused_command_that_still_waits_keeps_its_reason(office: Office) -> None:
    """It could not be forgotten; the end of its time says nothing new of it."""
    pending = office.ask()
    office.fail("cmd_1", "rejected")
    office.correlate.settle(pending.key)
    assert (office.state(), office.news) == (("failed", "", "rejected"), [])


def test_a_call_is_not_that_of_a_refused_command(office: Office) -> None:
    """Somebody dialled by hand what the PBX would not dial."""
    office.ask()
    office.fail("cmd_1", "rejected")
    office.call()
    assert (office.state(), office.news) == (("failed", "", "rejected"), [])


def test_a_refused_command_that_still_waits_is_no_candidate(office: Office) -> None:
    """The call is that of the command which was taken."""
    office.ask("cmd_1")
    office.fail("cmd_1", "rejected")
    office.ask("cmd_2", asked_at=NOON + timedelta(seconds=1))
    office.call()
    assert (office.state("cmd_1"), office.state("cmd_2")) == (("failed", "", "rejected"), SUCCESS)


def test_a_silent_command_that_no_call_came_for_is_uncorrelated(office: Office) -> None:
    """Whether it was done was not known, and now it is."""
    pending = office.ask()
    office.fail("cmd_1", "provider_silent")
    office.correlate.settle(pending.key)
    assert office.state() == ("uncorrelated", "", "no_call")


def test_a_second_call_unsettles_the_first(office: Office) -> None:
    """Either may be the one that was asked for: the command is uncorrelated, and the first call is told so."""
    office.ask()
    office.call("call-1")
    office.call("call-2", after=5)
    assert office.state() == ("uncorrelated", "", "several_calls")
    assert office.news == [("command.succeeded", "call-1", "cmd_1"), ("command.uncorrelated", "call-1", "cmd_1")]
    office.call("call-2", after=6, kind=Kind.LEG_STARTED)
    office.call("call-1", after=7, kind=Kind.LEG_STARTED)
    assert office.state() == ("uncorrelated", "", "several_calls")


def test_who_presses_again_after_a_busy_tone_has_two_calls_of_two_commands(office: Office) -> None:
    """The second call is the second command's, since the first has its own."""
    office.ask("cmd_1")
    office.call("call-1")
    office.ask("cmd_2", asked_at=NOON + timedelta(seconds=20), until=NOON + timedelta(seconds=80))
    office.call("call-2", after=22)
    assert office.state("cmd_1") == SUCCESS
    assert office.state("cmd_2") == ("succeeded", "call-2", "")


def test_a_command_without_a_call_ends_uncorrelated(office: Office) -> None:
    """When the time for one is over."""
    pending = office.ask()
    office.now = NOON + timedelta(seconds=65)
    settled = office.correlate.settle(pending.key)
    assert settled is not None
    assert (settled.verdict, office.state()) == (MatchVerdict.NO_CALL, ("uncorrelated", "", "no_call"))
    assert office.correlate.settle(pending.key) == settled


def test_an_event_that_waited_in_its_queue_finds_its_command_all_the_same(office: Office) -> None:
    """It came in time, and was only applied after the time was over."""
    pending = office.ask()
    office.correlate.settle(pending.key)
    office.call()
    assert office.state() == SUCCESS


def test_a_command_that_the_pbx_refused_is_not_settled(office: Office) -> None:
    """Nothing waits for its call any more."""
    pending = office.ask()
    office.pending.forget(pending)
    assert office.correlate.settle(pending.key) is None
    assert office.state()[0] == "sent"


def test_a_command_that_was_thought_to_have_failed_has_not(office: Office) -> None:
    """The PBX did not answer, and called."""
    office.ask()
    office.book.kept["cmd_1"] = replace(office.book.kept["cmd_1"], state=CommandState.FAILED, reason="provider_silent")
    office.call()
    assert office.state() == SUCCESS


@pytest.mark.parametrize("broken", ["book", "events"])
def test_what_was_cut_off_is_done_at_the_end(office: Office, broken: str) -> None:
    """The verdict is there: whoever comes next writes the rest."""
    pending = office.ask()
    whole = getattr(office.correlate, "commands" if broken == "book" else "events")
    dead = replace(office.correlate, **{"commands" if broken == "book" else "events": _dies})
    live, office.correlate = office.correlate, dead
    with pytest.raises(ConnectionError):
        office.call()
    office.correlate = live
    assert whole
    office.correlate.settle(pending.key)
    assert (office.state(), len(office.news)) == (SUCCESS, 1)


def _dies() -> Any:
    raise ConnectionError


def test_most_events_cost_nothing(office: Office) -> None:
    """One read where an outgoing call begins, none elsewhere."""
    office.call()
    assert office.pending.reads == 1
    for fields in ({"direction": Direction.INCOMING}, {"kind": Kind.CALL_ENDED}, {"dialect": "simulator"}):
        office.call(**fields)
    assert office.pending.reads == 1


TWO_CALLS = [("call-1", Kind.CALL_STARTED), ("call-1", Kind.LEG_STARTED), ("call-2", Kind.CALL_STARTED)]


@pytest.mark.parametrize("order", list(permutations(range(len(TWO_CALLS)))), ids=str)
def test_two_calls_are_two_calls_in_whatever_order_they_are_told(office: Office, order: tuple[int, ...]) -> None:
    """Nobody knows which was asked for."""
    office.ask()
    for place in order:
        call_id, kind = TWO_CALLS[place]
        office.call(call_id, kind=kind, after=2 + place)
    assert office.state() == ("uncorrelated", "", "several_calls")


def test_another_worker_that_was_quicker_is_listened_to(office: Office) -> None:
    """Two calls begin at the same instant: who judges second sees the verdict of the first."""
    pending = office.ask()
    read, raced = office.pending.of_extension, replace(office.correlate)

    def slow(*key: Any) -> list[PendingCommand]:
        found = read(*key)
        office.pending.of_extension = read  # type: ignore[method-assign]
        office.correlate = raced
        office.call("call-1")
        return found

    office.pending.of_extension = slow  # type: ignore[method-assign]
    with pytest.raises(TryAgain):
        office.call("call-2")
    assert office.state() == SUCCESS
    office.call("call-2")  # the message comes again
    assert (office.state(), pending.verdict) == (("uncorrelated", "", "several_calls"), MatchVerdict.WAITING)
