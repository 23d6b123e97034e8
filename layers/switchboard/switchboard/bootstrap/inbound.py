"""Inbound calls: a CRM is asked for the user that a caller should reach."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import connectors, crm_call_queue, extensions, kept_calls, links
from switchboard.bootstrap.crm import crm_telephony
from switchboard.bootstrap.network import vendor_api
from switchboard.bootstrap.subscriptions import credential_opener

if TYPE_CHECKING:
    from switchboard.crm.inbound import AskForRedirect, RedirectInbound
    from switchboard.crm.responsible import AskCrms
    from switchboard.dialects.vendor_requests import SendToVendor


@cache
def ask_crms() -> AskCrms:
    """Return what asks CRMs for the user who is responsible for a customer."""
    from switchboard.bootstrap.rest_crm import ask_rest_crm
    from switchboard.crm.responsible import AskCrms
    from switchboard.crm.told import crm_client

    return AskCrms(connectors(), links(), credential_opener(), _api, crm_client, ask_rest_crm)


def _api(base_url: str) -> SendToVendor:
    """Return a CRM's API for requests within the time that a caller waits."""
    from switchboard.routing.route import TIME_LIMIT

    return vendor_api().at(base_url, TIME_LIMIT)


@cache
def ask_for_redirect() -> AskForRedirect:
    """Return the follower of applied events that queues a request for the redirect of an inbound call."""
    from switchboard.crm.inbound import AskForRedirect
    from switchboard.observability.logs import asking_failed
    from switchboard.telephony.registry import PROVIDERS

    redirecting = frozenset(name for name, provider in PROVIDERS.items() if provider.redirects)
    return AskForRedirect(redirecting.__contains__, connectors, crm_call_queue, asking_failed)


@cache
def redirect_inbound() -> RedirectInbound:
    """Return the worker that redirects inbound calls."""
    from switchboard.crm.inbound import RedirectInbound
    from switchboard.observability.logs import asking_failed

    return RedirectInbound(
        calls=kept_calls(),
        connectors=connectors(),
        responsible=ask_crms(),
        extensions=extensions(),
        claims=links(),
        telephony=crm_telephony(),
        orders=crm_call_queue(),
        failed=asking_failed,
        clock=now,
    )
