"""CRMs with a REST API: their messages, their requests, and the question who is responsible."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import region_of
from switchboard.bootstrap.adapters import connectors, crm_call_queue, links, recordings, recordings_bucket
from switchboard.bootstrap.adapters_of_crms import paces
from switchboard.bootstrap.network import file_uploads, vendor_api
from switchboard.bootstrap.oauth import access_tokens, authorise_connector, oauth_grants

if TYPE_CHECKING:
    from switchboard.crm.conversation import RestExchange
    from switchboard.crm.hooks import FindCallingExtension, ReceiveHook
    from switchboard.crm.responsible_by_rest import AskRestCrm
    from switchboard.crm.rest_api import RestApi


@cache
def rest_api() -> RestApi:
    """Return what opens the REST API of a connector."""
    from switchboard.crm.rest_api import RestApi
    from switchboard.crm.told import rest_client

    return RestApi(access_tokens(), paces(), vendor_api().at, rest_client, now)


@cache
def rest_exchange(dialect: str) -> RestExchange:
    """Return what tells a kind of CRM of calls over its REST API."""
    from switchboard.bootstrap.accounts import token_key
    from switchboard.crm.call_files import CallRecordings, RecordingLinks, no_link
    from switchboard.crm.connect import CachedConnectors
    from switchboard.crm.conversation import RestExchange
    from switchboard.crm.told import rest_client
    from switchboard.dialects.registry import DIALECTS

    files = CallRecordings(recordings(), recordings_bucket(), links(), file_uploads, now)
    known, client = CachedConnectors(connectors(), now), rest_client(dialect)
    link_of = RecordingLinks(recordings(), settings.base_url(), token_key) if DIALECTS[dialect].plays_links else no_link
    return RestExchange(known.get, links(), client, rest_api(), files, now, link_of)


@cache
def ask_rest_crm() -> AskRestCrm:
    """Return what asks a CRM with a REST API for the responsible user, within the time that a caller waits."""
    from switchboard.crm.responsible_by_rest import AskRestCrm
    from switchboard.crm.told import rest_client
    from switchboard.routing.route import TIME_LIMIT

    return AskRestCrm(rest_api, rest_client, TIME_LIMIT)


@cache
def receive_hook() -> ReceiveHook:
    """Return what takes the events that CRMs post to the addresses of connectors."""
    from switchboard.crm.hooks import ReceiveHook
    from switchboard.crm.told import hooks_of
    from switchboard.dialects.oauth_roles import OAuthModule
    from switchboard.dialects.registry import part_of

    return ReceiveHook(
        connectors=connectors(),
        grants=oauth_grants(),
        authorise=authorise_connector(),
        oauth=lambda kind: part_of(kind, "oauth", OAuthModule),
        token_server=vendor_api().at,
        api=rest_api(),
        links=links(),
        orders=crm_call_queue(),
        module=hooks_of,
        clock=now,
        region_of=region_of,
    )


@cache
def find_calling_extension() -> FindCallingExtension:
    """Return what finds the extension for a call that a CRM ordered."""
    from switchboard.crm.hooks import TIME, FindCallingExtension
    from switchboard.crm.responsible_by_rest import AskRestCrm
    from switchboard.crm.told import hooks_of, rest_client

    asked = AskRestCrm(rest_api, rest_client, TIME)
    return FindCallingExtension(connectors(), rest_api(), hooks_of, asked.extension_of)
