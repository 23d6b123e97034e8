"""Ports EmailResults, Mailings and Mailer."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from botocore.exceptions import ClientError

from switchboard.aws.codec import load
from switchboard.aws.emails import MailingQueue, PostingsTable, SesMailer
from switchboard.campaigns.emails.model import Email, EmailKey, EmailResult, EmailState, MailerAnswer, Mailing
from switchboard.errors import TryAgain
from tests.fakes.emails import MemoryMailer, MemoryMailings, MemoryPostings
from tests.support.builders import NOON
from tests.support.stack import Stack
from tests.support.threads import at_once

AnyPostings = MemoryPostings | PostingsTable
LATER = NOON + timedelta(minutes=2)
SENDER = "hub@hub.example"
ANNA = "anna@people.example"


@pytest.fixture
def postings(request: pytest.FixtureRequest, kind: str) -> AnyPostings:
    if kind == "memory":
        return MemoryPostings()
    stack: Stack = request.getfixturevalue("stack")
    return PostingsTable(stack.dynamodb, stack.table("EmailsTable"))


def posting(subscriber: int = 0, address: str = ANNA, execution: str = "x1", account: str = "acme") -> EmailKey:
    return EmailKey(account, execution, subscriber, address)


def test_a_message_is_claimed_once(postings: AnyPostings) -> None:
    """The second hears who has it, and until when."""
    assert postings.claim(posting(), NOON, LATER) is None
    held = postings.claim(posting(), NOON + timedelta(seconds=1), LATER + timedelta(hours=1))
    assert held == EmailResult(EmailState.SENDING, NOON, until=LATER)


def test_an_address_is_the_same_however_it_is_written(postings: AnyPostings) -> None:
    """In small letters or capitals."""
    postings.claim(posting(), NOON, LATER)
    assert postings.claim(posting(address=f" {ANNA.upper()}"), NOON, LATER) is not None


@pytest.mark.parametrize("other", [posting(1), posting(address="b@c.d"), posting(execution="x2"), posting(account="o")])
def test_other_messages_are_claimed_apart(postings: AnyPostings, other: EmailKey) -> None:
    """Of another subscriber, address, execution or account."""
    postings.claim(posting(), NOON, LATER)
    assert postings.claim(other, NOON, LATER) is None


def test_a_claim_that_is_over_can_be_taken(postings: AnyPostings) -> None:
    """At the moment it ends."""
    postings.claim(posting(), NOON, LATER)
    assert postings.claim(posting(), LATER - timedelta(microseconds=1), LATER) is not None
    assert postings.claim(posting(), LATER, LATER + timedelta(minutes=2)) is None


@pytest.mark.parametrize("state", [EmailState.SENT, EmailState.REFUSED, EmailState.OFF])
def test_what_is_settled_is_not_claimed_again(postings: AnyPostings, state: EmailState) -> None:
    """However late; whoever asks hears what came of it."""
    postings.claim(posting(), NOON, LATER)
    postings.settle(posting(), EmailResult(state, NOON, "detail"))
    assert postings.claim(posting(), LATER + timedelta(days=1), LATER + timedelta(days=2)) == EmailResult(
        state, NOON, "detail"
    )


def test_of_several_at_once_one_sends(postings: AnyPostings) -> None:
    """And no two."""
    ends = at_once([partial(postings.claim, posting(), NOON, LATER) for _ in range(5)])
    assert sum(end is None for end in ends) == 1


def test_states_are_told_by_the_page(postings: AnyPostings) -> None:
    """Those of every address; who has none is left out."""
    for index in (0, 2, 3, 10, 100):
        postings.claim(posting(index), NOON, LATER)
    postings.settle(posting(2), EmailResult(EmailState.SENT, NOON))
    postings.settle(posting(2, "b@c.d"), EmailResult(EmailState.REFUSED, NOON))
    postings.settle(posting(2, execution="x2"), EmailResult(EmailState.OFF, NOON))
    found = postings.states("acme", "x1", 1, 10)
    assert {index: sorted(states) for index, states in found.items()} == {
        2: [EmailState.REFUSED, EmailState.SENT],
        3: [EmailState.SENDING],
        10: [EmailState.SENDING],
    }
    assert postings.states("other", "x1", 0, 100) == {}


@pytest.fixture
def mailings(
    request: pytest.FixtureRequest, kind: str
) -> tuple[MemoryMailings | MailingQueue, Callable[[], list[Mailing]]]:
    if kind == "memory":
        memory = MemoryMailings()
        return memory, lambda: memory.sent
    stack: Stack = request.getfixturevalue("stack")
    queue = MailingQueue(stack.sqs, stack.queue("MailingsQueue"))
    return queue, lambda: [load(record["body"], Mailing) for record in stack.drain("MailingsQueue")]


def test_orders_come_out_as_they_went_in(
    mailings: tuple[MemoryMailings | MailingQueue, Callable[[], list[Mailing]]],
) -> None:
    """More than one request takes."""
    queue, received = mailings
    orders = [Mailing("acme", "x1", first, 10) for first in range(0, 250, 10)]
    queue.send(orders)
    queue.send([])
    assert sorted(received(), key=lambda one: one.first) == orders


@pytest.fixture
def mailer(request: pytest.FixtureRequest, kind: str) -> MemoryMailer | SesMailer:
    if kind == "memory":
        return MemoryMailer()
    stack: Stack = request.getfixturevalue("stack")
    stack.clients.sesv2.create_email_identity(EmailIdentity=SENDER)
    return SesMailer(stack.clients.sesv2, SENDER)


def test_a_message_that_is_sent_has_an_id(mailer: MemoryMailer | SesMailer) -> None:
    """Each its own."""
    answers = [mailer.send(Email(ANNA, "Паводок", "Text")) for _ in range(2)]
    assert [answer.state for answer in answers] == [EmailState.SENT] * 2
    assert len({answer.detail for answer in answers}) == 2


class Refusing:
    """A client of SES that says no."""

    def __init__(self, code: str, message: str = "no") -> None:
        self._error = {"Error": {"Code": code, "Message": message}}

    def send_email(self, **_: object) -> None:
        raise ClientError(self._error, "SendEmail")  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["MessageRejected", "BadRequestException"])
def test_what_ses_will_never_take_is_refused(code: str) -> None:
    """By its word for it."""
    assert SesMailer(Refusing(code), SENDER).send(Email(ANNA, "s", "t")) == MailerAnswer(EmailState.REFUSED, code)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "wait"),
    [("TooManyRequestsException", 5), ("LimitExceededException", 900), ("AccountSuspendedException", 900)],
)
def test_when_ses_takes_no_more_it_is_asked_later(code: str, wait: float) -> None:
    """Soon where it is the rate, later where it is the day's quota or the account."""
    with pytest.raises(TryAgain) as told:
        SesMailer(Refusing(code), SENDER).send(Email(ANNA, "s", "t"))  # type: ignore[arg-type]
    assert told.value.after == wait
    assert ANNA not in str(told.value)


@pytest.mark.parametrize(
    ("code", "message"), [("MessageRejected", "Email address is not verified."), ("AccessDeniedException", "no")]
)
def test_what_is_wrong_with_the_hub_is_no_addresss_fault(code: str, message: str) -> None:
    """It fails, and comes again, until somebody has looked."""
    with pytest.raises(ClientError):
        SesMailer(Refusing(code, message), SENDER).send(Email(ANNA, "s", "t"))  # type: ignore[arg-type]
