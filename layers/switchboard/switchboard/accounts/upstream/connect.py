"""Connect a source to a PBX that has a subscription for each event; check and end the connection.

Every request to the PBX is stored before it is sent. If the function dies at any point, the next connect or check
recognises our subscriptions and continues.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile

from switchboard.accounts.digests import digest_of, new_secret
from switchboard.accounts.model import AuthScheme, Source
from switchboard.accounts.ports import Extensions, Sources
from switchboard.accounts.sources import require_source
from switchboard.accounts.upstream.event_subscriptions import EventSubscriber, is_ours, merged, observed, sent_elsewhere
from switchboard.accounts.upstream.model import (
    ConnectRequest,
    EventSubscription,
    ImportedExtensions,
    SubscriptionState,
    Upstream,
    UpstreamState,
)
from switchboard.accounts.upstream.ports import EventSubscriptionsClient, OpenSubscriptionsClient, Upstreams
from switchboard.errors import Conflict, NotFound, ProviderRefused, Refusal, Refused, Sealed
from switchboard.vault import UPSTREAM_LOGIN, UPSTREAM_TOKEN, Vault

LOGIN = "switchboard"
# Both count from the beginning of the request. After ASKING no further event is subscribed to; after WORKING no further
# extension is copied. The gateway waits 29 seconds; `bootstrap.vendors.ASKED_WITHIN` limits one request to a PBX.
ASKING, WORKING = timedelta(seconds=12), timedelta(seconds=22)
ATTEMPTS = 3  # at saving an upstream that another run changes
NO_TIME = "No time was left for all extensions; connect again to add the rest."
LONGEST_EXTENSION = 15
MOST_EXTENSIONS = 500  # copied from the PBX in one request


@dataclass(frozen=True, slots=True)
class EventSubscriptionsManager:
    """Manager of upstreams with a subscription for each event. `events` are the names of the dialect's events."""

    sources: Sources
    upstreams: Upstreams
    extensions: Extensions
    vault: Vault
    dial: OpenSubscriptionsClient
    events: tuple[str, ...]
    clock: Callable[[], datetime]

    def connect(self, source: Source, request: ConnectRequest) -> tuple[Upstream, ImportedExtensions]:
        """Subscribe our webhook to all events, and copy the extensions of the PBX.

        A repeat subscribes to the missing events. Raises Conflict if another receiver has events and `take_over` is
        not set. If the PBX refuses every event, the former state is restored, and ProviderRefused is raised.
        """
        until = self.clock() + WORKING
        old = at_same_address(self.upstreams.get(source.id), request)
        login = self._login(old)
        begun = self._new_upstream(source, request, old, login)
        pbx = self.dial(begun, request.token)
        listed = pbx.subscriptions()  # proves address and token before anything is changed
        taken = sent_elsewhere(listed, begun.events, self.events)
        if taken and not request.take_over:
            raise Conflict(
                f"The PBX sends these events to another address; set take_over to replace it: {', '.join(taken)}.",
                "take_over",
            )
        wanted = self._wanted(begun, old, listed, taken)
        begun = replace(begun, events={**observed(listed, begun.events, self.events), **_requested(wanted)})
        begun = self._store(source, begun, login, new=old is None)
        done = self._subscribe(pbx, begun, login, listed, wanted)
        if old is None and not _any_subscribed(done):
            self._restore(source, done)
        return self._save(done), self._copy_extensions(source.account, pbx, until)

    def check(self, source_id: str, *, repair: bool = True, webhook_url: str = "") -> Upstream:
        """Compare the subscriptions of the PBX with ours, store the result, and return it.

        With `repair`, missing subscriptions are made. A changed `webhook_url` is the hub's new address: all events move
        there. If the source is connected again at the same time, the newer connection is returned.
        """
        upstream = require_upstream(source_id, self.upstreams)
        try:
            return self._check(upstream, webhook_url, repair=repair)
        except Conflict:
            return require_upstream(source_id, self.upstreams)

    def _check(self, upstream: Upstream, webhook_url: str, *, repair: bool) -> Upstream:
        here = replace(upstream, webhook_url=webhook_url or upstream.webhook_url, checked_at=self.clock())
        pbx = self._client(upstream)
        try:
            listed = pbx.subscriptions()
        except Refused as error:
            return self.upstreams.save(replace(upstream, state=state_after(error), checked_at=self.clock()))
        seen = replace(here, events=observed(listed, upstream.events, self.events))
        wanted = self._wanted(here, upstream, listed, []) if repair else []
        if wanted:
            login = open_secret(self.vault, upstream.account, upstream.login, UPSTREAM_LOGIN)
            begun = self.upstreams.save(replace(seen, events={**seen.events, **_requested(wanted)}))
            self._authorise(require_source(upstream.source, self.sources), login)
            seen = self._subscribe(pbx, begun, login, listed, wanted)
        return self._save(replace(seen, state=_state_of(seen.events)))

    def disconnect(self, source_id: str, *, force: bool = False) -> None:
        """End our subscriptions, and delete the upstream with its token.

        With `force`, errors of the PBX are ignored; without, they are raised.
        """
        upstream = require_upstream(source_id, self.upstreams)
        try:
            self._unsubscribe(upstream, self._client(upstream))
        except Refused:
            if not force:
                raise
        self.upstreams.remove(upstream)

    def _login(self, old: Upstream | None) -> str:
        return open_secret(self.vault, old.account, old.login, UPSTREAM_LOGIN) if old else f"{LOGIN}:{new_secret()}"

    def _new_upstream(self, source: Source, request: ConnectRequest, old: Upstream | None, login: str) -> Upstream:
        now = self.clock()
        return Upstream(
            source.account,
            source.id,
            request.base_url,
            request.webhook_url,
            self.vault.seal(source.account, request.token, UPSTREAM_TOKEN),
            old.login if old else self.vault.seal(source.account, login, UPSTREAM_LOGIN),
            old.connected_at if old else now,
            checked_at=now,
            events=old.events if old else {},
            spelling=request.spelling,
            version=old.version if old else 0,
        )

    def _wanted(self, new: Upstream, old: Upstream | None, listed: Mapping[str, str], taken: list[str]) -> list[str]:
        """Return the events to subscribe to.

        An event is missing, is taken over, has an unanswered request, or goes to our former address.
        """
        moved = old is not None and old.webhook_url != new.webhook_url
        known = new.events

        def is_wanted(name: str) -> bool:
            if name not in listed or name in taken:
                return True
            return is_ours(known.get(name), listed[name]) and (moved or known[name].state is SubscriptionState.ASKED)

        return [name for name in self.events if is_wanted(name)]

    def _store(self, source: Source, begun: Upstream, login: str, *, new: bool) -> Upstream:
        """Store the planned requests, and the credentials that the PBX will show to our webhook."""
        if new:
            self.upstreams.add(begun)
        else:
            begun = self.upstreams.save(begun)
        self._authorise(source, login)
        return begun

    def _save(self, done: Upstream, attempts: int = ATTEMPTS) -> Upstream:
        """Save the upstream. If another run has saved it meanwhile, merge our subscriptions into the newer version."""
        try:
            return self.upstreams.save(done)
        except Conflict:
            newer = require_upstream(done.source, self.upstreams)
        if newer.login != done.login or attempts == 1:  # connected again: our subscriptions use a former login
            return newer
        events = merged(newer.events, done.events)
        return self._save(replace(newer, events=events, state=_state_of(events)), attempts - 1)

    def _authorise(self, source: Source, login: str) -> None:
        auth = replace(source.auth, scheme=AuthScheme.BASIC, digest=digest_of(login), field="", hmac=None)
        if source.auth != auth:
            self.sources.save(replace(source, auth=auth))

    def _subscribe(
        self, pbx: EventSubscriptionsClient, begun: Upstream, login: str, listed: Mapping[str, str], wanted: list[str]
    ) -> Upstream:
        until = (begun.checked_at or self.clock()) + ASKING  # `checked_at` is when this run began
        subscriber = EventSubscriber(pbx, begun.webhook_url, login, lambda: self.clock() >= until)
        events = {**begun.events, **subscriber.subscribe(listed, wanted)}
        return replace(begun, events=events, state=_state_of(events))

    def _restore(self, source: Source, done: Upstream) -> None:
        """Restore the former state, and raise ProviderRefused.

        After an unanswered request nothing is restored, since the PBX may have subscribed us.
        """
        refused = next(iter(done.events.values()))
        if any(one.state is SubscriptionState.ASKED for one in done.events.values()):
            return
        try:
            self.upstreams.remove(done)
        except Conflict:  # another request has connected the source at the same time
            return
        self.sources.save(source)
        raise ProviderRefused(f"The PBX refused every subscription. {refused.reason}", Refusal.REJECTED)

    def _unsubscribe(self, upstream: Upstream, pbx: EventSubscriptionsClient) -> None:
        for name, id_ in pbx.subscriptions().items():
            if is_ours(upstream.events.get(name), id_):
                pbx.unsubscribe(name)

    def _copy_extensions(self, account: str, pbx: EventSubscriptionsClient, until: datetime) -> ImportedExtensions:
        if self.clock() >= until:
            return ImportedExtensions(reason=NO_TIME)
        try:
            numbers = pbx.extensions()
        except Refused as error:
            return ImportedExtensions(reason=error.message)
        known = {extension.number for extension in self.extensions.of_account(account)}
        new = [number for number in dict.fromkeys(numbers) if _is_extension(number) and number not in known]
        in_time = takewhile(lambda _: self.clock() < until, new[:MOST_EXTENSIONS])
        tried = [(number, self._add_extension(account, number)) for number in in_time]
        late = len(tried) < len(new[:MOST_EXTENSIONS])
        return ImportedExtensions(tuple(number for number, added in tried if added), NO_TIME if late else "")

    def _add_extension(self, account: str, number: str) -> bool:
        try:
            self.extensions.add(account, number, "")
        except Conflict:  # another request has added the number
            return False
        return True

    def _client(self, upstream: Upstream) -> EventSubscriptionsClient:
        return self.dial(upstream, open_secret(self.vault, upstream.account, upstream.token, UPSTREAM_TOKEN))


