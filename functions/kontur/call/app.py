"""POST /api/v1/{ws}/communications/call of Kontur.CRM: a user wants to call somebody."""

from typing import Any

from switchboard.bootstrap import crm
from switchboard.crm.model import Workspace
from switchboard.dialects.kontur.system_calls import CALL
from switchboard.lambdas.kontur import OK, body_of, kontur_handler


def call(workspace: Workspace, event: dict[str, Any]) -> str:
    """Kept, and made after that; what becomes of it is told by the call's events, or by call-failed."""
    crm.ask_for_call()(workspace, body_of(event, CALL))
    return OK


handler = kontur_handler(call)
