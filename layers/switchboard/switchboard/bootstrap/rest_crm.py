"""CRMs with a REST API: their messages, their requests, and the question who is responsible."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import connectors, links, recordings, recordings_bucket
from switchboard.bootstrap.adapters_of_crms import paces
from switchboard.bootstrap.network import file_uploads, vendor_api
from switchboard.bootstrap.oauth import access_tokens

if TYPE_CHECKING:
    from switchboard.crm.conversation import RestExchange
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
    from switchboard.crm.call_files import CallRecordings
    from switchboard.crm.connect import CachedConnectors
    from switchboard.crm.conversation import RestExchange
    from switchboard.crm.told import rest_client

    files = CallRecordings(recordings(), recordings_bucket(), links(), file_uploads, now)
    return RestExchange(CachedConnectors(connectors(), now).get, links(), rest_client(dialect), rest_api(), files, now)


@cache
def ask_rest_crm() -> AskRestCrm:
    """Return what asks a CRM with a REST API for the responsible user, within the time that a caller waits."""
    from switchboard.crm.responsible_by_rest import AskRestCrm
    from switchboard.crm.told import rest_client
    from switchboard.routing.route import TIME_LIMIT

    return AskRestCrm(rest_api, rest_client, TIME_LIMIT)
