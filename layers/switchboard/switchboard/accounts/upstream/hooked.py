"""Connect a source whose PBX has one hook for all its events, and verifies it before it keeps it.

What is about to be asked of the PBX is written down first, as for every PBX.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.accounts.model import AuthScheme, Source
from switchboard.accounts.ports import Sources
from switchboard.accounts.sources import require_source
from switchboard.accounts.upstream.connect import at_same_address, opened, require_upstream, standing_of
from switchboard.accounts.upstream.model import (
    EventState,
    Hook,
    Imported,
    Standing,
    Subscribed,
    Upstream,
    Wish,
)
from switchboard.accounts.upstream.ports import DialHook, HookPbx, Upstreams
from switchboard.errors import Conflict, ProviderRefused, ProviderSilent, Refused
from switchboard.vault import Vault

FORMS = ("text", "json")  # in which a verification may be answered


@dataclass(frozen=True, slots=True)
class HookedDesk:
    """Where such sources are connected. `events` are the types of what a PBX of the dialect tells."""

    sources: Sources
    upstreams: Upstreams
    vault: Vault
    dial: DialHook
    events: tuple[str, ...]
    clock: Callable[[], datetime]

    def connect(self, source: Source, wish: Wish) -> tuple[Upstream, Imported]:
        """Have all events told to our webhook; Conflict where another hook is set that may not be replaced.

        Done again it mends what is missing. Where the PBX refuses, all is as it was before.
        """
        if source.auth.scheme is not AuthScheme.NONE:
            raise Conflict("The source asks for credentials, and this PBX shows none; take them away.", "auth")
        old = at_same_address(self.upstreams.get(source.id), wish)
        begun = self._begun(source, wish, old)
        pbx = self.dial(begun, wish.token)
        ours = {begun.webhook_url, *([old.webhook_url] if old else [])}
        if _is_foreign(pbx.hook(), ours) and not wish.take_over:
            raise Conflict("The PBX tells its events to another address.", "take_over")
        begun = self._written(begun, new=old is None)
        try:
            done = self._brought(source, pbx, begun)
        except Refused as error:
            self._undone(begun, old, error)
            raise
        return done, Imported()

    def check(self, source_id: str, *, repair: bool = True, webhook_url: str = "") -> Upstream:
        """Compare the PBX's hook with ours, set it anew where it is gone, if `repair`, and keep what was found.

        A `webhook_url` that is another than before is the hub's new address, which the hook moves to. Where the source
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
            hook = pbx.hook()
            wanted = repair and not _is_foreign(hook, {here.webhook_url, upstream.webhook_url})
            if wanted and not self._is_whole(hook, here):
                return self._brought(require_source(upstream.source, self.sources), pbx, here)
        except Refused as error:
            found = replace(here, webhook_url=upstream.webhook_url, state=standing_of(error))
        else:
            found = self._seen(here, hook)
        return self.upstreams.save(found)

    def disconnect(self, source_id: str, *, force: bool = False) -> None:
        """Take our hook away, nobody else's, and forget the token; with `force` even where the PBX does not help."""
        upstream = require_upstream(source_id, self.upstreams)
        try:
            pbx = self._dialled(upstream)
            if pbx.hook().url == upstream.webhook_url:
                pbx.subscribe(upstream.webhook_url, ())
        except Refused:
            if not force:
                raise
        self.upstreams.remove(upstream)

    def _written(self, begun: Upstream, *, new: bool) -> Upstream:
        if not new:
            return self.upstreams.save(begun)
        self.upstreams.add(begun)
        return begun

    def _begun(self, source: Source, wish: Wish, old: Upstream | None) -> Upstream:
        now = self.clock()
        return Upstream(
            source.account,
            source.id,
            wish.base_url,
            wish.webhook_url,
            self.vault.seal(source.account, wish.token),
            "",
            old.connected_at if old else now,
            checked_at=now,
            events={name: Subscribed(EventState.ASKED) for name in self.events},
            version=old.version if old else 0,
        )

    def _brought(self, source: Source, pbx: HookPbx, begun: Upstream) -> Upstream:
        """Set the hook, answering the verification in the form that worked before, else in each in turn."""
        for form in dict.fromkeys((source.verification, *FORMS)):
            if require_source(source.id, self.sources).verification != form:
                self.sources.save(replace(source, verification=form))
            try:
                hook = pbx.subscribe(begun.webhook_url, self.events)
            except Conflict as error:
                why = error.message
                continue
            return self.upstreams.save(self._seen(begun, hook))
        self.sources.save(source)
        raise ProviderRefused(why)

    def _undone(self, begun: Upstream, old: Upstream | None, error: Refused) -> None:
        """Unless the PBX may have taken the hook without saying so, all is put back."""
        if isinstance(error, ProviderSilent):
            return
        if old is None:
            self.upstreams.remove(begun)
        else:
            self.upstreams.save(replace(old, version=begun.version))

    def _seen(self, upstream: Upstream, hook: Hook) -> Upstream:
        def state(name: str) -> EventState:
            if _is_foreign(hook, {upstream.webhook_url}):
                return EventState.TAKEN
            return EventState.SUBSCRIBED if hook.url and name in hook.events else EventState.MISSING

        events = {name: Subscribed(state(name)) for name in self.events}
        whole = self._is_whole(hook, upstream)
        return replace(upstream, events=events, state=Standing.CONNECTED if whole else Standing.PARTIAL)

    def _is_whole(self, hook: Hook, upstream: Upstream) -> bool:
        return hook.url == upstream.webhook_url and set(self.events) <= set(hook.events)

    def _dialled(self, upstream: Upstream) -> HookPbx:
        return self.dial(upstream, opened(self.vault, upstream.account, upstream.token))


def _is_foreign(hook: Hook, ours: set[str]) -> bool:
    return bool(hook.url and hook.events) and hook.url not in ours
