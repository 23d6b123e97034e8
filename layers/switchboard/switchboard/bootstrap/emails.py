"""Messages by e-mail: who orders them, who sends them, and their adapters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now

if TYPE_CHECKING:
    from switchboard.aws.emails import MailingQueue, PostingsTable, SesMailer
    from switchboard.campaigns.emails.order import OrderEmails
    from switchboard.campaigns.emails.send import SendEmails


@cache
def postings() -> PostingsTable:
    """What became of messages."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.emails import PostingsTable

    return PostingsTable(dynamodb(), settings.emails_table())


@cache
def mailing_queue() -> MailingQueue:
    """The queue of messages to be sent."""
    from switchboard.aws.clients import sqs
    from switchboard.aws.emails import MailingQueue

    return MailingQueue(sqs(), settings.mailings_queue_url())


@cache
def order_emails() -> OrderEmails:
    """A follower of dialling."""
    from switchboard.bootstrap.dialling import dialling
    from switchboard.campaigns.emails.order import OrderEmails

    return OrderEmails(dialling().snapshot, mailing_queue())


@cache
def send_emails() -> SendEmails:
    """Sends messages."""
    from switchboard.bootstrap.campaigns import snapshots
    from switchboard.bootstrap.dialling import dialling
    from switchboard.campaigns.dialling.people import People
    from switchboard.campaigns.emails.send import SendEmails
    from switchboard.observability.emails import email_settled

    return SendEmails(
        execution_of=dialling().snapshot,
        subscriber_of=People(snapshots(), dialling()).subscriber,
        postings=postings(),
        mailings=mailing_queue(),
        mailer=_mailer(),
        clock=now,
        report=email_settled,
    )


def _mailer() -> SesMailer | None:
    """None where the operator named no sender."""
    from switchboard.aws.clients import sesv2
    from switchboard.aws.emails import SesMailer

    sender = settings.email_sender()
    return SesMailer(sesv2(), sender) if sender else None


def postpone_mailings(receipts: Sequence[str], seconds: float) -> None:
    """Hide messages of the queue of mailings."""
    from switchboard.aws.clients import sqs
    from switchboard.aws.visibility import postpone

    postpone(sqs(), settings.mailings_queue_url(), receipts, seconds)
