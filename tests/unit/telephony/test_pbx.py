"""A real IS.VPBX as telephony: a command waits for its call before the PBX is asked."""

from datetime import timedelta
from typing import Any

import pytest

from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest
from switchboard.dialects.vpbx.client import VpbxClient
from switchboard.errors import (
    Conflict,
    Invalid,
    NotFound,
    NotSupported,
    ProviderRefused,
    ProviderSilent,
    Refusal,
    Refused,
    TryAgain,
)
from switchboard.telephony.model import (
    CallRef,
    OrderAccepted,
    OriginateRequest,
    PlaceCallRequest,
    SuccessKind,
    SuccessRule,
)
from switchboard.telephony.pbx import PbxTelephony
from switchboard.telephony.pending import PendingCommand
from tests.fakes.telephony_pending import MemoryPending
from tests.support.builders import NOON

ORDER = OriginateRequest("cmd_1", "acme", "104", "89161234567", "+73512250000")


class Office:
    """What the PBX was asked, and what waited at that moment."""

    def __init__(self, status: int = 200, error: Exception | None = None) -> None:
        self.status, self.error = status, error
        self.pending = MemoryPending()
        self.settlements: list[PendingCommand] = []
        self.asked: list[Any] = []
        self.waited: list[int] = []
        self.telephony = PbxTelephony(
            VpbxClient(self.answer, "t"), self.pending, self, lambda: NOON, timedelta(minutes=1), "RU", "s-office"
        )

    def send(self, pending: PendingCommand) -> None:
        self.settlements.append(pending)

    def answer(self, question: VendorRequest) -> VendorAnswer:
        self.asked.append(question.json)
        self.waited.append(len(self.waiting))
        if self.error:
            raise self.error
        return VendorAnswer(self.status)

    @property
    def waiting(self) -> list[PendingCommand]:
        return self.pending.of_extension("acme", "104", NOON)


def test_a_call_is_asked_for_in_e164_without_plus() -> None:
    """And its id is not known."""
    office = Office()
    assert office.telephony.originate(ORDER) == OrderAccepted()
    assert office.asked == [{"local_num": "104", "phone2call": "79161234567", "callerid_num": "73512250000"}]


@pytest.mark.parametrize("number", ["600100", "104", "88005553535999"])
def test_a_number_that_no_plan_knows_goes_as_it_is(number: str) -> None:
    """The PBX knows its own plan."""
    office = Office()
    office.telephony.originate(OriginateRequest("cmd_1", "acme", "104", number))
    assert office.asked == [{"local_num": "104", "phone2call": number}]


def test_the_command_waits_before_the_pbx_is_asked() -> None:
    """Its first event may be here before its answer; and a message says when the time is over."""
    office = Office()
    office.telephony.originate(ORDER)
    (waiting,) = office.waiting
    assert (office.waited, office.settlements) == ([1], [waiting])
    assert (waiting.command, waiting.source, waiting.until) == ("cmd_1", "s-office", NOON + timedelta(minutes=1))


REFUSALS: list[tuple[int, type[Refused]]] = [
    (400, Invalid),
    (401, ProviderRefused),
    (404, NotFound),
    (409, Conflict),
    (429, ProviderRefused),
    (500, ProviderRefused),
]


@pytest.mark.parametrize(("status", "error"), REFUSALS)
def test_what_the_pbx_refused_does_not_wait(status: int, error: type[Refused]) -> None:
    """No call will come of it, and another's is not taken for it."""
    office = Office(status)
    with pytest.raises(error):
        office.telephony.originate(ORDER)
    assert office.waiting == []


def test_a_refusal_is_told_though_the_command_cannot_be_forgotten() -> None:
    """The caller hears what the PBX said, not what happened to us then."""
    office = Office(409)

    def busy(_: PendingCommand) -> None:
        raise TryAgain("The table is busy.", 1)

    office.pending.forget = busy  # type: ignore[method-assign]
    with pytest.raises(Conflict):
        office.telephony.originate(ORDER)


@pytest.mark.parametrize("error", [TryAgain("The table is busy.", 1), RuntimeError("no queue")])
def test_a_call_that_cannot_be_waited_for_is_not_asked_for(error: Exception) -> None:
    """It is refused, since nothing was done."""
    office = Office()

    def fails(_: PendingCommand) -> None:
        raise error

    office.pending.expect = fails  # type: ignore[method-assign]
    with pytest.raises(ProviderRefused) as refused:
        office.telephony.originate(ORDER)
    assert (refused.value.refusal, office.asked) == (Refusal.UNAVAILABLE, [])


def test_what_the_pbx_did_not_answer_goes_on_waiting() -> None:
    """The call may come all the same."""
    office = Office(error=ProviderSilent("Nobody answered."))
    with pytest.raises(ProviderSilent):
        office.telephony.originate(ORDER)
    assert len(office.waiting) == 1


def test_the_rest_of_the_port_is_not_supported() -> None:
    """And says so."""
    telephony, call = Office().telephony, CallRef("acme", "call-1", "call-1")
    place = PlaceCallRequest("cmd_1", "acme", "79161234567", (), SuccessRule(SuccessKind.ANSWERED))
    with pytest.raises(NotSupported):
        telephony.place(place)
    with pytest.raises(NotSupported):
        telephony.redirect("cmd_1", call, "105")
    with pytest.raises(NotSupported):
        telephony.hang_up("cmd_1", call)
