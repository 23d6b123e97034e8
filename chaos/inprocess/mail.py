"""E-mails and secrets of a run: mailings through the worker and SES, and programs that sign with the stack's secret."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from switchboard.aws.codec import dump
from switchboard.aws.outages import passes_by
from switchboard.bootstrap.accounts import token_key
from switchboard.campaigns.emails.model import Mailing
from switchboard.kernel.campaign import EmailText, Subscriber

if TYPE_CHECKING:
    from chaos.inprocess.world import World

Effect = Callable[[str, Callable[[], Any]], Any]
SIZE = 30  # subscribers of a mailing, which is divided
EXECUTIONS = {"x1": 19.95, "x2": 3.0}  # seconds before each is queued
LOSES_MARKS = {"dynamodb", "ses", "sqs"}
ASKS_AGAIN = 5.0  # seconds after which a program repeats a request that the hub failed


class NeverRaised(Exception):
    """An error of Secrets Manager that does not happen here."""


@dataclass(slots=True)
class Vault:
    """Secrets Manager's client."""

    effect: Effect
    exceptions = SimpleNamespace(ResourceNotFoundException=NeverRaised)

    def get_secret_value(self, **_: Any) -> Any:
        read = {"SecretString": "the key", "CreatedDate": datetime(2026, 1, 1, tzinfo=UTC)}
        return self.effect("get_secret_value", lambda: read)


@dataclass(slots=True)
class Mail:
    """SES's client. `sent` counts the messages to each address."""

    effect: Effect
    sent: Counter[str] = field(default_factory=Counter)

    def send_email(self, **given: Any) -> dict[str, str]:
        (to,) = given["Destination"]["ToAddresses"]
        self.effect("send_email", lambda: self.sent.update([to]))
        return {"MessageId": "m"}


@dataclass(frozen=True, slots=True)
class People:
    """The subscribers of every execution."""

    snapshots: Any = None
    states: Any = None

    def subscriber(self, execution: Any, index: int) -> Subscriber:
        return Subscriber("Ivan", ("+79160000000",), (address_of(execution.id, index),))


def address_of(execution: str, index: int) -> str:
    """The address of a subscriber."""
    return f"s{index}@{execution}.example.com"


def execution_of(account: str, execution: str) -> Any:
    """What the worker needs of an execution."""
    settings = SimpleNamespace(email=EmailText("Flood", "{fullName}, go uphill.", always=True))
    audience = SimpleNamespace(size=SIZE)
    return SimpleNamespace(account=account, id=execution, name="flood", settings=settings, audience=audience)


def order(world: World, account: str) -> None:
    """Have campaigns queue their mailings, some seconds before and after the outages of a plan begin."""

    def queue(_: object) -> None:
        for execution, wait in EXECUTIONS.items():
            world.scheduler.sleep(wait)
            world.queues["MailingsQueue"].send(dump(Mailing(account, execution, 0, SIZE)))

    world.post("a campaign", queue)


def wrong_in_mail(world: World) -> list[str]:
    """Addresses without a message. A second message is excused only if the mark of the first may have been lost."""
    addresses = [address_of(execution, index) for execution in EXECUTIONS for index in range(SIZE)]
    missing = [f"no e-mail went to {one}" for one in addresses if not world.mail.sent[one]]
    if {one.service for one in world.injector.outages} & LOSES_MARKS:
        return missing
    return missing + [f"{count} e-mails went to {one}" for one, count in world.mail.sent.items() if count > 1]


def sign(world: World) -> None:
    """Have a program sign with the stack's secret, and repeat the request while the hub cannot read the secret."""
    while True:
        try:
            token_key()
        except Exception as error:
            if not passes_by(error):
                raise
            world.scheduler.sleep(ASKS_AGAIN)
        else:
            return
