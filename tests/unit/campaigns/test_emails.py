"""E-mail of campaigns: recipients, content, and each message once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from switchboard.campaigns.dialling.state import DiallingNews, NewsKind
from switchboard.campaigns.emails.compose import compose, is_address
from switchboard.campaigns.emails.model import Email, EmailKey, EmailResult, EmailState, MailerAnswer, Mailing
from switchboard.campaigns.emails.order import OrderEmails
from switchboard.campaigns.emails.send import PARTS, TOGETHER, SendEmails, best, divided, emailed
from switchboard.errors import TryAgain
from switchboard.kernel.campaign import EmailText, Execution, Subscriber
from tests.fakes.emails import MemoryMailer, MemoryMailings, MemoryPostings
from tests.support.builders import NOON
from tests.support.campaigns import a_profile, an_execution

WORDS = EmailText("Flood: {name}", "Dear {fullName}, go to the hill.")
ANNA, BORIS = "anna@people.example", "boris@people.example"
SENT, REFUSED, SENDING, OFF = EmailState.SENT, EmailState.REFUSED, EmailState.SENDING, EmailState.OFF


class World:
    """A world for tests: one execution, with the use cases that order and send its messages. `now` is the time."""

    def __init__(self, *people: Sequence[str], words: EmailText | None = WORDS, troubles: Sequence[Any] = ()) -> None:
        self.now = NOON
        self.execution = an_execution(size=len(people), settings=a_profile(email=words))
        self.people = [Subscriber(f"Person {index}", (), tuple(emails)) for index, emails in enumerate(people)]
        self.postings, self.mailings = MemoryPostings(), MemoryMailings()
        self.mailer = MemoryMailer(*troubles)
        self.settled: list[EmailResult] = []
        self.looks = 0

    def snapshot(self, account: str, id_: str) -> Execution | None:
        self.looks += 1
        return self.execution if (account, id_) == ("acme", "x1") else None

    def clock(self) -> datetime:
        return self.now

    def send(self, first: int = 0, count: int = 1, *, off: bool = False) -> None:
        SendEmails(
            self.snapshot, lambda _, index: self.people[index], self.postings, self.mailings,
            None if off else self.mailer, self.clock, lambda _, posted: self.settled.append(posted),
        )(Mailing("acme", "x1", first, count))  # fmt: skip

    def order(self, *news: DiallingNews, account: str = "acme") -> list[Mailing]:
        OrderEmails(self.snapshot, self.mailings)(account, news)
        return self.mailings.sent

    @property
    def to(self) -> list[str]:
        return [email.to for email in self.mailer.sent]

    @property
    def reported(self) -> dict[int, str]:
        return dict(emailed(self.postings, self.execution, 0, len(self.people)))


def one(what: NewsKind, subscriber: int = -1) -> DiallingNews:
    return DiallingNews(what, "x1", NOON, subscriber, 1)


def test_whom_no_call_could_notify_gets_a_message() -> None:
    """And nobody else."""
    world = World([ANNA], [BORIS])
    ordered = world.order(
        one(NewsKind.STARTED), one(NewsKind.NOTIFIED, 0), one(NewsKind.FAILED, 1), one(NewsKind.FINISHED)
    )
    assert ordered == [Mailing("acme", "x1", 1, 1)]


def test_alongside_everybody_gets_a_message_at_once() -> None:
    """One mailing at the execution's start covers everybody. A failed subscriber gets no second message."""
    world = World([ANNA], [BORIS], words=EmailText("s", "t", always=True))
    assert world.order(one(NewsKind.STARTED), one(NewsKind.NOTIFIED, 0), one(NewsKind.FAILED, 1)) == [
        Mailing("acme", "x1", 0, 2)
    ]


def test_without_words_nothing_is_ordered() -> None:
    """The follower reads the execution once for all its news."""
    world = World([ANNA], words=None)
    order = OrderEmails(world.snapshot, world.mailings)
    for index in range(3):
        order("acme", [one(NewsKind.FAILED, index)])
    assert (world.mailings.sent, world.looks) == ([], 1)


def test_of_an_execution_that_is_not_there_nothing_is_ordered_or_sent() -> None:
    """It is another account's, or was forgotten."""
    world = World([ANNA])
    assert world.order(one(NewsKind.FAILED, 0), account="other") == []
    world.execution = an_execution(settings=a_profile())
    world.send()
    assert world.to == []


def test_a_message_has_the_names_in_it() -> None:
    """Text and subject are filled in. Other braces stay, also a name that looks like a placeholder."""
    words = EmailText("{name}\r\nBcc: all@people.example", "{fullName} {fullname} {} {name}")
    email = compose(an_execution(name="Flood {fullName}"), words, Subscriber("{name}\nAnna", ()), f" {ANNA} ")
    assert email == Email(
        ANNA, "Flood {fullName} Bcc: all@people.example", "{name} Anna {fullname} {} Flood {fullName}"
    )


@pytest.mark.parametrize("text", [ANNA, "a@b.c", " a.b+c@d-e.example ", "имя@пример.рф"])
def test_an_address_is_one(text: str) -> None:
    """Of any script."""
    assert is_address(text)


