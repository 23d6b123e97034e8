from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from switchboard.accounts.digests import digest_of
from switchboard.accounts.model import AuthScheme, Source, SourceAuth
from switchboard.accounts.sources import CachedSources
from switchboard.accounts.vendor_signature import SourceChecks
from switchboard.accounts.wire_checks import WireFacts
from switchboard.dialects.model import Dialect, Reply
from switchboard.dialects.registry import dialect_named
from switchboard.errors import NotFound, Unauthorized
from switchboard.intake.receive_call_event import ReceiveCallEvent, UnparsableEventError
from switchboard.kernel.call import CallEvent
from tests.fakes.accounts import MemorySources
from tests.fakes.queues import MemoryEventQueue
from tests.support.builders import a_source
from tests.support.secrets import opened
from tests.unit.builders import RECEIVED, sample

BODY_TOKEN = SourceAuth(AuthScheme.BODY, digest_of("sesame"), "token")


class Hub:
    """The use case with one source, and what it left in the queue."""

    def __init__(self, source: Source) -> None:
        sources = MemorySources()
        sources.add(source)
        self.source = source
        self.queue = MemoryEventQueue()
        self.receive = ReceiveCallEvent(
            CachedSources(sources, self.clock, SourceChecks(opened)), self.queue, dialect_named, self.clock
        )

    @staticmethod
    def clock() -> datetime:
        return RECEIVED

    def post(self, body: dict[str, Any]) -> Reply | CallEvent:
        return self.receive(self.source.dialect, self.source, body)


def test_an_event_is_in_the_queue_when_it_is_answered() -> None:
    """What is told to the vendor is what is stored."""
    hub = Hub(a_source())
    answered = hub.post(sample("vpbx/start_call"))
    assert hub.queue.sent == [answered]


def test_a_payload_at_which_a_dialect_fails_is_told_as_such() -> None:
    """A reader of a stream passes over the payload: the next connection would bring the payload again."""
    hub = Hub(a_source())
    broken = SimpleNamespace(handshake=lambda _: None, parse=lambda _: {}["missing"])
    receive = replace(hub.receive, dialect_named=lambda _: cast("Dialect", broken))
    with pytest.raises(UnparsableEventError):
        receive("vpbx", hub.source, {"a": 1})
    assert hub.queue.sent == []


def test_an_event_belongs_to_the_account_of_its_source() -> None:
    """Nothing in the payload decides whose it is."""
    hub = Hub(a_source(account="acme"))
    event = hub.post({**sample("vpbx/start_call"), "account": "other"})
    assert isinstance(event, CallEvent)
    assert (event.account, event.source, event.received_at) == ("acme", hub.source.id, RECEIVED)


def test_a_handshake_is_answered_and_leaves_nothing_in_the_queue() -> None:
    """It is no event."""
    hub = Hub(a_source(dialect="sprecord"))
    assert isinstance(hub.post(sample("sprecord/verification")), Reply)
    assert hub.queue.sent == []


def test_a_token_in_the_body_is_not_kept() -> None:
    """Neither in the payload nor anywhere else."""
    hub = Hub(a_source(auth=BODY_TOKEN))
    hub.post({**sample("vpbx/start_call"), "token": "sesame"})
    assert hub.queue.sent[0].raw == sample("vpbx/start_call")


def test_a_token_in_the_body_is_no_part_of_the_event_s_id() -> None:
    """A repeat after the token was changed is still a repeat."""
    hub = Hub(a_source(auth=BODY_TOKEN))
    for token in ("sesame", "another"):
        hub.post({**sample("vpbx/start_call"), "token": token})
    assert len(hub.queue.sent) == 1


def test_a_source_is_found_under_its_own_dialect_only() -> None:
    """An address of one dialect is none of another's."""
    hub = Hub(a_source())
    assert hub.receive.source("vpbx", hub.source.id) == hub.source
    with pytest.raises(NotFound):
        hub.receive.source("sprecord", hub.source.id)


def test_a_source_that_is_not_there_is_not_found() -> None:
    """Whatever is posted to it."""
    with pytest.raises(NotFound):
        Hub(a_source()).receive.source("vpbx", "s-unknown")


def test_wrong_credentials_are_refused() -> None:
    """Before the payload is looked at."""
    hub = Hub(replace(a_source(), auth=BODY_TOKEN))
    with pytest.raises(Unauthorized):
        hub.receive.authorise(hub.source, "", {"token": "wrong"}, WireFacts())
