"""The use cases around the PBXs behind sources, and their adapters."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from switchboard import bootstrap, settings

if TYPE_CHECKING:
    from switchboard.accounts.upstream.check_sources import CheckSources
    from switchboard.accounts.upstream.connect import EventSubscriptionsManager
    from switchboard.accounts.upstream.credentials import UpstreamCredentials
    from switchboard.accounts.upstream.hook_manager import HookManager
    from switchboard.accounts.upstream.managers import UpstreamManager, UpstreamManagers
    from switchboard.accounts.upstream.model import Upstream
    from switchboard.aws.upstreams import UpstreamRows
    from switchboard.dialects.vpbx.client import VpbxClient
    from switchboard.net.vendor_api import VendorApi

# Seconds for all that one request, or one turn of the hourly check, asks a PBX.
ASKED_WITHIN = 20.0


@cache
def upstreams() -> UpstreamRows:
    """The PBXs behind sources."""
    from switchboard.aws.upstreams import UpstreamRows

    return UpstreamRows(bootstrap.accounts_table())


@cache
def vendor_api() -> VendorApi:
    """What asks vendors' APIs, at vetted addresses alone."""
    from switchboard.net.guard import Guard
    from switchboard.net.resolver import Resolver
    from switchboard.net.session import vetted_session
    from switchboard.net.vendor_api import VendorApi

    guard = Guard(Resolver(), allow_private=settings.allow_private_targets())
    return VendorApi(lambda: vetted_session(guard))


def dial(upstream: Upstream, token: str) -> VpbxClient:
    """The PBX behind an upstream, for the questions of one request."""
    from switchboard.dialects.vpbx.client import PathSpelling, VpbxClient

    return VpbxClient(vendor_api().at(upstream.base_url, ASKED_WITHIN), token, PathSpelling(*upstream.spelling))


@cache
def upstream_managers() -> UpstreamManagers:
    """Where sources are connected."""
    from switchboard.accounts.upstream.managers import UpstreamManagers
    from switchboard.accounts.upstream.model import EventTransport
    from switchboard.bootstrap.listening import stream_manager

    managers: dict[tuple[str, EventTransport], Callable[[], UpstreamManager]] = {
        ("vpbx", EventTransport.HOOK): event_subscriptions_manager,
        ("sprecord", EventTransport.HOOK): hook_manager,
        ("sprecord", EventTransport.STREAM): stream_manager,
    }
    return UpstreamManagers(bootstrap.sources(), upstreams(), managers)


@cache
def hook_manager() -> HookManager:
    """Where those of SpRecord are."""
    from switchboard.accounts.upstream.hook_manager import HookManager
    from switchboard.dialects.sprecord.client import EVENTS, SprecordClient

    def dial_hook(upstream: Upstream, token: str) -> SprecordClient:
        return SprecordClient(vendor_api().at(upstream.base_url, ASKED_WITHIN), token)

    return HookManager(bootstrap.sources(), upstreams(), bootstrap.vault(), dial_hook, EVENTS, bootstrap.now)


@cache
def event_subscriptions_manager() -> EventSubscriptionsManager:
    """Where those of IS.VPBX are."""
    from switchboard.accounts.upstream.connect import EventSubscriptionsManager
    from switchboard.dialects.vpbx.client import EVENTS

    return EventSubscriptionsManager(
        bootstrap.sources(), upstreams(), bootstrap.extensions(), bootstrap.vault(), dial, EVENTS, bootstrap.now
    )


@cache
def credentials() -> UpstreamCredentials:
    """Our credentials for what the PBXs keep."""
    from switchboard.accounts.upstream.credentials import UpstreamCredentials

    return UpstreamCredentials(upstreams(), bootstrap.vault())


@cache
def check_sources() -> CheckSources:
    """The use case behind the hourly check."""
    from switchboard.accounts.upstream.check_sources import CheckSources
    from switchboard.observability.logs import check_failed

    return CheckSources(upstreams(), upstream_managers(), _changed, check_failed, moved_to, bootstrap.now)


def moved_to(source_id: str) -> str:
    """The webhook's address, empty where the operator has not set the hub's."""
    from switchboard.accounts.contracts import webhook_url

    source = bootstrap.sources().get(source_id)
    return webhook_url(source, settings.base_url()) if source and settings.base_url() else ""


def _changed(upstream: Upstream) -> None:
    told = {"account": upstream.account, "source": upstream.source, "state": upstream.state.value}
    bootstrap.operations().tell("source.standing", told)
