"""Starting calls: what is asked of the provider, what is kept, and what a second request is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from switchboard.errors import (
    Conflict,
    Invalid,
    NotFound,
    NotSupported,
    ProviderRefused,
    ProviderSilent,
    Refusal,
    Refused,
    Sealed,
    TryAgain,
)
from switchboard.telephony.model import AccountTelephony, Command, CommandState, OrderAccepted, OriginateRequest
from switchboard.telephony.originate import CUT_OFF_AFTER, CallRequest, OriginateCall, with_double_click_key
from switchboard.telephony.ports import Telephony
from tests.fakes.accounts import MemoryExtensions
from tests.fakes.telephony import FakeTelephony, MemoryCommands, MemoryTelephonies
from tests.support.builders import NOON
from tests.support.threads import at_once

WISH = CallRequest("acme", "104", "79012345600")
KEYED = replace(WISH, key="key:order-7")
UNDIALLABLE = [
    "",
    "7",
    "+7",
    "8" * 16,
    "+" + "8" * 16,
    "7-901",
    "7 901",
    "123456.0",
    "++7901",
    "7901+",
    "abc",
    "٣٤٥",
    "79\n",
]
FAILURES: list[tuple[Refused, str]] = [
    (ProviderRefused("No.", Refusal.NO_CHANNELS), "no_channels"),
    (ProviderRefused("No.", Refusal.TOO_FAST), "too_fast"),
    (ProviderRefused("No."), "rejected"),
    (Conflict("The extension has a call."), "conflict"),
    (NotSupported("It cannot."), "notSupported"),
    (ProviderSilent("Nothing."), "provider_silent"),
]


class Desk:
    """The use case, and all that it works with."""

    def __init__(self, provider: str = "simulator") -> None:
        self.now, self.sealed = NOON, False
        self.extensions = MemoryExtensions()
        self.extensions.add("acme", "104", "")
        self.extensions.add("acme", "105", "")
        self.extensions.add("other", "200", "")
        self.telephonies = MemoryTelephonies(AccountTelephony("acme", provider), AccountTelephony("other", provider))
        self.commands = MemoryCommands()
        self.telephony: Telephony = FakeTelephony()
        self.reported: list[Command] = []
        ids = count(1)
        self.originate = OriginateCall(
            self.telephonies,
            self.extensions,
            self.commands,
            self.connect,
            self.clock,
            lambda: f"cmd_{next(ids)}",
            self.reported.append,
            lambda _: "RU",
        )

    def connect(self, _: AccountTelephony) -> Telephony:
        if self.sealed:
            raise Sealed("A secret cannot be opened.")
        return self.telephony

    def clock(self) -> datetime:
        return self.now

    def later(self, seconds: float) -> Desk:
        self.now += timedelta(seconds=seconds)
        return self

    def fails(self, error: Exception | None) -> None:
        assert isinstance(self.telephony, FakeTelephony)
        self.telephony.error = error

    @property
    def asked(self) -> list[Any]:
        assert isinstance(self.telephony, FakeTelephony)
        return self.telephony.asked

    @property
    def kept(self) -> list[Command]:
        return list(self.commands.rows.values())


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_call_is_ordered_of_the_accounts_telephony(desk: Desk) -> None:
    """And the command says that it was taken, and which call it is."""
    command = desk.originate(replace(WISH, caller_id="+73512250000"))
    assert desk.asked == [OriginateRequest("cmd_1", "acme", "104", "79012345600", "+73512250000")]
    assert (command.state, command.call_id, command.finished_at) == (
        CommandState.SUCCEEDED,
        "call-of-cmd_1",
        NOON,
    )
    assert desk.kept == desk.reported == [command]


def test_a_provider_that_knows_no_call_leaves_the_command_sent(desk: Desk) -> None:
    """Its call is to show by its events."""
    desk.telephony = FakeTelephony(call_id=lambda _: "")
    command = desk.originate(WISH)
    assert (command.state, command.call_id, command.finished_at) == (CommandState.SENT, "", None)


def test_the_command_is_kept_before_the_provider_is_asked(desk: Desk) -> None:
    """Whatever happens then, it is known what was asked."""
    seen: list[CommandState] = []

    class Looking(FakeTelephony):
        def originate(self, order: OriginateRequest) -> OrderAccepted:
            seen.append(desk.kept[0].state)
            return super().originate(order)

    desk.telephony = Looking()
    desk.originate(WISH)
    assert seen == [CommandState.ACCEPTED]


@pytest.mark.parametrize(
    "number", ["", "7", "+7", "8" * 16, "+" + "8" * 16, "7-901", "7 901", "++7901", "7901+", "abc", "٣٤٥"]
)
@pytest.mark.parametrize("field", ["number", "caller_id"])
def test_what_cannot_be_dialled_is_invalid(desk: Desk, field: str, number: str) -> None:
    """Nothing is asked and nothing kept, and the error does not repeat the number."""
    if field == "caller_id" and not number:
        pytest.skip("means the provider's own")
    with pytest.raises(Invalid) as caught:
        desk.originate(replace(WISH, **{field: number}))
    assert caught.value.field == field
    assert not number or number not in caught.value.message or len(number) == 1
    assert (desk.asked, desk.kept) == ([], [])


@pytest.mark.parametrize("number", ["10", "123456", "8" * 15, "+" + "8" * 15])
def test_what_can_be_dialled_is(desk: Desk, number: str) -> None:
    """A short number is as good as any other."""
    assert desk.originate(replace(WISH, number=number)).number == number


@pytest.mark.parametrize("extension", ["106", "200", "", "1041"])
def test_an_extension_of_nobodys_or_anothers_is_not_found(desk: Desk, extension: str) -> None:
    """Nothing is asked and nothing kept."""
    with pytest.raises(NotFound) as caught:
        desk.originate(replace(WISH, extension=extension))
    assert (caught.value.field, desk.asked, desk.kept) == ("extension", [], [])


def test_without_a_telephony_nothing_is_supported(desk: Desk) -> None:
    """Nothing is kept."""
    desk.telephonies.remove("acme")
    with pytest.raises(NotSupported):
        desk.originate(WISH)
    assert desk.kept == []


@pytest.mark.parametrize(("error", "reason"), FAILURES, ids=[reason for _, reason in FAILURES])
def test_a_failure_ends_the_command_and_reaches_the_caller(desk: Desk, error: Refused, reason: str) -> None:
    """With its reason."""
    desk.fails(error)
    with pytest.raises(type(error)):
        desk.originate(WISH)
    (command,) = desk.kept
    assert (command.state, command.reason, command.finished_at) == (CommandState.FAILED, reason, NOON)


@pytest.mark.parametrize("error", [Sealed("Closed."), TryAgain("Busy.", 1)], ids=["sealed", "busy"])
def test_what_keeps_us_from_asking_is_a_refusal(desk: Desk, error: Exception) -> None:
    """Nothing was done: the command has failed, and the same can be tried again at once."""
    desk.fails(error)
    with pytest.raises(ProviderRefused) as refused:
        desk.originate(KEYED)
    assert (refused.value.refusal, desk.kept[0].state) == (Refusal.UNAVAILABLE, CommandState.FAILED)
    desk.fails(None)
    assert desk.originate(KEYED).state is CommandState.SUCCEEDED


def test_a_telephony_that_cannot_be_opened_leaves_no_command(desk: Desk) -> None:
    """Nor a claim: when its secret opens again, the same can be asked for."""
    desk.sealed = True
    with pytest.raises(ProviderRefused) as refused:
        desk.originate(KEYED)
    assert (refused.value.refusal, desk.kept) == (Refusal.UNAVAILABLE, [])
    desk.sealed = False
    assert desk.originate(KEYED).state is CommandState.SUCCEEDED


def test_without_a_key_every_wish_is_another(desk: Desk) -> None:
    """Two requests are two calls."""
    assert desk.originate(WISH).id != desk.originate(WISH).id


@pytest.mark.parametrize("provider", ["simulator", "vpbx"])
def test_the_second_under_a_key_is_told_what_the_first_was(provider: str) -> None:
    """The provider is asked once."""
    desk = Desk(provider)
    first = desk.originate(KEYED)
    assert desk.later(3600 * 23).originate(KEYED) == first
    assert len(desk.asked) == 1


def test_a_key_holds_for_a_day(desk: Desk) -> None:
    """Then it is free."""
    first = desk.originate(KEYED)
    assert desk.later(3600 * 24).originate(KEYED).id != first.id


def test_a_key_is_good_for_one_call(desk: Desk) -> None:
    """The same key for another is a conflict, which says so."""
    desk.originate(KEYED)
    for other in (replace(KEYED, number="79012345601"), replace(KEYED, extension="105")):
        with pytest.raises(Conflict) as caught:
            desk.originate(other)
        assert caught.value.field == "idempotency_key"


def test_a_double_click_is_one_call(desk: Desk) -> None:
    """For ten seconds, whatever the clock's tens say."""
    first = desk.later(5).originate(with_double_click_key(WISH))
    assert desk.later(9.9).originate(with_double_click_key(WISH)) == first
    assert desk.later(0.1).originate(with_double_click_key(WISH)).id != first.id


