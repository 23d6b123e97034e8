"""The PBXs behind sources: to connect them, check them, and send requests to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import bookmarks, extensions, operations, sources, upstreams, vault
from switchboard.bootstrap.network import vendor_api, vendor_streams

if TYPE_CHECKING:
    from switchboard.accounts.upstream.check_sources import CheckSources
    from switchboard.accounts.upstream.connect import EventSubscriptionsManager
    from switchboard.accounts.upstream.credentials import UpstreamCredentials
    from switchboard.accounts.upstream.hook_manager import HookManager
    from switchboard.accounts.upstream.managers import UpstreamManager, UpstreamManagers
    from switchboard.accounts.upstream.model import Upstream
    from switchboard.accounts.upstream.streamed.manager import StreamManager
    from switchboard.dialects.vpbx.client import VpbxClient

# Seconds for all requests to a PBX within one request to us, or within one turn of the hourly check.
ASKED_WITHIN = 20.0


def dial(upstream: Upstream, token: str) -> VpbxClient:
    """Return a client of the PBX behind an upstream, for the requests of ASKED_WITHIN seconds."""
    from switchboard.dialects.vpbx.client import PathSpelling, VpbxClient

    return VpbxClient(vendor_api().at(upstream.base_url, ASKED_WITHIN), token, PathSpelling(*upstream.spelling))


def listen(upstream: Upstream, token: str, last_id: str) -> AbstractContextManager[Iterator[bytes]]:
    """Return the stream of the PBX behind an upstream, from the event after `last_id` on."""
    from switchboard.dialects.sprecord.client import listening

    return vendor_streams().listen(upstream.base_url, listening(token, last_id))


@cache
def upstream_managers() -> UpstreamManagers:
    """Return what connects sources: one manager for each dialect and way of its events."""
    from switchboard.accounts.upstream.managers import UpstreamManagers
    from switchboard.accounts.upstream.model import EventTransport

    managers: dict[tuple[str, EventTransport], Callable[[], UpstreamManager]] = {
        ("vpbx", EventTransport.HOOK): event_subscriptions_manager,
        ("sprecord", EventTransport.HOOK): hook_manager,
        ("sprecord", EventTransport.STREAM): stream_manager,
    }
    return UpstreamManagers(sources(), upstreams(), managers)


@cache
def event_subscriptions_manager() -> EventSubscriptionsManager:
    """Return what subscribes the hub to the events of an IS.VPBX."""
    from switchboard.accounts.upstream.connect import EventSubscriptionsManager
    from switchboard.dialects.vpbx.client import EVENTS

    return EventSubscriptionsManager(sources(), upstreams(), extensions(), vault(), dial, EVENTS, now)


@cache
def hook_manager() -> HookManager:
    """Return what sets the hub's webhook at an SpRecord."""
    from switchboard.accounts.upstream.hook_manager import HookManager
    from switchboard.dialects.sprecord.client import EVENTS, SprecordClient

    def dial_hook(upstream: Upstream, token: str) -> SprecordClient:
        return SprecordClient(vendor_api().at(upstream.base_url, ASKED_WITHIN), token)

    return HookManager(sources(), upstreams(), vault(), dial_hook, EVENTS, now)


@cache
def stream_manager() -> StreamManager:
    """Return what connects an SpRecord whose stream the hub reads."""
    from switchboard.accounts.upstream.streamed.manager import StreamManager

    return StreamManager(upstreams(), bookmarks(), vault(), listen, now)


@cache
def upstream_credentials() -> UpstreamCredentials:
    """Return the hub's credentials for files that the PBXs keep."""
    from switchboard.accounts.upstream.credentials import UpstreamCredentials

    return UpstreamCredentials(upstreams(), vault())


@cache
def check_sources() -> CheckSources:
    """Return the hourly check of connected sources."""
    from switchboard.accounts.upstream.check_sources import CheckSources
    from switchboard.observability.logs import check_failed

    return CheckSources(upstreams(), upstream_managers(), _tell_standing, check_failed, moved_to, now)


def moved_to(source_id: str) -> str:
    """Return the address of a source's webhook; empty if the operator has not set the hub's address."""
    from switchboard.accounts.contracts import webhook_url

    source = sources().get(source_id)
    return webhook_url(source, settings.base_url()) if source and settings.base_url() else ""


def _tell_standing(upstream: Upstream) -> None:
    told = {"account": upstream.account, "source": upstream.source, "state": upstream.state.value}
    operations().tell("source.standing", told)
