"""The use cases and adapters of CRMs' side, each built when it is first asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from switchboard import bootstrap, settings

if TYPE_CHECKING:
    from switchboard.aws.communications_table import CommunicationsTable
    from switchboard.aws.connectors import ConnectorRows
    from switchboard.crm.model import Communication, Workspace
    from switchboard.crm.receive import ReceiveCallback, Wire
    from switchboard.crm.redirect import WhoIsResponsible


@cache
def receive_callback() -> ReceiveCallback:
    """The use case behind the callbacks."""
    from switchboard.aws.clients import sqs
    from switchboard.aws.queues import EventQueue
    from switchboard.crm.receive import ReceiveCallback
    from switchboard.dialects.kontur import callbacks

    queue = EventQueue(sqs(), settings.events_queue_url())
    return ReceiveCallback(communications(), connectors(), queue, cast("Wire", callbacks), bootstrap.now)


@cache
def who_is_responsible() -> WhoIsResponsible:
    """Whom a caller should reach."""
    from switchboard.crm.redirect import LastEmployee, WhoIsResponsible

    return WhoIsResponsible(communications(), LastEmployee(bootstrap.kept_calls()), connectors())


def call_of(communication: Communication, workspace: Workspace) -> str:
    """The id of the call that a communication is."""
    from switchboard.crm.receive import source_of
    from switchboard.dialects.reading import hashed_call_id

    return hashed_call_id(source_of(workspace, communication.created_at).id, communication.external_id)


@cache
def communications() -> CommunicationsTable:
    """The communications."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.communications_table import CommunicationsTable

    return CommunicationsTable(dynamodb(), settings.communications_table())


@cache
def connectors() -> ConnectorRows:
    """The CRMs that accounts are connected to."""
    from switchboard.aws.connectors import ConnectorRows

    return ConnectorRows(bootstrap.accounts_table())
