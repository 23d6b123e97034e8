"""GET /api/v1/{ws}/communications/callbacks/telephony/call-redirect of Kontur.CRM: responsible users."""

from typing import Any

from switchboard.bootstrap.crm import find_responsible_users
from switchboard.dialects.kontur.check import missing_query
from switchboard.dialects.kontur.errors import NobodyResponsible
from switchboard.kernel.communication import Workspace
from switchboard.lambdas.kontur import DIALECT, kontur_handler, query_of


def show(workspace: Workspace, event: dict[str, Any]) -> dict[str, Any]:
    """Return the CRM's ids of the responsible users, found by the call's id or by the caller's number."""
    external_id, phone = query_of(event, "externalId"), query_of(event, "phoneNumber")
    if not external_id and not phone:
        raise missing_query("externalId", "phoneNumber")
    users = find_responsible_users(DIALECT)(workspace, external_id, phone)
    if not users:
        raise NobodyResponsible
    return {"userIds": list(users)}


handler = kontur_handler(show)