@pytest.mark.parametrize(
    "text", ["", "anna", "anna@", "@people.example", "a@b", "a b@c.d", "a@b.c, d@e.f", "A <a@b.c>", f"{'a' * 251}@b.c"]
)
def test_what_is_no_address_is_none(text: str) -> None:
    """Nor are two of them."""
    assert not is_address(text)


def test_every_address_of_a_subscriber_gets_the_message_once() -> None:
    """Though it stands there twice, and the order comes twice."""
    world = World([ANNA, BORIS, ANNA])
    for _ in range(2):
        world.send()
    assert world.to == [ANNA, BORIS]
    assert world.mailer.sent[0] == Email(ANNA, "Flood: flood", "Dear Person 0, go to the hill.")
    assert [posted.state for posted in world.settled] == [SENT, SENT]
    assert world.reported == {0: "sent"}


def test_an_order_for_many_is_divided() -> None:
    """Into parts that hold everybody once, until each is small enough to be sent."""
    world = World(*[[f"p{index}@people.example"] for index in range(25)])
    world.send(0, 25)
    assert (world.to, world.mailings.sent) == ([], divided(Mailing("acme", "x1", 0, 25)))
    for part in world.mailings.sent:
        world.send(part.first, part.count)
    assert world.to == [f"p{index}@people.example" for index in range(25)]


@pytest.mark.parametrize("count", [1, 11, 1000, 1001, 99_999, 100_000])
def test_parts_cover_what_was_divided(count: int) -> None:
    """Without gaps, without overlaps, and never more than so many."""
    parts = divided(Mailing("acme", "x1", 7, count))
    covered = [index for part in parts for index in range(part.first, part.first + part.count)]
    assert covered == list(range(7, 7 + count))
    assert len(parts) <= PARTS
    assert all(part.count >= min(TOGETHER, count) for part in parts[:-1])


def test_nobody_beyond_the_audience_is_sent_anything() -> None:
    """Whatever an order says."""
    world = World([ANNA])
    world.send(0, 5)
    assert world.to == [ANNA]


def test_a_refused_address_is_final() -> None:
    """It is not tried again, and the others of the order get theirs."""
    world = World([ANNA], [BORIS], troubles=[MailerAnswer(REFUSED, "MessageRejected")])
    for _ in range(2):
        world.send(0, 2)
    assert world.to == [BORIS]
    assert world.reported == {0: "refused", 1: "sent"}


def test_what_is_no_address_is_refused_unsent() -> None:
    """As a service would refuse it."""
    world = World(["nonsense"])
    world.send()
    assert (world.to, world.reported) == ([], {0: "refused"})


def test_a_service_that_takes_no_more_is_asked_again() -> None:
    """Sent messages are not repeated. The message that was not sent needs no wait for its claim."""
    world = World([ANNA, BORIS], troubles=[None, TryAgain("Too fast.", 5)])
    with pytest.raises(TryAgain):
        world.send()
    assert (world.to, world.reported) == ([ANNA], {0: "sent"})
    world.send()
    assert world.to == [ANNA, BORIS]


def test_a_message_that_broke_off_is_sent_when_its_claim_is_over() -> None:
    """The service cannot tell whether the message was sent: two messages are better than none."""
    world = World([ANNA], troubles=[RuntimeError("killed")])
    with pytest.raises(RuntimeError):
        world.send()
    assert world.reported == {0: "sending"}
    with pytest.raises(TryAgain) as told:
        world.send()
    assert told.value.after == 120
    world.now += timedelta(seconds=120)
    world.send()
    assert (world.to, world.reported) == ([ANNA], {0: "sent"})


def test_a_hub_without_a_sender_says_so() -> None:
    """In the report."""
    world = World([ANNA])
    world.send(off=True)
    assert (world.to, world.reported) == ([], {0: "off"})


def test_of_several_addresses_the_best_is_told() -> None:
    """The report says `sent` if one of the messages was sent."""
    assert best([REFUSED, SENT, SENDING]) is SENT
    assert best([REFUSED, SENDING]) is SENDING
    assert best([OFF, REFUSED]) is REFUSED


def test_of_an_execution_without_words_nothing_is_read() -> None:
    """The report has no state of e-mail."""
    world = World([ANNA], words=None)
    world.postings.settle(EmailKey("acme", "x1", 0, ANNA), EmailResult(SENT, NOON))
    assert world.reported == {}


def test_a_message_that_fails_holds_up_no_other() -> None:
    """The failing subscriber becomes a mailing of its own, whose failure the queue counts."""
    world = World([ANNA], [BORIS], troubles=[RuntimeError("poison")])
    world.send(count=2)
    assert (world.to, world.mailings.sent) == ([BORIS], [Mailing("acme", "x1", 0, 1)])
    world = World([ANNA], troubles=[RuntimeError("poison")])
    with pytest.raises(RuntimeError):
        world.send()


def test_a_name_of_any_letters_can_be_sent() -> None:
    """Lines of the text stay lines; halves of pairs, control characters and noncharacters do not reach the service."""
    words = EmailText("{name}", "Dear {fullName}!\r\nGo \x00now.")
    email = compose(an_execution(name="A\uffff\x1b"), words, Subscriber("Ann\ud800\x00", ()), ANNA)
    assert email == Email(ANNA, "A\ufffd", "Dear Ann\ufffd!\nGo now.")
