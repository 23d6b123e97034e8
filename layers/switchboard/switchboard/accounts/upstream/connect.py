"""Connect a source to its PBX, check that it still is, and disconnect it.

What is about to be asked of the PBX is written down first: cut off at any point, the next connect or check knows
what is ours and goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.accounts.digests import digest_of, new_secret
from switchboard.accounts.model import AuthScheme, Source, SourceAuth
from switchboard.accounts.ports import Extensions, Sources
from switchboard.accounts.sources import require_source
from switchboard.accounts.upstream.events import Subscriber, foreign, is_ours, observed
from switchboard.accounts.upstream.model import EventState, Imported, Standing, Subscribed, Upstream, Wish
from switchboard.accounts.upstream.ports import Dial, Pbx, Upstreams, Vault
from switchboard.errors import Conflict, NotFound, NotSupported, ProviderRefused, Refusal, Refused

DIALECT = "vpbx"
LOGIN = "switchboard"
ASKING = timedelta(seconds=12)  # after which no further event is asked for: the gateway waits for 29 seconds
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
        if source.dialect != DIALECT:
            raise NotSupported("Only a source of IS.VPBX can be connected.")
        old = self._old(source, wish)
        login = self._login(source, old)
        begun = self._begun(source, wish, old, login)
        pbx = self.dial(begun, wish.token)
        listed = pbx.subscriptions()  # which proves address and token before anything is changed
        taken = foreign(listed, begun.events, self.events)
        if taken and not wish.take_over:
            raise Conflict(f"The PBX tells these events to another address: {', '.join(taken)}.", "take_over")
        wanted = self._wanted(begun, old, listed, taken)
        begun = replace(begun, events={**observed(listed, begun.events, self.events), **_asked(wanted)})
        self._write(source, begun, login, new=old is None)
        done = self._brought(pbx, begun, login, listed, wanted)
        if old is None and not _told(done):
            self._undone(source, done)
        self.upstreams.save(done)
        return done, self._imported(source.account, pbx)

    def check(self, source_id: str, *, repair: bool = True, webhook_url: str = "") -> Upstream:
        """Compare the PBX's list with ours, subscribe to what is missing if `repair`, and keep what was found.

        A `webhook_url` that is another than before is the hub's new address, which all events move to.
        """
        upstream = require_upstream(source_id, self.upstreams)
        here = replace(upstream, webhook_url=webhook_url or upstream.webhook_url, checked_at=self.clock())
        pbx = self._dialled(upstream)
        try:
            listed = pbx.subscriptions()
        except Refused as error:
            found = replace(upstream, state=standing_of(error), checked_at=self.clock())
            self.upstreams.save(found)
            return found
        seen = replace(here, events=observed(listed, upstream.events, self.events))
        wanted = self._wanted(here, upstream, listed, []) if repair else []
        if wanted:
            begun = replace(seen, events={**seen.events, **_asked(wanted)})
            self.upstreams.save(begun)
            login = self.vault.open(upstream.account, upstream.login)
            self._authorise(require_source(source_id, self.sources), login)
            seen = self._brought(pbx, begun, login, listed, wanted)
        found = replace(seen, state=_standing(seen.events))
        self.upstreams.save(found)
        return found

    def disconnect(self, source_id: str, *, force: bool = False) -> None:
        """End our subscriptions, nobody else's, and forget the token; with `force` even where the PBX does not help."""
        upstream = require_upstream(source_id, self.upstreams)
        try:
            self._unsubscribed(upstream, self._dialled(upstream))
        except Refused:
            if not force:
                raise
        self.upstreams.remove(source_id)

    def _old(self, source: Source, wish: Wish) -> Upstream | None:
        old = self.upstreams.get(source.id)
        if old is not None and old.base_url != wish.base_url:
            raise Conflict("The source is connected to another address; disconnect it first.", "base_url")
        return old

    def _login(self, source: Source, old: Upstream | None) -> str:
        return self.vault.open(source.account, old.login) if old else f"{LOGIN}:{new_secret()}"

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

    def _write(self, source: Source, begun: Upstream, login: str, *, new: bool) -> None:
        """Keep what is about to be done, and the credentials that the PBX's events will show."""
        (self.upstreams.add if new else self.upstreams.save)(begun)
        self._authorise(source, login)

    def _authorise(self, source: Source, login: str) -> None:
        auth = SourceAuth(AuthScheme.BASIC, digest_of(login))
        if source.auth != auth:
            self.sources.save(replace(source, auth=auth))

    def _brought(self, pbx: Pbx, begun: Upstream, login: str, listed: Mapping[str, str], wanted: list[str]) -> Upstream:
        until = self.clock() + ASKING
        subscriber = Subscriber(pbx, begun.webhook_url, login, lambda: self.clock() >= until)
        events = {**begun.events, **subscriber.bring(listed, wanted)}
        return replace(begun, events=events, state=_standing(events))

    def _undone(self, source: Source, done: Upstream) -> None:
        """Nothing came of it; unless the PBX may have subscribed us without saying so, all is put back."""
        refused = next(iter(done.events.values()))
        if any(one.state is EventState.ASKED for one in done.events.values()):
            return
        self.upstreams.remove(source.id)
        self.sources.save(source)
        raise ProviderRefused(f"The PBX subscribed us to nothing. {refused.reason}", Refusal.REJECTED)

    def _unsubscribed(self, upstream: Upstream, pbx: Pbx) -> None:
        for name, id_ in pbx.subscriptions().items():
            if is_ours(upstream.events.get(name), id_):
                pbx.unsubscribe(name)

    def _imported(self, account: str, pbx: Pbx) -> Imported:
        try:
            numbers = pbx.extensions()
        except Refused as error:
            return Imported(reason=error.message)
        known = {extension.number for extension in self.extensions.of_account(account)}
        new = [number for number in dict.fromkeys(numbers) if _is_extension(number) and number not in known]
        return Imported(tuple(number for number in new[:MOST_EXTENSIONS] if self._added(account, number)))

    def _added(self, account: str, number: str) -> bool:
        try:
            self.extensions.add(account, number, "")
        except Conflict:  # somebody else was quicker
            return False
        return True

    def _dialled(self, upstream: Upstream) -> Pbx:
        return self.dial(upstream, self.vault.open(upstream.account, upstream.token))


def require_upstream(source_id: str, upstreams: Upstreams) -> Upstream:
    """The PBX behind a source, or NotFound."""
    upstream = upstreams.get(source_id)
    if upstream is None:
        raise NotFound("The source is not connected.", "source")
    return upstream


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
