"""The guard at every connection: one look-up, all of it vetted, and a name that changes its mind gains nothing."""

from collections.abc import Iterator

import pytest

from switchboard.errors import Invalid
from switchboard.net.failures import ExchangeFailed, FailureReason
from switchboard.net.guard import Guard
from switchboard.net.http import HttpSender
from switchboard.net.resolver import Resolver
from switchboard.net.targets import VettedTargets
from tests.support.builders import NOON, a_request
from tests.support.receiver import PATIENCE, Exchange, Received, Receiver, answer, receiving
from tests.unit.net.corpus import PUBLIC, a_guard

PRIVATE = "10.0.0.1"


class Rebinding:
    """A resolver whose answer is another one each time; `asked` counts the look-ups."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = answers
        self.asked = 0

    def __call__(self, _name: str) -> list[str]:
        self.asked += 1
        return self.answers[self.asked - 1]


def sender_for(resolver: Rebinding) -> HttpSender:
    """In the world of these tests loopback is public, and nothing else is."""
    guard = Guard(Resolver(resolver), allow_private=False, public=lambda address: address == "127.0.0.1")
    return HttpSender(allow_private=False, guard=guard)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def once(exchange: Exchange, _request: Received) -> bool:
    """Answer and hang up."""
    exchange.send(answer(200))
    return False


def test_a_name_that_turns_private_is_refused_at_the_next_connection(receiver: Receiver) -> None:
    """The first answer was good, and the second connection asks again."""
    resolver = Rebinding(["127.0.0.1"], [PRIVATE])
    sender, url = sender_for(resolver), f"http://crm.example:{receiver.port}/"
    receiver.behave = once
    assert sender.send(a_request(url), NOON).status == 200
    assert receiver.hung_up.acquire(timeout=PATIENCE)
    attempt = sender.send(a_request(url), NOON)
    assert (attempt.status, attempt.error, attempt.address) == (None, "address_not_public", PRIVATE)
    assert (resolver.asked, receiver.connections) == (2, 1)


def test_a_kept_connection_is_not_resolved_again(receiver: Receiver) -> None:
    """It goes where it was vetted to go, whatever the name says by now."""
    resolver = Rebinding(["127.0.0.1"], [PRIVATE])
    sender = sender_for(resolver)
    statuses = [sender.send(a_request(f"http://crm.example:{receiver.port}/"), NOON).status for _ in range(3)]
    assert (statuses, resolver.asked, receiver.connections) == ([200] * 3, 1, 1)


def test_one_look_up_serves_check_and_connection(receiver: Receiver) -> None:
    """There is no moment between them for the name to change."""
    resolver = Rebinding(["127.0.0.1"])
    assert sender_for(resolver).send(a_request(f"http://crm.example:{receiver.port}/"), NOON).status == 200
    assert resolver.asked == 1


@pytest.mark.parametrize("addresses", [["127.0.0.1", PRIVATE], [PRIVATE, "127.0.0.1"], ["127.0.0.1"] * 9 + [PRIVATE]])
def test_one_bad_address_refuses_the_host(receiver: Receiver, addresses: list[str]) -> None:
    """Wherever it stands, and none of the good ones is connected to."""
    attempt = sender_for(Rebinding(addresses)).send(a_request(f"http://crm.example:{receiver.port}/"), NOON)
    assert (attempt.error, receiver.connections) == ("address_not_public", 0)


def test_an_address_is_not_looked_up() -> None:
    """It stands for itself."""
    resolver = Rebinding()
    assert Guard(Resolver(resolver), allow_private=False).addresses(PUBLIC, 1.0) == [PUBLIC]
    assert resolver.asked == 0


def test_a_name_of_a_private_network_is_not_looked_up() -> None:
    """Whether it exists is not to be found out through us."""
    resolver = Rebinding()
    with pytest.raises(ExchangeFailed) as caught:
        Guard(Resolver(resolver), allow_private=False).addresses("db.internal", 1.0)
    assert (caught.value.reason, resolver.asked) == (FailureReason.ADDRESS_NOT_PUBLIC, 0)


def test_a_hub_on_one_machine_serves_receivers_beside_it() -> None:
    """When told to, and then it does not even ask for their addresses."""
    resolver = Rebinding()
    targets = VettedTargets(Guard(Resolver(resolver), allow_private=True))
    for url in ("http://localhost:9000/", "http://127.0.0.1/", "http://[::1]:9000/", "http://crm/"):
        targets.vet(url)
    assert resolver.asked == 0


def test_a_hub_on_one_machine_checks_how_urls_are_spelt() -> None:
    """Private addresses are allowed there, odd ones are not."""
    with pytest.raises(Invalid):
        VettedTargets(a_guard(allow_private=True)).vet("http://0x7f.1/")


def test_a_name_without_an_address_can_be_subscribed_with() -> None:
    """DNS may come later; the connection will tell."""

    def unknown(_: str) -> list[str]:
        raise OSError("Name or service not known")

    targets = VettedTargets(Guard(Resolver(unknown), allow_private=False))
    assert targets.vet("https://crm.example.com/") is None  # type: ignore[func-returns-value]


def test_nothing_is_sent_to_the_hubs_own_services() -> None:
    """On one machine, the emulator's port is closed under every name and address of the machine."""
    guard = Guard(Resolver(lambda _: ["127.0.0.1"]), allow_private=True, closed=(4566,))
    for host in ("127.0.0.1", "::1", "emulator.example", "0.0.0.0"):  # noqa: S104 - an address to refuse
        with pytest.raises(ExchangeFailed):
            guard.addresses(host, 1.0, 4566)
        assert guard.addresses(host, 1.0, 9000)
    with pytest.raises(Invalid):
        VettedTargets(guard).vet("http://localhost:4566/bucket/key")
