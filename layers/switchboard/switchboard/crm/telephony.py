"""CRMs' calls through the account's own telephony."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from switchboard.crm.model import Asked
from switchboard.telephony.control import ControlCall
from switchboard.telephony.originate import CallRequest, OriginateCall, require_telephony
from switchboard.telephony.ports import Telephonies


@dataclass(frozen=True, slots=True)
class AccountsTelephony:
    """Port Telephony of CRMs' side. What starts and what ends calls is built when it is asked for."""

    telephonies: Telephonies
    starter: Callable[[], OriginateCall]
    control: Callable[[], ControlCall]

    def check(self, asked: Asked) -> None:
        """Without a telephony nothing is to be had; what else there is to say no to, the call itself tells."""
        require_telephony(asked.account, self.telephonies)

    def originate(self, asked: Asked) -> str:
        """A communication is one wish, however often it is asked for within a day."""
        key = f"crm:{asked.connector}:{asked.communication_id}"
        return self.starter()(CallRequest(asked.account, asked.extension, asked.number, key=key)).call_id

    def hang_up(self, account: str, call_id: str) -> None:
        """End a call of the account's."""
        control = self.control()
        control.hang_up(control.running([account], call_id))

    def redirect(self, account: str, call_id: str, to: str) -> None:
        """Put a call of the account's through to an extension."""
        control = self.control()
        control.redirect(control.running([account], call_id), to)