def test_a_double_click_at_once_is_one_call(desk: Desk) -> None:
    """Both are told the same."""
    ends = at_once([lambda: desk.originate(with_double_click_key(WISH))] * 4)
    assert len({getattr(end, "id", end) for end in ends}) == 1
    assert len(desk.asked) == 1


@pytest.mark.parametrize(
    ("extension", "number"),
    [("104", "89012345600"), ("104", "+7 901 234-56-00"), ("SIP/104", "tel:+7-901-234-56-00"), ("0104", "79012345600")],
)
def test_a_double_click_in_another_spelling_is_one_call(desk: Desk, extension: str, number: str) -> None:
    """The key is made of what is dialled."""
    first = desk.originate(with_double_click_key(replace(WISH, number="+79012345600")))
    again = replace(WISH, extension=extension, number=number)
    assert desk.originate(with_double_click_key(again)) == first
    assert len(desk.asked) == 1


def test_a_number_of_the_account_s_own_region_is_one_number(desk: Desk) -> None:
    """With its national prefix or without."""
    desk.originate = replace(desk.originate, region_of=lambda _: "DE")
    numbers = ("+4915112345678", "0151 12345678", "004915112345678")
    assert len({desk.originate(with_double_click_key(replace(WISH, number=one))).id for one in numbers}) == 1


