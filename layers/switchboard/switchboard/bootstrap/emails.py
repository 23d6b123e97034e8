"""E-mail of campaigns: a follower of dialling queues the messages, and a worker sends the messages."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import account_states, permits
from switchboard.bootstrap.adapters import dialling, mailing_queue, postings, snapshots

if TYPE_CHECKING:
    from switchboard.aws.emails import SesMailer
    from switchboard.campaigns.emails.order import OrderEmails
    from switchboard.campaigns.emails.send import SendEmails


@cache
def order_emails() -> OrderEmails:
    """Return the follower of dialling that queues e-mails."""
    from switchboard.campaigns.emails.order import OrderEmails

    return OrderEmails(dialling().snapshot, mailing_queue())


@cache
def send_emails() -> SendEmails:
    """Return the worker of the queue of e-mails."""
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
        is_suspended=account_states().is_suspended,
        may_email=permits().may_email,
    )


def _mailer() -> SesMailer | None:
    """Return the sender of e-mails; None if the operator named no sender's address."""
    from switchboard.aws.clients import sesv2
    from switchboard.aws.emails import SesMailer

    sender = settings.optional("EMAIL_SENDER")
    return SesMailer(sesv2(), sender) if sender else None