def require_upstream(source_id: str, upstreams: Upstreams) -> Upstream:
    """Return the upstream of a source. Raises NotFound if the source is not connected."""
    upstream = upstreams.get(source_id)
    if upstream is None:
        raise NotFound("The source is not connected.", "source")
    return upstream


def at_same_address(old: Upstream | None, request: ConnectRequest) -> Upstream | None:
    """Return the upstream to replace. Raises Conflict if the upstream has another address than the request."""
    if old is not None and old.base_url != request.base_url:
        raise Conflict("The source is connected to another address: disconnect the source first.", "base_url")
    return old


def open_secret(vault: Vault, account: str, sealed: str, place: str) -> str:
    """Return a token or login in plain text. Raises ProviderRefused if the vault cannot open the secret."""
    try:
        return vault.open(account, sealed, place)
    except Sealed as error:
        raise ProviderRefused("The hub cannot open its credentials for the PBX.", Refusal.UNAVAILABLE) from error


def change_source(found: Source, changed: Source, sources: Sources, upstreams: Upstreams) -> None:
    """Save a changed source.

    Raises Conflict if the credentials of a connected source change, since the PBX would still show the old ones.
    """
    if changed.auth != found.auth:
        require_unconnected(found.id, upstreams, "auth")
    sources.save(changed)


def require_unconnected(source_id: str, upstreams: Upstreams, field: str) -> None:
    """Raise Conflict if the source is connected. `field` is the field that cannot change then."""
    if upstreams.get(source_id) is not None:
        raise Conflict("The source is connected: disconnect the source first.", field)


def _requested(names: list[str]) -> dict[str, EventSubscription]:
    return {name: EventSubscription(SubscriptionState.ASKED) for name in names}


def _any_subscribed(upstream: Upstream) -> bool:
    return any(one.state is SubscriptionState.SUBSCRIBED for one in upstream.events.values())


def _state_of(events: Mapping[str, EventSubscription]) -> UpstreamState:
    whole = all(one.state is SubscriptionState.SUBSCRIBED for one in events.values())
    return UpstreamState.CONNECTED if whole else UpstreamState.PARTIAL


def state_after(error: Refused) -> UpstreamState:
    """Return the state of an upstream whose PBX answered with this error."""
    forbidden = isinstance(error, ProviderRefused) and error.refusal is Refusal.FORBIDDEN
    return UpstreamState.FORBIDDEN if forbidden else UpstreamState.UNREACHABLE


def _is_extension(number: str) -> bool:
    return number.isascii() and number.isdecimal() and len(number) <= LONGEST_EXTENSION
