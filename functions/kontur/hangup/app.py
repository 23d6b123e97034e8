"""POST /api/v1/{ws}/communications/{communication}/hangup (and /communications/hangup) of Kontur.CRM: end a call."""

from typing import Any

from switchboard.bootstrap.crm import ask_for_hang_up
from switchboard.dialects.kontur.system_calls import HANGUP
from switchboard.kernel.communication import Workspace
from switchboard.lambdas.kontur import DIALECT, OK, body_of, kontur_handler, path_of


def hang_up(workspace: Workspace, event: dict[str, Any]) -> str:
    """End the call, and answer after the telephony has accepted the order."""
    ask_for_hang_up(DIALECT)(workspace, path_of(event, "communication"), body_of(event, HANGUP))
    return OK


handler = kontur_handler(hang_up)
