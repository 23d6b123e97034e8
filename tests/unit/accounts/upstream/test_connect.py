"""Connecting a source: cut off at any point, and finished by whoever comes next."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from switchboard.accounts.digests import matches
from switchboard.accounts.model import AuthScheme
from switchboard.accounts.upstream.connect import ASKING, UpstreamDesk
from switchboard.accounts.upstream.model import EventState, Standing, Upstream, Wish
from switchboard.errors import Conflict, ProviderRefused, ProviderSilent, Refusal
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


class Office:
    def __init__(self, pbx: Pbx | None = None) -> None:
        self.pbx = pbx or Pbx()
        self.sources, self.upstreams, self.extensions = MemorySources(), MemoryUpstreams(), MemoryExtensions()
        self.now = NOON
        self.sources.add(a_source())
        self.desk = UpstreamDesk(
            self.sources, self.upstreams, self.extensions, MemoryVault(), lambda *_: self.pbx, EVENTS, lambda: self.now
        )

    def connect(self, wish: Wish = WISH) -> Upstream:
        source = self.sources.get("s-office")
        assert source is not None
        return self.desk.connect(source, wish)[0]

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
