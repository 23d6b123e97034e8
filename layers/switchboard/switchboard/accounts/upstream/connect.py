"""Connect a source to its PBX, check that it still is, and disconnect it.

What is about to be asked of the PBX is written down first: cut off at any point, the next connect or check knows
what is ours and goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile

from switchboard.accounts.digests import digest_of, new_secret
from switchboard.accounts.model import AuthScheme, Source, SourceAuth
from switchboard.accounts.ports import Extensions, Sources
from switchboard.accounts.sources import require_source
from switchboard.accounts.upstream.events import Subscriber, foreign, is_ours, joined, observed
from switchboard.accounts.upstream.model import EventState, Imported, Standing, Subscribed, Upstream, Wish
from switchboard.accounts.upstream.ports import Dial, Pbx, Upstreams
from switchboard.errors import Conflict, NotFound, ProviderRefused, Refusal, Refused, Sealed
from switchboard.vault import Vault

LOGIN = "switchboard"
# From the beginning on: after that no further event is asked for, and nothing further is done at all. The gateway waits
# for 29 seconds, and what is asked of a PBX has an end of its own (`bootstrap.upstream.ASKED_WITHIN`).
ASKING, WORKING = timedelta(seconds=12), timedelta(seconds=22)
ATTEMPTS = 3  # at a row that others write
NO_TIME = "There was no time left for all of them; connect again for the rest."
LONGEST_EXTENSION = 15
MOST_EXTENSIONS = 500  # taken over at once


@dataclass(frozen=True, slots=True)
class UpstreamDesk:
    """Where sources are connected. `events` are the names of what a PBX of this dialect tells."""

    sources: Sources
    upstreams: Upstreams
    extensions: Extensions
    vault: Vault
    dial: Dial
    events: tuple[str, ...]
    clock: Callable[[], datetime]

    def connect(self, source: Source, wish: Wish) -> tuple[Upstream, Imported]:
        """Subscribe our webhook to all events; Conflict where some are told elsewhere and may not be taken over.

        Done again it mends what is missing. Where not one event could be had, all is as it was before, and the first
        refusal is raised.
        """
        until = self.clock() + WORKING
        old = at_same_address(self.upstreams.get(source.id), wish)
        login = self._login(old)
        begun = self._begun(source, wish, old, login)
        pbx = self.dial(begun, wish.token)
        listed = pbx.subscriptions()  # which proves address and token before anything is changed
        taken = foreign(listed, begun.events, self.events)
        if taken and not wish.take_over:
            raise Conflict(f"The PBX tells these events to another address: {', '.join(taken)}.", "take_over")
        wanted = self._wanted(begun, old, listed, taken)
        begun = replace(begun, events={**observed(listed, begun.events, self.events), **_asked(wanted)})
        begun = self._written(source, begun, login, new=old is None)
        done = self._brought(pbx, begun, login, listed, wanted)
        if old is None and not _told(done):
            self._undone(source, done)
        return self._kept(done), self._imported(source.account, pbx, until)

    def check(self, source_id: str, *, repair: bool = True, webhook_url: str = "") -> Upstream:
        """Compare the PBX's list with ours, subscribe to what is missing if `repair`, and keep what was found.

        A `webhook_url` that is another than before is the hub's new address, which all events move to. Where the source
        is connected anew meanwhile, that stands.
        """
        upstream = require_upstream(source_id, self.upstreams)
        try:
            return self._checked(upstream, webhook_url, repair=repair)
        except Conflict:
            return require_upstream(source_id, self.upstreams)

    def _checked(self, upstream: Upstream, webhook_url: str, *, repair: bool) -> Upstream:
        here = replace(upstream, webhook_url=webhook_url or upstream.webhook_url, checked_at=self.clock())
        pbx = self._dialled(upstream)
        try:
            listed = pbx.subscriptions()
        except Refused as error:
            return self.upstreams.save(replace(upstream, state=standing_of(error), checked_at=self.clock()))
        seen = replace(here, events=observed(listed, upstream.events, self.events))
        wanted = self._wanted(here, upstream, listed, []) if repair else []
        if wanted:
            login = opened(self.vault, upstream.account, upstream.login)
            begun = self.upstreams.save(replace(seen, events={**seen.events, **_asked(wanted)}))
            self._authorise(require_source(upstream.source, self.sources), login)
            seen = self._brought(pbx, begun, login, listed, wanted)
        return self._kept(replace(seen, state=_standing(seen.events)))

    def disconnect(self, source_id: str, *, force: bool = False) -> None:
        """End our subscriptions, nobody else's, and forget the token; with `force` even where the PBX does not help."""
        upstream = require_upstream(source_id, self.upstreams)
        try:
            self._unsubscribed(upstream, self._dialled(upstream))
        except Refused:
            if not force:
                raise
        self.upstreams.remove(upstream)

    def _login(self, old: Upstream | None) -> str:
        return opened(self.vault, old.account, old.login) if old else f"{LOGIN}:{new_secret()}"

    def _begun(self, source: Source, wish: Wish, old: Upstream | None, login: str) -> Upstream:
        now = self.clock()
        return Upstream(
            source.account,
            source.id,
            wish.base_url,
            wish.webhook_url,
            self.vault.seal(source.account, wish.token),
            old.login if old else self.vault.seal(source.account, login),
            old.connected_at if old else now,
            checked_at=now,
            events=old.events if old else {},
            spelling=wish.spelling,
            version=old.version if old else 0,
        )

    def _wanted(self, new: Upstream, old: Upstream | None, listed: Mapping[str, str], taken: list[str]) -> list[str]:
        """The events to subscribe to: what is missing, taken over, unanswered, or goes to an address that we had."""
        moved = old is not None and old.webhook_url != new.webhook_url
        known = new.events

        def is_wanted(name: str) -> bool:
            if name not in listed or name in taken:
                return True
            return is_ours(known.get(name), listed[name]) and (moved or known[name].state is EventState.ASKED)

        return [name for name in self.events if is_wanted(name)]

    def _written(self, source: Source, begun: Upstream, login: str, *, new: bool) -> Upstream:
        """Keep what is about to be done, and the credentials that the PBX's events will show."""
        if new:
            self.upstreams.add(begun)
        else:
            begun = self.upstreams.save(begun)
        self._authorise(source, login)
        return begun

    def _kept(self, done: Upstream, attempts: int = ATTEMPTS) -> Upstream:
        """Keep it; where another run has written since, that stands, and learns what else is ours."""
        try:
            return self.upstreams.save(done)
        except Conflict:
            newer = require_upstream(done.source, self.upstreams)
        if newer.login != done.login or attempts == 1:  # connected anew: what we did is nothing to it
            return newer
        events = joined(newer.events, done.events)
        return self._kept(replace(newer, events=events, state=_standing(events)), attempts - 1)

    def _authorise(self, source: Source, login: str) -> None:
        auth = SourceAuth(AuthScheme.BASIC, digest_of(login))
        if source.auth != auth:
            self.sources.save(replace(source, auth=auth))

    def _brought(self, pbx: Pbx, begun: Upstream, login: str, listed: Mapping[str, str], wanted: list[str]) -> Upstream:
        until = (begun.checked_at or self.clock()) + ASKING  # it is when this run began
        subscriber = Subscriber(pbx, begun.webhook_url, login, lambda: self.clock() >= until)
        events = {**begun.events, **subscriber.bring(listed, wanted)}
        return replace(begun, events=events, state=_standing(events))

    def _undone(self, source: Source, done: Upstream) -> None:
        """Nothing came of it; unless the PBX may have subscribed us without saying so, all is put back."""
        refused = next(iter(done.events.values()))
        if any(one.state is EventState.ASKED for one in done.events.values()):
            return
        try:
            self.upstreams.remove(done)
        except Conflict:  # somebody else connects it at the same time, and that stands
            return
        self.sources.save(source)
        raise ProviderRefused(f"The PBX subscribed us to nothing. {refused.reason}", Refusal.REJECTED)

    def _unsubscribed(self, upstream: Upstream, pbx: Pbx) -> None:
        for name, id_ in pbx.subscriptions().items():
            if is_ours(upstream.events.get(name), id_):
                pbx.unsubscribe(name)

    def _imported(self, account: str, pbx: Pbx, until: datetime) -> Imported:
        if self.clock() >= until:
            return Imported(reason=NO_TIME)
        try:
            numbers = pbx.extensions()
        except Refused as error:
            return Imported(reason=error.message)
        known = {extension.number for extension in self.extensions.of_account(account)}
        new = [number for number in dict.fromkeys(numbers) if _is_extension(number) and number not in known]
        in_time = takewhile(lambda _: self.clock() < until, new[:MOST_EXTENSIONS])
        tried = [(number, self._added(account, number)) for number in in_time]
        late = len(tried) < len(new[:MOST_EXTENSIONS])
        return Imported(tuple(number for number, added in tried if added), NO_TIME if late else "")

    def _added(self, account: str, number: str) -> bool:
        try:
            self.extensions.add(account, number, "")
        except Conflict:  # somebody else was quicker
            return False
        return True

    def _dialled(self, upstream: Upstream) -> Pbx:
        return self.dial(upstream, opened(self.vault, upstream.account, upstream.token))


