"""POST /api/v1/{ws}/communications/call of Kontur.CRM: start a call."""

from typing import Any

from switchboard.bootstrap.crm import ask_for_call
from switchboard.dialects.kontur.system_calls import CALL
from switchboard.kernel.communication import Workspace
from switchboard.lambdas.kontur import DIALECT, OK, body_of, kontur_handler


def call(workspace: Workspace, event: dict[str, Any]) -> str:
    """Queue the call, and answer. The outcome is reported by callbacks: the call's events, or call-failed."""
    ask_for_call(DIALECT)(workspace, body_of(event, CALL))
    return OK


handler = kontur_handler(call)
