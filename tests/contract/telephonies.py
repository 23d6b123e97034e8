"""Every telephony provider, for the suite that all of them pass, and what each of them cannot do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import pytest

from switchboard.accounts.digests import new_secret
from switchboard.aws.chime_rows import ChimeCallRows
from switchboard.aws.pbx_rows import AsteriskCallRows
from switchboard.aws.queues import SqsAdvanceQueue
from switchboard.aws.simulated_calls import SimulatedCallRows
from switchboard.crm.ordered import CrmOrderedCalls
from switchboard.dialects.kontur import callbacks
from switchboard.dialects.kontur.integration import open_client
from switchboard.dialects.mango.client import MangoClient
from switchboard.dialects.vendor_requests import NOT_FOUND, VendorAnswer, VendorRequest
from switchboard.dialects.vpbx.client import VpbxClient
from switchboard.dialects.zadarma.client import ZadarmaClient
from switchboard.kernel.communication import Workspace
from switchboard.telephony.integration import IntegrationTelephony
from switchboard.telephony.pbx import PbxTelephony
from switchboard.telephony.ports import Telephony
from switchboard.telephony.simulator.model import SimulatorSettings
from switchboard.telephony.simulator.provider import Simulator
from tests.fakes.crm import MemoryCommunications
from tests.fakes.telephony import FakeTelephony, MemoryAdvanceQueue, MemorySimulatedCalls
from tests.fakes.telephony_pending import MemoryPending
from tests.support.builders import NOON
from tests.support.calling import LASTING, caller, choose, play
from tests.support.chime import ChimeWorld
from tests.support.crm import KEY, SERGEY, WORKSPACE, connected
from tests.support.hub import Hub, close_hub, open_hub
from tests.support.mango import TOKEN as MANGO_TOKEN
from tests.support.mango import Mango
from tests.support.pbx import PbxWorld
from tests.support.zadarma import TOKEN, Zadarma

SETTINGS = SimulatorSettings(ring=0, talk=600)
ACCOUNT = "acme"


class Can:
    """What a provider may be able to do, as the table of `docs/telephony.md` names it."""

    PLACE, REDIRECT, HANG_UP = "place", "redirect", "hang up"
    REPEAT = "repeats are one call"
    KNOWN = "the call is known at once"


ALL = frozenset({Can.PLACE, Can.REDIRECT, Can.HANG_UP, Can.REPEAT, Can.KNOWN})


@dataclass(slots=True)
class SetClock:
    """A clock that is set."""

    now: Any = NOON

    def __call__(self) -> Any:
        return self.now


@dataclass(frozen=True, slots=True)
class Tried:
    """A provider under test. `asked` counts what reached the other side; None where this cannot be counted."""

    telephony: Telephony
    can: frozenset[str]
    asked: Callable[[], int] | None = None


class AnsweredAtOnce:
    """Port Telephony whose other side does at once what it is asked."""

    def __init__(self, telephony: Telephony, flush: Callable[[], object]) -> None:
        self._telephony, self._flush = telephony, flush

    def __getattr__(self, name: str) -> Any:
        def do(*given: Any) -> Any:
            done = getattr(self._telephony, name)(*given)
            self._flush()
            return done

        return do


def at_once(telephony: Telephony, flush: Callable[[], object]) -> Telephony:
    """Return the telephony, with its other side answering at once."""
    made: Any = AnsweredAtOnce(telephony, flush)
    return cast("Telephony", made)


def of_asterisk(world: PbxWorld) -> Tried:
    """Return an Asterisk that does at once what it is asked."""
    return Tried(at_once(world.telephony, world.pbx.flush), ALL)


class AnsweringChime:
    """The other side of Amazon Chime: the phones are answered, and updates are asked about."""

    def __init__(self, world: ChimeWorld) -> None:
        self._world, self._told = world, 0

    def flush(self) -> None:
        """Tell of what is new."""
        chime = self._world.chime
        for call in list(chime.calls.values())[self._told :]:
            self._told += 1
            chime.begin(call)
            call.legs["LEG-A"].status = "Connected"
            chime.tell(call, "CALL_ANSWERED")
        chime.flush()


def of_chime(world: ChimeWorld) -> Tried:
    """Return Amazon Chime, with phones that are answered at once."""
    asked = lambda: len(world.chime.calls)  # noqa: E731 - a name for the field
    return Tried(at_once(world.telephony, AnsweringChime(world).flush), ALL - {Can.REDIRECT}, asked)


@dataclass
class OwnServer:
    """Our own server of a vendor's API: requests go to the functions of a hub, in this process."""

    hub: Any
    after: Callable[[], object] = lambda: None
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: VendorRequest) -> VendorAnswer:
        """Answer as the vendor's HTTP API does. After a 404 the next path is tried."""
        for path in request.paths:
            told = self.hub.request(request.method, path, request.json, dict(request.headers))
            self.asked.append(path)
            if told.status != NOT_FOUND:
                break
        self.after()
        return VendorAnswer(told.status, _json_of(told.text), headers=_AnyCase(told.headers))


class _AnyCase(dict[str, str]):
    def __init__(self, given: Mapping[str, str]) -> None:
        super().__init__({name.lower(): value for name, value in given.items()})

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