def require_upstream(source_id: str, upstreams: Upstreams) -> Upstream:
    """The PBX behind a source, or NotFound."""
    upstream = upstreams.get(source_id)
    if upstream is None:
        raise NotFound("The source is not connected.", "source")
    return upstream


def at_same_address(old: Upstream | None, wish: Wish) -> Upstream | None:
    """The PBX that a source is connected to already; Conflict where it is another than the one wished for."""
    if old is not None and old.base_url != wish.base_url:
        raise Conflict("The source is connected to another address; disconnect it first.", "base_url")
    return old


def opened(vault: Vault, account: str, sealed: str) -> str:
    """A token or login of a PBX; ProviderRefused where it cannot be opened."""
    try:
        return vault.open(account, sealed)
    except Sealed as error:
        raise ProviderRefused("Our credentials cannot be opened now.", Refusal.UNAVAILABLE) from error


def change_source(found: Source, changed: Source, sources: Sources, upstreams: Upstreams) -> None:
    """Keep a changed source; Conflict where its PBX would go on showing credentials that are good no more."""
    if changed.auth != found.auth:
        require_unconnected(found.id, upstreams, "auth")
    sources.save(changed)


def require_unconnected(source_id: str, upstreams: Upstreams, field: str) -> None:
    """Conflict, by the name of what was to be changed, where a source is connected."""
    if upstreams.get(source_id) is not None:
        raise Conflict("The source is connected; disconnect it first.", field)


def _asked(names: list[str]) -> dict[str, Subscribed]:
    return {name: Subscribed(EventState.ASKED) for name in names}


def _told(upstream: Upstream) -> bool:
    return any(one.state is EventState.SUBSCRIBED for one in upstream.events.values())


def _standing(events: Mapping[str, Subscribed]) -> Standing:
    whole = all(one.state is EventState.SUBSCRIBED for one in events.values())
    return Standing.CONNECTED if whole else Standing.PARTIAL


def standing_of(error: Refused) -> Standing:
    """What a refusal says of how things stand."""
    forbidden = isinstance(error, ProviderRefused) and error.refusal is Refusal.FORBIDDEN
    return Standing.FORBIDDEN if forbidden else Standing.UNREACHABLE


def _is_extension(number: str) -> bool:
    return number.isascii() and number.isdecimal() and len(number) <= LONGEST_EXTENSION
