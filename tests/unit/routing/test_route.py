"""The extension for a caller: rules in order, one of which may ask a CRM, within a time limit."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from switchboard.kernel.call import Kind, Number
from switchboard.routing.model import Routing, Rule
from switchboard.routing.route import RouteCaller, read_phone
from switchboard.routing.rules import ApplyRules, Caller, matches
from tests.fakes.accounts import MemoryExtensions
from tests.fakes.calls import MemoryCalls
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.routing import MemoryRoutings
from tests.support.builders import NOON, a_source, an_event, applied

PHONE = "+79161234567"
VIP = Rule((PHONE,), "104")
ASK_CRM = Rule(responsible=True)


class Crm:
    """A CRM that knows one customer, or fails."""

    def __init__(self, extension: str | None = None, error: Exception | None = None) -> None:
        self.extension, self.error = extension, error
        self.asked: list[tuple[str, str]] = []

    def extension_of(self, account: str, number: str) -> str | None:
        self.asked.append((account, number))
        if self.error:
            raise self.error
        return self.extension


class SlowCrm(Crm):
    """A CRM that answers when the test lets it."""

    def __init__(self, extension: str) -> None:
        super().__init__(extension)
        self.may_answer = Event()

    def extension_of(self, account: str, number: str) -> str | None:
        self.may_answer.wait(10)
        return super().extension_of(account, number)


@dataclass
class Office:
    calls: MemoryCalls
    routings: MemoryRoutings = field(default_factory=MemoryRoutings)
    extensions: MemoryExtensions = field(default_factory=MemoryExtensions)
    failed: list[str] = field(default_factory=list)
    threads: list[ThreadPoolExecutor] = field(default_factory=lambda: [ThreadPoolExecutor(4) for _ in range(2)])

    def ask(self, *crms: Any, phone: str = PHONE, time_limit: float = 10, waited: float = 0) -> str:
        rules = ApplyRules(self.calls, lambda: NOON)
        route = RouteCaller(
            crms,
            self.routings,
            self.extensions,
            rules,
            *self.threads,
            lambda *a: self.failed.append(a[0]),
            lambda: NOON,
            time_limit,
        )
        return route(a_source(), phone, NOON - timedelta(seconds=waited))

    def rules(self, *rules: Rule, default: str = "") -> None:
        self.routings.save(Routing("acme", rules, default))

    def call(self, id_: str, extension: str, *, days: float = 1, kind: Kind = Kind.CALL_ANSWERED) -> None:
        """A call with this caller, answered by default."""
        at = NOON - timedelta(days=days)
        answered = at if kind is Kind.CALL_ANSWERED else None
        event = an_event(id_, call_id=id_, kind=kind, at=at, extension=Number(extension), answered_at=answered)
        self.calls.keep(applied(event), [], None)


@pytest.fixture
def office() -> Iterator[Office]:
    found = Office(MemoryCalls(MemoryDeliveries()))
    for number in ("101", "104", "105"):
        found.extensions.add("acme", number, "")
    yield found
    for threads in found.threads:
        threads.shutdown(wait=False)


def test_without_rules_nobody_is_named(office: Office) -> None:
    """The answer is empty."""
    assert office.ask() == ""


def test_the_first_rule_that_fits_holds(office: Office) -> None:
    """Later rules are not tried."""
    office.rules(Rule(("+7351*",), "105"), VIP, Rule((PHONE,), "101"))
    assert office.ask() == "104"


def test_where_no_rule_fits_the_default_holds(office: Office) -> None:
    """For every caller."""
    office.rules(Rule(("+7351*",), "105"), default="101")
    assert office.ask() == "101"


def test_an_extension_that_is_gone_is_nobodys(office: Office) -> None:
    """The next rule is tried."""
    office.rules(VIP, Rule(("+7916*",), "105"), default="104")
    office.extensions.remove("acme", "104")
    assert office.ask() == "105"
    office.extensions.remove("acme", "105")
    assert office.ask() == ""


FORMS = [
    ("+79161234567", "89161234567", True),
    ("89161234567", "+79161234567", True),
    ("79161234567", "8 (916) 123-45-67", True),
    ("+7916*", "89161234567", True),
    ("7916*", "+79161234567", True),
    ("8916*", "89161234567", True),
    ("+7916*", "+79171234567", False),
    ("600100", "600100", True),
    ("600*", "600100", True),
    ("600100", "600101", False),
    ("+79161234567", "9161234567", True),
]


@pytest.mark.parametrize(("pattern", "phone", "fits"), FORMS)
def test_a_number_fits_in_whatever_form_it_is_written(pattern: str, phone: str, fits: bool) -> None:  # noqa: FBT001
    """National or international, with or without punctuation."""
    assert matches(pattern, Caller("acme", read_phone(phone, "RU"), "RU")) is fits


def test_who_talked_last_is_found_by_the_number(office: Office) -> None:
    """Unanswered calls and removed extensions are skipped."""
    office.rules(Rule(days=30), default="101")
    office.call("old", "101", days=9)
    office.call("last", "105", days=5)
    office.call("rung", "104", days=2, kind=Kind.LEG_STARTED)
    office.call("gone", "109", days=1)
    assert office.ask() == "105"


def test_who_talked_too_long_ago_is_not_asked_for(office: Office) -> None:
    """The rule has the number of days."""
    office.rules(Rule(days=3), default="101")
    office.call("old", "105", days=4)
    assert office.ask() == "101"


def test_whom_the_crm_names_holds_at_its_rules_place(office: Office) -> None:
    """The CRM is asked for the number in E.164."""
    crm = Crm("105")
    office.rules(ASK_CRM, VIP)
    assert office.ask(Crm(None), crm, Crm("101"), phone="8 916 123-45-67") == "105"
    assert crm.asked == [("acme", PHONE)]
    office.rules(VIP, ASK_CRM)
    assert office.ask(crm) == "104"
    office.rules(Rule(("+7351*",), "104"), ASK_CRM, default="101")
    assert office.ask(crm) == "105"


def test_without_such_a_rule_no_crm_is_asked(office: Office) -> None:
    """The CRM's answer would not count."""
    crm = Crm("105")
    office.rules(VIP)
    assert office.ask(crm) == "104"
    assert crm.asked == []


