"""The PBXs behind sources: connecting, checking, and requests."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from threading import Event
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import account_states
from switchboard.bootstrap.adapters import bookmarks, extensions, operations, sources, stream_reader, upstreams, vault
from switchboard.bootstrap.network import targets, vendor_api
from switchboard.bootstrap.vendors import ASKED_WITHIN, dial, listen
from switchboard.dialects.registry import Connection, connections, part_of
from switchboard.dialects.roles import HookClientModule, PbxClientModule

if TYPE_CHECKING:
    from switchboard.accounts.upstream.check_sources import CheckSources
    from switchboard.accounts.upstream.connect import EventSubscriptionsManager
    from switchboard.accounts.upstream.hook_manager import HookManager
    from switchboard.accounts.upstream.managers import UpstreamManager, UpstreamManagers
    from switchboard.accounts.upstream.model import Upstream
    from switchboard.accounts.upstream.ports import HookClient
    from switchboard.accounts.upstream.streamed.manager import StreamManager


@cache
def upstream_managers() -> UpstreamManagers:
    """Return what connects sources: one manager for each dialect and way of its events."""
    from switchboard.accounts.upstream.managers import UpstreamManagers
    from switchboard.accounts.upstream.model import EventTransport

    builders: dict[Connection, tuple[EventTransport, Callable[[str], UpstreamManager]]] = {
        Connection.SUBSCRIPTIONS: (EventTransport.HOOK, event_subscriptions_manager),
        Connection.HOOK: (EventTransport.HOOK, hook_manager),
        Connection.STREAM: (EventTransport.STREAM, lambda _: stream_manager()),
    }
    managers = {
        (dialect, builders[way][0]): partial(builders[way][1], dialect)
        for dialect, ways in connections().items()
        for way in ways
    }
    return UpstreamManagers(sources(), upstreams(), managers, targets().vet)


@cache
def event_subscriptions_manager(dialect: str) -> EventSubscriptionsManager:
    """Return what subscribes the hub to each event of a dialect's PBXs."""
    from switchboard.accounts.upstream.connect import EventSubscriptionsManager

    events = part_of(dialect, "client", PbxClientModule).EVENTS
    return EventSubscriptionsManager(sources(), upstreams(), extensions(), vault(), partial(dial, dialect), events, now)


@cache
def hook_manager(dialect: str) -> HookManager:
    """Return what sets the hub's webhook at a dialect's PBXs."""
    from switchboard.accounts.upstream.hook_manager import HookManager

    module = part_of(dialect, "client", HookClientModule)

    def dial_hook(upstream: Upstream, token: str) -> HookClient:
        return module.open_hook_client(vendor_api().at(upstream.base_url, ASKED_WITHIN), token)

    return HookManager(sources(), upstreams(), vault(), dial_hook, module.EVENTS, now)


@cache
def stream_manager() -> StreamManager:
    """Return what connects PBXs whose streams the hub reads."""
    from switchboard.accounts.upstream.streamed.hold import HoldStream
    from switchboard.accounts.upstream.streamed.manager import StreamManager
    from switchboard.bootstrap.streamed_intake import receive_streamed
    from switchboard.observability.logs import stream_troubled

    def start_reader() -> bool:
        return stream_reader().start()  # built here: only the function that connects knows the reader's name

    hold = HoldStream(bookmarks(), receive_streamed, start_reader, Event().wait, stream_troubled, now)
    return StreamManager(upstreams(), bookmarks(), vault(), listen, hold, now)


@cache
def check_sources() -> CheckSources:
    """Return the hourly check of connected sources."""
    from switchboard.accounts.upstream.check_sources import CheckSources
    from switchboard.observability.logs import check_failed

    served = account_states().is_served
    return CheckSources(upstreams(), upstream_managers(), _tell_standing, check_failed, moved_to, now, served)


def moved_to(source_id: str) -> str:
    """Return the address of a source's webhook; empty if the operator has not set the hub's address."""
    from switchboard.accounts.contracts import webhook_url

    source = sources().get(source_id)
    return webhook_url(source, settings.base_url()) if source and settings.base_url() else ""


def _tell_standing(upstream: Upstream) -> None:
    told = {"account": upstream.account, "source": upstream.source, "state": upstream.state.value}
    operations().tell("source.standing", told)
