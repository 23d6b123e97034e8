"""Connecting a source may be interrupted at any point; the next connect or check completes it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from switchboard.accounts.digests import matches
from switchboard.accounts.model import AuthScheme, Extension, Source
from switchboard.accounts.upstream.connect import ASKING, NO_TIME, WORKING, EventSubscriptionsManager
from switchboard.accounts.upstream.model import (
    ConnectRequest,
    ImportedExtensions,
    SubscriptionState,
    Upstream,
    UpstreamState,
)
from switchboard.errors import Conflict, NotFound, ProviderRefused, ProviderSilent, Refusal, Sealed
from switchboard.vault import UPSTREAM_TOKEN
from tests.fakes.accounts import MemoryExtensions, MemorySources
from tests.fakes.upstreams import MemoryUpstreams
from tests.fakes.vault import MemoryVault
from tests.support.builders import NOON, a_source

EVENTS = ("start.call", "start.talk", "end.call")
OURS, THEIRS = "https://hub.example/webhooks/vpbx/s-office", "https://elsewhere.example/"
REQUEST = ConnectRequest("https://pbx.example", "token", OURS)


class Killed(BaseException):
    """The function dies here."""


@dataclass
class PbxClient:
    """A PBX in memory. It dies after so many requests, before or after serving the last one."""

    told: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # event → id, url, login
    numbers: list[str] = field(default_factory=lambda: ["100"])
    lives: int = 10_000
    does_last: bool = True
    silent: set[str] = field(default_factory=set)
    requests: int = 0

    def subscriptions(self) -> dict[str, str]:
        self._count(lambda: None)
        return {name: id_ for name, (id_, _, _) in self.told.items()}

    def subscribe(self, event_name: str, url: str, login: str) -> str:
        if event_name in self.told:
            raise Conflict("The PBX tells this event to another address.")
        self._count(lambda: self.told.update({event_name: (str(self.requests), url, login)}))
        if event_name in self.silent:
            raise ProviderSilent("Nobody answered.")
        return self.told[event_name][0]

    def unsubscribe(self, event_name: str) -> None:
        self._count(lambda: self.told.pop(event_name, None))

    def extensions(self) -> list[str]:
        self._count(lambda: None)
        return self.numbers

    def _count(self, effect: Callable[[], object]) -> None:
        self.requests += 1
        dies = self.requests >= self.lives
        if not dies or self.does_last:
            effect()
        if dies:
            raise Killed


class ClosableVault(MemoryVault):
    """A vault whose key is unavailable for a while."""

    closed = False

    def open(self, account: str, sealed: str, place: str = "") -> str:
        if self.closed:
            raise Sealed("A secret cannot be opened.")
        return super().open(account, sealed, place)


class Office:
    def __init__(self, pbx: PbxClient | None = None) -> None:
        self.pbx = pbx or PbxClient()
        self.sources, self.upstreams, self.extensions = MemorySources(), MemoryUpstreams(), MemoryExtensions()
        self.now, self.vault = NOON, ClosableVault()
        self.sources.add(a_source())
        self.desk = EventSubscriptionsManager(
            self.sources, self.upstreams, self.extensions, self.vault, lambda *_: self.pbx, EVENTS, lambda: self.now
        )

    def connect(self, request: ConnectRequest = REQUEST) -> Upstream:
        return self.desk.connect(self.source, request)[0]

    @property
    def source(self) -> Source:
        source = self.sources.get("s-office")
        assert source is not None
        return source

    @property
    def token(self) -> str:
        found = self.upstreams.get("s-office")
        assert found is not None
        return self.vault.open("acme", found.token, UPSTREAM_TOKEN)

    @property
    def urls(self) -> dict[str, str]:
        return {name: url for name, (_, url, _) in self.pbx.told.items()}

    def is_whole(self) -> bool:
        """Whether the PBX sends us every event, with the credentials that the source requires."""
        source = self.sources.get("s-office")
        assert source is not None
        logins = {login for _, _, login in self.pbx.told.values()}
        return self.urls == dict.fromkeys(EVENTS, OURS) and all(matches(one, source.auth.digest) for one in logins)


PLACES = [(lives, does_last) for lives in range(1, 12) for does_last in (True, False)]


@pytest.mark.parametrize(("lives", "does_last"), PLACES)
@pytest.mark.parametrize("taken", [False, True])
def test_what_was_cut_off_is_finished_by_connecting_again(lives: int, does_last: bool, taken: bool) -> None:  # noqa: FBT001
    """Whether or not the PBX served the last request, and without a second `take_over`."""
    office = Office(PbxClient({"end.call": ("9", THEIRS, "x:y")} if taken else {}, lives=lives, does_last=does_last))
    request = ConnectRequest(REQUEST.base_url, REQUEST.token, OURS, take_over=taken)
    try:
        office.connect(request)
    except Killed:
        office.pbx.lives = 10_000
        begun = office.upstreams.get("s-office") is not None
        assert office.connect(REQUEST if begun else request).state is UpstreamState.CONNECTED
    assert office.is_whole()


@pytest.mark.parametrize(("lives", "does_last"), PLACES)
def test_what_was_cut_off_is_finished_by_a_check(lives: int, does_last: bool) -> None:  # noqa: FBT001
    """The check runs every hour."""
    office = Office(PbxClient(lives=lives, does_last=does_last))
    try:
        office.connect()
    except Killed:
        office.pbx.lives = 10_000
        if office.upstreams.get("s-office") is None:
            return
        assert office.desk.check("s-office").state is UpstreamState.CONNECTED
    assert office.is_whole()


def test_a_silent_answer_is_taken_for_ours_later(office: Office) -> None:
    """The PBX subscribed us although its answer was lost."""
    office.pbx.silent = {"start.call"}
    assert office.connect().events["start.call"].state is SubscriptionState.ASKED
    office.pbx.silent = set()
    assert office.desk.check("s-office").state is UpstreamState.CONNECTED
    assert office.is_whole()


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_slow_pbx_is_not_asked_for_ever(office: Office) -> None:
    """The next check subscribes to the rest."""
    wait = ASKING / 2 + timedelta(seconds=1)

    def slowly(name: str, url: str, login: str) -> str:
        office.now += wait
        return PbxClient.subscribe(office.pbx, name, url, login)

    office.pbx.subscribe = slowly  # type: ignore[method-assign]
    done = office.connect()
    assert [done.events[name].state.value for name in EVENTS] == ["subscribed", "subscribed", "missing"]
    del office.pbx.subscribe  # type: ignore[method-assign]
    assert office.desk.check("s-office").state is UpstreamState.CONNECTED


def test_a_slow_pbx_leaves_no_time_for_its_extensions(office: Office) -> None:
    """The answer says so, and the subscriptions stay."""

    def slowly(name: str, url: str, login: str) -> str:
        office.now += WORKING
        return PbxClient.subscribe(office.pbx, name, url, login)

    office.pbx.subscribe = slowly  # type: ignore[method-assign]
    done, imported = office.desk.connect(office.source, REQUEST)
    assert (done.state, imported.added, imported.reason) == (UpstreamState.PARTIAL, (), NO_TIME)
    assert office.extensions.of_account("acme") == []


def test_a_long_import_stops_in_time(office: Office) -> None:
    """Another connect continues with the rest."""
    office.pbx.numbers = ["100", "101", "102"]
    add = office.extensions.add

    def slowly(account: str, number: str, name: str) -> Extension:
        office.now += WORKING / 2
        return add(account, number, name)

    office.extensions.add = slowly  # type: ignore[method-assign]
    _, imported = office.desk.connect(office.source, REQUEST)
    assert (imported.added, imported.reason) == (("100", "101"), NO_TIME)
    assert office.desk.connect(office.source, REQUEST)[1] == ImportedExtensions(("102",))


def test_a_list_that_took_long_leaves_less_time_for_the_events(office: Office) -> None:
    """The time limit covers all requests together."""

    def slowly() -> dict[str, str]:
        office.now += ASKING
        return {}

    office.connect()
    office.pbx.told.clear()
    office.pbx.subscriptions = slowly  # type: ignore[method-assign]
    events = office.desk.check("s-office").events
    assert {one.state for one in events.values()} == {SubscriptionState.MISSING}


def meanwhile(office: Office, do: Callable[[], object]) -> None:
    """Run something while the PBX answers the next list."""

    def listed() -> dict[str, str]:
        del office.pbx.subscriptions  # type: ignore[method-assign]
        do()
        return office.pbx.subscriptions()

    office.pbx.subscriptions = listed  # type: ignore[method-assign]


NEWER = ConnectRequest(REQUEST.base_url, "newer-token", OURS)


@pytest.mark.parametrize("lost", [(), ("end.call",)])
def test_a_check_does_not_undo_a_connect(office: Office, lost: tuple[str, ...]) -> None:
    """Token and subscriptions of a connect during the check stay."""
    office.connect()
    for name in lost:
        del office.pbx.told[name]
    meanwhile(office, lambda: office.connect(NEWER))
    assert office.desk.check("s-office").state is UpstreamState.CONNECTED
    assert (office.token, office.is_whole()) == ("newer-token", True)


def test_a_check_does_not_bring_back_what_was_disconnected(office: Office) -> None:
    """The check raises NotFound."""
    office.connect()
    meanwhile(office, lambda: office.desk.disconnect("s-office"))
    with pytest.raises(NotFound):
        office.desk.check("s-office")
    assert (office.upstreams.get("s-office"), office.urls) == (None, {})


@pytest.mark.parametrize("event", EVENTS)
def test_two_who_connect_at_once_have_one_source(office: Office, event: str) -> None:
    """Wherever the second request comes, all subscriptions count as ours afterwards."""

    def raced(name: str, url: str, login: str) -> str:
        if name == event:
            del office.pbx.subscribe  # type: ignore[method-assign]
            office.connect(NEWER)
        return PbxClient.subscribe(office.pbx, name, url, login)

    office.pbx.subscribe = raced  # type: ignore[method-assign]
    assert office.connect().state is UpstreamState.CONNECTED
    assert (office.token, office.is_whole()) == ("newer-token", True)


def test_a_check_in_the_middle_of_a_connect_learns_from_it(office: Office) -> None:
    """No subscription of the connect is lost."""

    def raced(name: str, url: str, login: str) -> str:
        told = PbxClient.subscribe(office.pbx, name, url, login)
        if name == EVENTS[-1]:
            kept = office.upstreams.get("s-office")
            assert kept is not None
            office.upstreams.save(replace(kept, state=UpstreamState.UNCHECKED))
        return told

    office.pbx.subscribe = raced  # type: ignore[method-assign]
    assert office.connect().state is UpstreamState.CONNECTED
    assert {one.state for one in office.connect().events.values()} == {SubscriptionState.SUBSCRIBED}


def test_a_login_that_cannot_be_opened_is_a_refusal(office: Office) -> None:
    """Nothing is written; with `force` the source is disconnected all the same."""
    office.connect()
    office.vault.closed = True
    for ask in (office.connect, lambda: office.desk.check("s-office"), lambda: office.desk.disconnect("s-office")):
        with pytest.raises(ProviderRefused):
            ask()
    office.desk.disconnect("s-office", force=True)
    assert office.upstreams.get("s-office") is None


def test_connecting_again_keeps_the_password(office: Office) -> None:
    """Events of the old subscriptions are still accepted."""
    office.connect()
    office.connect()
    assert office.is_whole()
    assert len({login for _, _, login in office.pbx.told.values()}) == 1


def test_a_changed_authorisation_is_set_right(office: Office) -> None:
    """Another connect restores credentials that were changed by hand."""
    office.connect()
    office.sources.save(a_source())
    assert not office.is_whole()
    office.connect()
    assert office.is_whole()


def test_a_check_that_subscribes_sets_the_authorisation_right_too(office: Office) -> None:
    """The connect before may have died before saving the credentials."""
    office.connect()
    office.sources.save(a_source())
    del office.pbx.told["end.call"]
    office.desk.check("s-office")
    assert office.is_whole()


def test_where_nothing_could_be_had_the_source_is_as_before() -> None:
    """The source keeps its own credentials too."""

    class Stubborn(PbxClient):
        def subscribe(self, *_: str) -> str:
            raise ProviderRefused("no", Refusal.REJECTED)

    office = Office(Stubborn())
    with pytest.raises(ProviderRefused):
        office.connect()
    source = office.sources.get("s-office")
    assert source is not None
    assert (source.auth.scheme, office.upstreams.get("s-office")) == (AuthScheme.NONE, None)


def test_odd_extensions_are_left_out(office: Office) -> None:
    """No extension is added twice."""
    office.pbx.numbers = ["100", "100", "", "x", "1" * 16, "٣", "007"]
    office.connect()
    assert [one.number for one in office.extensions.of_account("acme")] == ["100", "007"]