def test_a_busy_number_is_dialled_again_after_the_end_of_the_call(desk: Desk) -> None:
    """Within the ten seconds too; while the call lasts, a second click is the same call."""
    over: set[str] = set()
    desk.originate = replace(desk.originate, is_over=lambda _, call: call in over)
    first = desk.originate(with_double_click_key(WISH))
    assert desk.later(2).originate(with_double_click_key(WISH)) == first
    over.add(first.call_id)
    second = desk.later(2).originate(with_double_click_key(WISH))
    assert second.id != first.id
    assert desk.later(2).originate(with_double_click_key(WISH)) == second
    assert len(desk.asked) == 2


def test_an_idempotency_key_outlives_its_call(desk: Desk) -> None:
    """Only a double click's claim ends with the call."""
    desk.originate = replace(desk.originate, is_over=lambda *_: True)
    assert desk.originate(KEYED) == desk.originate(KEYED)


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("+7 901 234-56-00", "+79012345600"),
        ("8 (901) 234-56-00", "89012345600"),
        ("22-33-44", "223344"),
        ("tel:+7-901-234-56-00", "+79012345600"),
        ("sip:79012345600@pbx.example", "79012345600"),
        ("8.901.234.56.00", "89012345600"),
    ],
)
def test_a_number_is_taken_as_it_is_usually_written(desk: Desk, written: str, dialled: str) -> None:
    """And dialled without its separators."""
    desk.originate(replace(WISH, number=written))
    assert desk.asked[0].number == dialled