@pytest.mark.parametrize(
    "crm", [Crm(None), Crm(""), Crm("999"), Crm(error=OSError())], ids=["no", "empty", "odd", "ill"]
)
def test_a_crm_that_does_not_help_leaves_it_to_the_next_rule(office: Office, crm: Crm) -> None:
    """The CRM knows nobody, names an unknown extension, or fails."""
    office.rules(ASK_CRM, VIP)
    assert office.ask(crm) == "104"
    office.rules(ASK_CRM, default="101")
    assert office.ask(crm) == "101"
    assert office.failed == (["route"] * 2 if crm.error else [])


def test_a_slow_crm_is_not_waited_for(office: Office) -> None:
    """The next rule answers, or the answer is empty."""
    slow = SlowCrm("105")
    office.rules(ASK_CRM)
    assert office.ask(slow, time_limit=0.05) == ""
    office.rules(ASK_CRM, VIP)
    assert office.ask(slow, time_limit=0.05) == "104"
    assert not slow.asked
    slow.may_answer.set()


def test_a_crm_is_not_waited_for_where_a_rule_before_it_holds(office: Office) -> None:
    """The answer comes at once."""
    slow = SlowCrm("105")
    office.rules(VIP, ASK_CRM)
    assert office.ask(slow, time_limit=3600) == "104"
    slow.may_answer.set()


def test_a_crm_that_hangs_holds_nobody_up(office: Office) -> None:
    """Many hanging requests do not delay the rules."""
    office.rules(ASK_CRM, VIP)
    slow = SlowCrm("105")
    assert [office.ask(slow, time_limit=0.05) for _ in range(8)] == ["104"] * 8
    slow.may_answer.set()


@pytest.mark.parametrize("phone", ["", " ", "+", "anonymous", "sip:unknown@pbx", "0" * 10, "1" * 16, "1" * 5000])
def test_a_caller_without_a_number_is_nobody(office: Office, phone: str) -> None:
    """Rules and CRMs are skipped, and the default is the answer."""
    crm = Crm("104")
    office.rules(ASK_CRM, Rule(days=30), default="101")
    assert (office.ask(crm, phone=phone), crm.asked) == ("101", [])


@pytest.mark.parametrize("phone", ["x", "79161234567a", "\u0663\u0663\u0663", "{}", "\x00", "sip:ivan@pbx", "7;x=1"])
def test_a_caller_of_any_text_is_answered(office: Office, phone: str) -> None:
    """The rules find nobody."""
    office.rules(VIP, Rule(days=30), default="101")
    assert office.ask(phone=phone) == "101"


@pytest.mark.parametrize(
    "phone",
    [
        *("+79161234567", " 79161234567", "89161234567", "8 (916) 123-45-67", "9161234567", "tel:+79161234567"),
        *("<sip:89161234567@192.0.2.7>;tag=9a", "\u202a+79161234567\u202c", "79161234567.0", "9,89161234567"),
    ],
)
def test_a_number_is_read_in_any_usual_form(phone: str) -> None:
    """A plus sign that was not encoded arrives as a space."""
    assert read_phone(phone, "RU").e164 == PHONE


def test_what_it_took_to_find_the_source_is_part_of_the_time(office: Office) -> None:
    """If authentication took all the time, nothing is waited for."""
    slow = SlowCrm("104")
    office.rules(ASK_CRM)
    assert office.ask(slow, time_limit=30, waited=30) == ""
    slow.may_answer.set()
