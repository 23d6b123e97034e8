"""Connect a source to a PBX that has one webhook for all events; check and end the connection.

The PBX verifies a new webhook before accepting it. The upstream is stored before the PBX is asked, as for every PBX.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.accounts.model import AuthScheme, Source
from switchboard.accounts.ports import Sources
from switchboard.accounts.sources import require_source
from switchboard.accounts.upstream.connect import at_same_address, open_secret, require_upstream, state_after
from switchboard.accounts.upstream.model import (
    ConnectRequest,
    EventSubscription,
    Hook,
    ImportedExtensions,
    SubscriptionState,
    Upstream,
    UpstreamState,
)
from switchboard.accounts.upstream.ports import HookClient, OpenHookClient, Upstreams
from switchboard.errors import Conflict, ProviderRefused, ProviderSilent, Refused
from switchboard.vault import UPSTREAM_TOKEN, Vault

FORMS = ("text", "json")  # bodies that may answer the verification request


@dataclass(frozen=True, slots=True)
class HookManager:
    """Manager of upstreams with one webhook for all events. `events` are the types of the dialect's events."""

    sources: Sources
    upstreams: Upstreams
    vault: Vault
    dial: OpenHookClient
    events: tuple[str, ...]
    clock: Callable[[], datetime]

    def connect(self, source: Source, request: ConnectRequest) -> tuple[Upstream, ImportedExtensions]:
        """Make our webhook the webhook of the PBX, for all events.

        Raises Conflict if the source requires credentials other than the vendor's signature, or if another webhook is
        set and `take_over` is not.
        If the PBX refuses, the former state is restored, and the refusal is raised.
        """
        if source.auth.scheme not in {AuthScheme.NONE, AuthScheme.SIGNATURE} or source.auth.hmac:
            raise Conflict("This PBX sends no credentials: set the auth of the source to none first.", "auth")
        old = at_same_address(self.upstreams.get(source.id), request)
        begun = self._new_upstream(source, request, old)
        pbx = self.dial(begun, request.token)
        ours = {begun.webhook_url, *([old.webhook_url] if old else [])}
        if _is_foreign(pbx.hook(), ours) and not request.take_over:
            raise Conflict("The PBX sends its events to another address; set take_over to replace it.", "take_over")
        begun = self._store(begun, new=old is None)
        try:
            done = self._subscribe(source, pbx, begun)
        except Refused as error:
            self._restore(begun, old, error)
            raise
        return done, ImportedExtensions()

    def check(self, source_id: str, *, repair: bool = True, webhook_url: str = "") -> Upstream:
        """Compare the webhook of the PBX with ours, store the result, and return it.

        With `repair`, a missing webhook is set again. A changed `webhook_url` is the hub's new address: the webhook
        moves there. If the source is connected again at the same time, the newer connection is returned.
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
            hook = pbx.hook()
            if hook is None:  # the answer to setting the webhook is all that the PBX tells
                return self._set_again(upstream, pbx, here, repair=repair)
            wanted = repair and not _is_foreign(hook, {here.webhook_url, upstream.webhook_url})
            if wanted and not self._is_whole(hook, here):
                return self._subscribe(require_source(upstream.source, self.sources), pbx, here)
        except Refused as error:
            found = replace(here, webhook_url=upstream.webhook_url, state=state_after(error))
        else:
            found = self._observed(here, hook)
        return self.upstreams.save(found)

    def disconnect(self, source_id: str, *, force: bool = False) -> None:
        """Remove our webhook, and delete the upstream with its token.

        With `force`, errors of the PBX are ignored; without, they are raised.
        """
        upstream = require_upstream(source_id, self.upstreams)
        try:
            pbx = self._client(upstream)
            hook = pbx.hook()
            if hook is None or hook.url == upstream.webhook_url:
                pbx.subscribe(upstream.webhook_url, ())
        except Refused:
            if not force:
                raise
        self.upstreams.remove(upstream)

    def _set_again(self, upstream: Upstream, pbx: HookClient, here: Upstream, *, repair: bool) -> Upstream:
        """Set the webhook again at a PBX that does not show its webhook. Without `repair` the last state is kept."""
        if not repair:
            return self.upstreams.save(replace(upstream, checked_at=here.checked_at))
        return self._subscribe(require_source(upstream.source, self.sources), pbx, here)

    def _store(self, begun: Upstream, *, new: bool) -> Upstream:
        if not new:
            return self.upstreams.save(begun)
        self.upstreams.add(begun)
        return begun

    def _new_upstream(self, source: Source, request: ConnectRequest, old: Upstream | None) -> Upstream:
        now = self.clock()
        return Upstream(
            source.account,
            source.id,
            request.base_url,
            request.webhook_url,
            self.vault.seal(source.account, request.token, UPSTREAM_TOKEN),
            "",
            old.connected_at if old else now,
            checked_at=now,
            events={name: EventSubscription(SubscriptionState.ASKED) for name in self.events},
            version=old.version if old else 0,
        )

    def _subscribe(self, source: Source, pbx: HookClient, begun: Upstream) -> Upstream:
        """Set the webhook. The form of the verification that worked before is tried first, then the other."""
        for form in dict.fromkeys((source.verification, *FORMS)):
            if require_source(source.id, self.sources).verification != form:
                self.sources.save(replace(source, verification=form))
            try:
                hook = pbx.subscribe(begun.webhook_url, self.events)
            except Conflict as error:
                why = error.message
                continue
            return self.upstreams.save(self._observed(begun, hook))
        self.sources.save(source)
        raise ProviderRefused(why)

    def _restore(self, begun: Upstream, old: Upstream | None, error: Refused) -> None:
        """Restore the former upstream. After a time-out nothing is restored, since the PBX may have set the webhook."""
        if isinstance(error, ProviderSilent):
            return
        if old is None:
            self.upstreams.remove(begun)
        else:
            self.upstreams.save(replace(old, version=begun.version))

    def _observed(self, upstream: Upstream, hook: Hook) -> Upstream:
        def state(name: str) -> SubscriptionState:
            if _is_foreign(hook, {upstream.webhook_url}):
                return SubscriptionState.TAKEN
            return SubscriptionState.SUBSCRIBED if hook.url and name in hook.events else SubscriptionState.MISSING

        events = {name: EventSubscription(state(name)) for name in self.events}
        whole = self._is_whole(hook, upstream)
        return replace(upstream, events=events, state=UpstreamState.CONNECTED if whole else UpstreamState.PARTIAL)

    def _is_whole(self, hook: Hook, upstream: Upstream) -> bool:
        return hook.url == upstream.webhook_url and set(self.events) <= set(hook.events)

    def _client(self, upstream: Upstream) -> HookClient:
        return self.dial(upstream, open_secret(self.vault, upstream.account, upstream.token, UPSTREAM_TOKEN))


def _is_foreign(hook: Hook | None, ours: set[str]) -> bool:
    return hook is not None and bool(hook.url and hook.events) and hook.url not in ours