def test_clicks_for_another_extension_or_number_are_others(desk: Desk) -> None:
    """With or without a plus is the same number."""
    wishes = (
        WISH,
        replace(WISH, extension="105"),
        replace(WISH, number="79012345601"),
        CallRequest("other", "200", WISH.number),
    )
    assert len({desk.originate(with_double_click_key(wish)).id for wish in wishes}) == 4
    assert desk.originate(with_double_click_key(replace(WISH, number="+79012345600"))).id == "cmd_1"


@pytest.mark.parametrize("error", [error for error, reason in FAILURES if reason != "provider_silent"])
def test_after_a_failure_the_same_can_be_tried_again(desk: Desk, error: Refused) -> None:
    """At once: nothing was done."""
    desk.fails(error)
    with pytest.raises(type(error)):
        desk.originate(KEYED)
    desk.fails(None)
    assert desk.originate(KEYED).state is CommandState.SUCCEEDED
    assert [one.state for one in desk.kept] == [CommandState.FAILED, CommandState.SUCCEEDED]


def test_after_silence_the_same_is_not_tried_again(desk: Desk) -> None:
    """It may have been done: the second request is told so as well."""
    desk.fails(ProviderSilent("Nothing."))
    for _ in range(2):
        with pytest.raises(ProviderSilent):
            desk.originate(KEYED)
        desk.fails(None)
    assert (desk.asked, len(desk.kept)) == ([], 1)


def test_a_call_that_shows_before_the_provider_answers_is_a_success() -> None:
    """Whatever the answer is then, if there is one at all."""
    desk = Desk("vpbx")

    class Shows(FakeTelephony):
        def originate(self, order: OriginateRequest) -> OrderAccepted:
            (command,) = desk.kept
            desk.commands.settle(replace(command, state=CommandState.SUCCEEDED, call_id="c1"))
            return super().originate(order)

    desk.telephony = Shows(call_id=lambda _: "")
    assert desk.originate(KEYED).call_id == "c1"
    desk.telephony = Shows(error=ProviderSilent("Nothing."))
    desk.commands.rows.clear()
    assert desk.originate(WISH).call_id == "c1"


class Dies(BaseException):
    """The process ends."""


def cut_off(desk: Desk) -> None:
    """Let a request be kept, and end before the provider has answered."""
    desk.telephony = FakeTelephony()
    desk.telephony.error = Dies()  # type: ignore[assignment]
    with pytest.raises(Dies):
        desk.originate(KEYED)
    desk.telephony = FakeTelephony()


def test_what_was_cut_off_is_ordered_again_where_that_is_the_same_order(desk: Desk) -> None:
    """Under the same command."""
    cut_off(desk)
    command = desk.originate(KEYED)
    assert (command.id, command.state) == ("cmd_1", CommandState.SUCCEEDED)
    assert desk.asked == [OriginateRequest("cmd_1", "acme", "104", "79012345600")]


def test_what_was_cut_off_is_not_ordered_again_elsewhere() -> None:
    """For a while it may still be under way; then it is said that nobody knows."""
    desk = Desk("vpbx")
    cut_off(desk)
    assert desk.originate(KEYED).state is CommandState.ACCEPTED
    desk.later(CUT_OFF_AFTER.total_seconds())
    for _ in range(2):
        with pytest.raises(ProviderSilent):
            desk.originate(KEYED)
    assert desk.asked == []
    assert [(one.state, one.reason) for one in desk.kept] == [(CommandState.FAILED, "provider_silent")]
