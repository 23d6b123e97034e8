"""A real SP5000 CATO as an account's telephony: it calls whole campaigns (`campaigns/handover`), and nothing else."""

from __future__ import annotations

from switchboard.errors import NotSupported
from switchboard.telephony.model import CallRef, OrderAccepted, OriginateRequest, PlaceCallRequest

CAMPAIGNS_ALONE = "SP5000 CATO calls campaigns, and no single number."


class CatoTelephony:
    """Port Telephony."""

    def originate(self, order: OriginateRequest) -> OrderAccepted:  # noqa: ARG002 - the port's
        """NotSupported."""
        raise NotSupported(CAMPAIGNS_ALONE)

    def place(self, order: PlaceCallRequest) -> OrderAccepted:  # noqa: ARG002 - the port's
        """NotSupported: what a campaign is made of is handed over as a whole."""
        raise NotSupported(CAMPAIGNS_ALONE)

    def redirect(self, command: str, call: CallRef, to: str) -> None:  # noqa: ARG002 - the port's
        """NotSupported."""
        raise NotSupported(CAMPAIGNS_ALONE)

    def hang_up(self, command: str, call: CallRef) -> None:  # noqa: ARG002 - the port's
        """NotSupported."""
        raise NotSupported(CAMPAIGNS_ALONE)
