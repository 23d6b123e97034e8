"""Connecting a source: cut off at any point, and finished by whoever comes next."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from switchboard.accounts.digests import matches
from switchboard.accounts.model import AuthScheme, Extension, Source
from switchboard.accounts.upstream.connect import ASKING, NO_TIME, WORKING, UpstreamDesk
from switchboard.accounts.upstream.model import EventState, Imported, Standing, Upstream, Wish
from switchboard.errors import Conflict, NotFound, ProviderRefused, ProviderSilent, Refusal, Sealed
from tests.fakes.accounts import MemoryExtensions, MemorySources
from tests.fakes.upstreams import MemoryUpstreams
from tests.fakes.vault import MemoryVault
from tests.support.builders import NOON, a_source

EVENTS = ("start.call", "start.talk", "end.call")
OURS, THEIRS = "https://hub.example/webhooks/vpbx/s-office", "https://elsewhere.example/"
WISH = Wish("https://pbx.example", "token", OURS)


class Killed(BaseException):
    """The function was cut off."""


@dataclass
class Pbx:
    """A PBX in memory. It dies after so many requests, before or after it has done what the last one asked."""

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
    """A vault whose key cannot be asked for a while."""

    closed = False

    def open(self, account: str, sealed: str) -> str:
        if self.closed:
            raise Sealed("A secret cannot be opened.")
        return super().open(account, sealed)


class Office:
    def __init__(self, pbx: Pbx | None = None) -> None:
        self.pbx = pbx or Pbx()
        self.sources, self.upstreams, self.extensions = MemorySources(), MemoryUpstreams(), MemoryExtensions()
        self.now, self.vault = NOON, ClosableVault()
        self.sources.add(a_source())
        self.desk = UpstreamDesk(
            self.sources, self.upstreams, self.extensions, self.vault, lambda *_: self.pbx, EVENTS, lambda: self.now
        )

    def connect(self, wish: Wish = WISH) -> Upstream:
        return self.desk.connect(self.source, wish)[0]

    @property
    def source(self) -> Source:
        source = self.sources.get("s-office")
        assert source is not None
        return source

    @property
    def token(self) -> str:
        found = self.upstreams.get("s-office")
        assert found is not None
        return self.vault.open("acme", found.token)

    @property
    def urls(self) -> dict[str, str]:
        return {name: url for name, (_, url, _) in self.pbx.told.items()}

    def is_whole(self) -> bool:
        """Whether every event is told to us with the credentials that we ask for."""
        source = self.sources.get("s-office")
        assert source is not None
        logins = {login for _, _, login in self.pbx.told.values()}
        return self.urls == dict.fromkeys(EVENTS, OURS) and all(matches(one, source.auth.digest) for one in logins)


PLACES = [(lives, does_last) for lives in range(1, 12) for does_last in (True, False)]


@pytest.mark.parametrize(("lives", "does_last"), PLACES)
@pytest.mark.parametrize("taken", [False, True])
def test_what_was_cut_off_is_finished_by_connecting_again(lives: int, does_last: bool, taken: bool) -> None:  # noqa: FBT001
    """Wherever that was, whether or not the PBX did the last thing, and without a second leave to take over."""
    office = Office(Pbx({"end.call": ("9", THEIRS, "x:y")} if taken else {}, lives=lives, does_last=does_last))
    wish = Wish(WISH.base_url, WISH.token, OURS, take_over=taken)
    try:
        office.connect(wish)
    except Killed:
        office.pbx.lives = 10_000
        begun = office.upstreams.get("s-office") is not None
        assert office.connect(WISH if begun else wish).state is Standing.CONNECTED
    assert office.is_whole()


@pytest.mark.parametrize(("lives", "does_last"), PLACES)
def test_what_was_cut_off_is_finished_by_a_check(lives: int, does_last: bool) -> None:  # noqa: FBT001
    """Of which there is one every hour."""
    office = Office(Pbx(lives=lives, does_last=does_last))
    try:
        office.connect()
    except Killed:
        office.pbx.lives = 10_000
        if office.upstreams.get("s-office") is None:
            return
        assert office.desk.check("s-office").state is Standing.CONNECTED
    assert office.is_whole()


def test_a_silent_answer_is_taken_for_ours_later(office: Office) -> None:
    """It was done; nobody knew."""
    office.pbx.silent = {"start.call"}
    assert office.connect().events["start.call"].state is EventState.ASKED
    office.pbx.silent = set()
    assert office.desk.check("s-office").state is Standing.CONNECTED
    assert office.is_whole()


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_slow_pbx_is_not_asked_for_ever(office: Office) -> None:
    """What there was no time for is left to the next check."""
    wait = ASKING / 2 + timedelta(seconds=1)

    def slowly(name: str, url: str, login: str) -> str:
        office.now += wait
        return Pbx.subscribe(office.pbx, name, url, login)

    office.pbx.subscribe = slowly  # type: ignore[method-assign]
    done = office.connect()
    assert [done.events[name].state.value for name in EVENTS] == ["subscribed", "subscribed", "missing"]
    del office.pbx.subscribe  # type: ignore[method-assign]
    assert office.desk.check("s-office").state is Standing.CONNECTED


def test_a_slow_pbx_leaves_no_time_for_its_extensions(office: Office) -> None:
    """They are not asked for, the answer says so, and what is subscribed stays."""

    def slowly(name: str, url: str, login: str) -> str:
        office.now += WORKING
        return Pbx.subscribe(office.pbx, name, url, login)

    office.pbx.subscribe = slowly  # type: ignore[method-assign]
    done, imported = office.desk.connect(office.source, WISH)
    assert (done.state, imported.added, imported.reason) == (Standing.PARTIAL, (), NO_TIME)
    assert office.extensions.of_account("acme") == []


def test_a_long_import_stops_in_time(office: Office) -> None:
    """And connecting again goes on with it."""
    office.pbx.numbers = ["100", "101", "102"]
    add = office.extensions.add

    def slowly(account: str, number: str, name: str) -> Extension:
        office.now += WORKING / 2
        return add(account, number, name)

    office.extensions.add = slowly  # type: ignore[method-assign]
    _, imported = office.desk.connect(office.source, WISH)
    assert (imported.added, imported.reason) == (("100", "101"), NO_TIME)
    assert office.desk.connect(office.source, WISH)[1] == Imported(("102",))


def test_a_list_that_took_long_leaves_less_time_for_the_events(office: Office) -> None:
    """The time is for all of it."""

    def slowly() -> dict[str, str]:
        office.now += ASKING
        return {}

    office.connect()
    office.pbx.told.clear()
    office.pbx.subscriptions = slowly  # type: ignore[method-assign]
    events = office.desk.check("s-office").events
    assert {one.state for one in events.values()} == {EventState.MISSING}


def meanwhile(office: Office, do: Callable[[], object]) -> None:
    """Have something done while the PBX is asked for its next list."""

    def listed() -> dict[str, str]:
        del office.pbx.subscriptions  # type: ignore[method-assign]
        do()
        return office.pbx.subscriptions()

    office.pbx.subscriptions = listed  # type: ignore[method-assign]


NEWER = Wish(WISH.base_url, "newer-token", OURS)


@pytest.mark.parametrize("lost", [(), ("end.call",)])
def test_a_check_does_not_undo_a_connect(office: Office, lost: tuple[str, ...]) -> None:
    """One that was made while it asked: token and subscriptions are the newer ones."""
    office.connect()
    for name in lost:
        del office.pbx.told[name]
    meanwhile(office, lambda: office.connect(NEWER))
    assert office.desk.check("s-office").state is Standing.CONNECTED
    assert (office.token, office.is_whole()) == ("newer-token", True)


def test_a_check_does_not_bring_back_what_was_disconnected(office: Office) -> None:
    """It is told that there is nothing."""
    office.connect()
    meanwhile(office, lambda: office.desk.disconnect("s-office"))
    with pytest.raises(NotFound):
        office.desk.check("s-office")
    assert (office.upstreams.get("s-office"), office.urls) == (None, {})


@pytest.mark.parametrize("event", EVENTS)
def test_two_who_connect_at_once_have_one_source(office: Office, event: str) -> None:
    """Wherever the second comes in between: what either was given is ours, and nobody finds it taken."""

    def raced(name: str, url: str, login: str) -> str:
        if name == event:
            del office.pbx.subscribe  # type: ignore[method-assign]
            office.connect(NEWER)
        return Pbx.subscribe(office.pbx, name, url, login)

    office.pbx.subscribe = raced  # type: ignore[method-assign]
    assert office.connect().state is Standing.CONNECTED
    assert (office.token, office.is_whole()) == ("newer-token", True)


def test_a_check_in_the_middle_of_a_connect_learns_from_it(office: Office) -> None:
    """What was subscribed by the one that wrote last but one is not lost."""

    def raced(name: str, url: str, login: str) -> str:
        told = Pbx.subscribe(office.pbx, name, url, login)
        if name == EVENTS[-1]:
            kept = office.upstreams.get("s-office")
            assert kept is not None
            office.upstreams.save(replace(kept, state=Standing.UNCHECKED))
        return told

    office.pbx.subscribe = raced  # type: ignore[method-assign]
    assert office.connect().state is Standing.CONNECTED
    assert {one.state for one in office.connect().events.values()} == {EventState.SUBSCRIBED}


def test_a_login_that_cannot_be_opened_is_a_refusal(office: Office) -> None:
    """Nothing is written, and by force the source is disconnected all the same."""
    office.connect()
    office.vault.closed = True
    for ask in (office.connect, lambda: office.desk.check("s-office"), lambda: office.desk.disconnect("s-office")):
        with pytest.raises(ProviderRefused):
            ask()
    office.desk.disconnect("s-office", force=True)
    assert office.upstreams.get("s-office") is None


def test_connecting_again_keeps_the_password(office: Office) -> None:
    """What is subscribed with it goes on being taken."""
    office.connect()
    office.connect()
    assert office.is_whole()
    assert len({login for _, _, login in office.pbx.told.values()}) == 1


def test_a_changed_authorisation_is_set_right(office: Office) -> None:
    """Somebody who changes it by hand is told by the next connect."""
    office.connect()
    office.sources.save(a_source())
    assert not office.is_whole()
    office.connect()
    assert office.is_whole()


def test_a_check_that_subscribes_sets_the_authorisation_right_too(office: Office) -> None:
    """The connect before it may have been cut off before it did."""
    office.connect()
    office.sources.save(a_source())
    del office.pbx.told["end.call"]
    office.desk.check("s-office")
    assert office.is_whole()


def test_where_nothing_could_be_had_the_source_is_as_before() -> None:
    """Its own credentials among it."""

    class Stubborn(Pbx):
        def subscribe(self, *_: str) -> str:
            raise ProviderRefused("no", Refusal.REJECTED)

    office = Office(Stubborn())
    with pytest.raises(ProviderRefused):
        office.connect()
    source = office.sources.get("s-office")
    assert source is not None
    assert (source.auth.scheme, office.upstreams.get("s-office")) == (AuthScheme.NONE, None)


def test_odd_extensions_are_left_out(office: Office) -> None:
    """And none is added twice."""
    office.pbx.numbers = ["100", "100", "", "x", "1" * 16, "٣", "007"]
    office.connect()
    assert [one.number for one in office.extensions.of_account("acme")] == ["100", "007"]