def _json_of(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


class Settlements:
    """Port Settlements that keeps nothing."""

    def send(self, pending: Any) -> None:
        """Forget."""


class NoLog:
    """Port EventsOfCall without an event: the integration has told of no leg."""

    def events(self, account: str, call_id: str) -> list[Any]:  # noqa: ARG002 - the port's
        """Return nothing."""
        return []


@contextmanager
def our_vpbx(request: pytest.FixtureRequest) -> Iterator[Tried]:
    """A PBX that is our own server of IS.VPBX's API, with a simulator behind."""
    hub = open_hub(request.getfixturevalue("stack"), request.getfixturevalue("monkeypatch"))
    token = caller(hub, settings=LASTING)["Authorization"].partition(" ")[2]
    server = OwnServer(hub)
    clock = request.getfixturevalue("clock")
    telephony = PbxTelephony(
        VpbxClient(server, token), MemoryPending(), Settlements(), clock, timedelta(minutes=1), "RU"
    )
    yield Tried(telephony, frozenset(), lambda: len(server.asked))
    close_hub(hub)


def make_calls(hub: Hub) -> None:
    """Have the calls made that were asked for."""
    while hub.visible("CrmCallsQueue"):
        hub.poll("CrmCallsQueue", "workers/make_crm_call")
        play(hub)


@contextmanager
def our_kontur(request: pytest.FixtureRequest) -> Iterator[Tried]:
    """An integration that is our own server of Kontur.CRM's system calls, with a simulator behind."""
    hub = open_hub(request.getfixturevalue("stack"), request.getfixturevalue("monkeypatch"))
    with connected(hub):
        choose(hub, LASTING)
        server = OwnServer(hub)
        server.after = lambda: make_calls(hub)
        calls = CrmOrderedCalls(
            Workspace(ACCOUNT, "crm"),
            MemoryCommunications(),
            NoLog(),
            callbacks,
            lambda communication, _: communication.external_id,
            request.getfixturevalue("clock"),
        )
        client = open_client(server, WORKSPACE, KEY, new_secret)
        telephony = IntegrationTelephony(client, calls, {"104": SERGEY}, "RU")
        yield Tried(telephony, frozenset({Can.HANG_UP, Can.KNOWN}), lambda: len(server.asked))
    close_hub(hub)


def simulator(request: pytest.FixtureRequest) -> Tried:
    """Return the simulator in memory."""
    clock = request.getfixturevalue("clock")
    calls, queue = MemorySimulatedCalls(), MemoryAdvanceQueue()
    return Tried(Simulator(calls, queue, SETTINGS, clock, lambda _: "RU"), ALL, lambda: len(calls.rows))


def simulator_on_aws(request: pytest.FixtureRequest) -> Tried:
    """Return the simulator over AWS's tables and queues."""
    stack: Any = request.getfixturevalue("stack")
    rows = SimulatedCallRows(stack.dynamodb, stack.table("TelephonyTable"))
    queue = SqsAdvanceQueue(stack.sqs, stack.queue("AdvancesQueue"))
    return Tried(Simulator(rows, queue, SETTINGS, request.getfixturevalue("clock"), lambda _: "RU"), ALL)


def asterisk_on_aws(request: pytest.FixtureRequest) -> Tried:
    """Return an Asterisk, with calls in AWS's table."""
    stack: Any = request.getfixturevalue("stack")
    rows = AsteriskCallRows(stack.dynamodb, stack.table("TelephonyTable"))
    return of_asterisk(PbxWorld(request.getfixturevalue("clock"), rows))


def chime_on_aws(request: pytest.FixtureRequest) -> Tried:
    """Return Amazon Chime, with calls in AWS's table."""
    stack: Any = request.getfixturevalue("stack")
    rows = ChimeCallRows(stack.dynamodb, stack.table("TelephonyTable"))
    return of_chime(ChimeWorld(request.getfixturevalue("clock"), rows))


def zadarma(request: pytest.FixtureRequest) -> Tried:
    """Return an account of Zadarma that answers in this process."""
    vendor = Zadarma(hub=None, extensions=("104",))
    client = ZadarmaClient(vendor.ask, TOKEN)
    clock = request.getfixturevalue("clock")
    telephony = PbxTelephony(client, MemoryPending(), Settlements(), clock, timedelta(minutes=1), "RU")
    return Tried(telephony, frozenset(), lambda: len(vendor.asked))


def mango(request: pytest.FixtureRequest) -> Tried:
    """Return a PBX of Mango's that answers in this process, and whose events the hub has."""
    vendor = Mango(hub=None, extensions=("104",))
    client = MangoClient(vendor.ask, MANGO_TOKEN)
    clock = request.getfixturevalue("clock")
    telephony = PbxTelephony(
        client, MemoryPending(), Settlements(), clock, timedelta(minutes=1), "RU", events_of=lambda *_: vendor.events()
    )
    return Tried(telephony, frozenset({Can.REDIRECT, Can.HANG_UP}), lambda: len(vendor.asked))


PLAIN: dict[str, Callable[[pytest.FixtureRequest], Tried]] = {
    "fake": lambda _: Tried(FakeTelephony(), ALL),
    "simulator in memory": simulator,
    "simulator on AWS": simulator_on_aws,
    "asterisk in memory": lambda request: of_asterisk(PbxWorld(request.getfixturevalue("clock"))),
    "asterisk on AWS": asterisk_on_aws,
    "chime in memory": lambda request: of_chime(ChimeWorld(request.getfixturevalue("clock"))),
    "chime on AWS": chime_on_aws,
    "mango": mango,
    "zadarma": zadarma,
}
SERVED = {"vpbx": our_vpbx, "kontur": our_kontur}
PROVIDERS = (*PLAIN, *SERVED)


@contextmanager
def tried(name: str, request: pytest.FixtureRequest) -> Iterator[Tried]:
    """A provider by its name in PROVIDERS."""
    with ExitStack() as stack:
        yield stack.enter_context(SERVED[name](request)) if name in SERVED else PLAIN[name](request)
