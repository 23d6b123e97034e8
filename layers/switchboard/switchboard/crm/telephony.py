"""Start and control the calls that CRMs request, by the account's telephony."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from switchboard.kernel.communication import CrmCallRequest
from switchboard.telephony.control import ControlCall
from switchboard.telephony.originate import CallRequest, OriginateCall, require_telephony
from switchboard.telephony.ports import Telephonies


@dataclass(frozen=True, slots=True)
class CrmTelephony:
    """Adapter for the telephony ports of crm. `starter` and `control` are built on first use."""

    telephonies: Telephonies
    starter: Callable[[], OriginateCall]
    control: Callable[[], ControlCall]

    def check(self, request: CrmCallRequest) -> None:
        """Raise Refused if the account has no telephony. Other refusals come from `originate`."""
        require_telephony(request.account, self.telephonies)

    def originate(self, request: CrmCallRequest) -> str:
        """Start the call, and return its id. The communication id is the idempotency key, for a day. Raises Refused."""
        key = f"crm:{request.connector}:{request.communication_id}"
        return self.starter()(CallRequest(request.account, request.extension, request.number, key=key)).call_id

    def hang_up(self, account: str, call_id: str) -> None:
        """End a running call. Raises Refused."""
        control = self.control()
        control.hang_up(control.running([account], call_id))

    def redirect(self, account: str, call_id: str, to: str) -> None:
        """Redirect a running call to an extension. Raises Refused."""
        control = self.control()
        control.redirect(control.running([account], call_id), to)
