"""CRMs are asked whom a caller should reach: their use cases, each built when it is first asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard import bootstrap
from switchboard.bootstrap import crm

if TYPE_CHECKING:
    from switchboard.crm.inbound import AskForRedirect, RedirectInbound
    from switchboard.crm.responsible import AskCrms
    from switchboard.dialects.vendor_requests import SendToVendor


@cache
def ask_crms() -> AskCrms:
    """Who is responsible for a customer, as CRMs know it."""
    from switchboard.crm.responsible import AskCrms
    from switchboard.dialects.kontur import client

    return AskCrms(crm.connectors(), crm.links(), crm.keys(), _api, client)


def _api(base_url: str) -> SendToVendor:
    """A CRM's API, with the library that it needs; a caller waits for the answer."""
    from switchboard.bootstrap.upstream import vendor_api
    from switchboard.routing.route import TIME_LIMIT

    return vendor_api().at(base_url, TIME_LIMIT)


@cache
def ask_for_redirect() -> AskForRedirect:
    """The follower of calls that come in."""
    from switchboard.crm.inbound import AskForRedirect
    from switchboard.observability.logs import asking_failed
    from switchboard.telephony.registry import PROVIDERS

    redirecting = frozenset(name for name, provider in PROVIDERS.items() if provider.redirects)
    return AskForRedirect(redirecting.__contains__, crm.connectors, crm.crm_call_queue, asking_failed)


@cache
def redirect_inbound() -> RedirectInbound:
    """The use case behind the queue of calls that may be put through."""
    from switchboard.crm.inbound import RedirectInbound
    from switchboard.observability.logs import asking_failed

    return RedirectInbound(
        calls=bootstrap.kept_calls(),
        connectors=crm.connectors(),
        responsible=ask_crms(),
        extensions=bootstrap.extensions(),
        claims=crm.links(),
        telephony=crm.telephony(),
        failed=asking_failed,
        clock=bootstrap.now,
    )
