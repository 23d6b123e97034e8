"""A campaign system as an account's telephony: it runs whole campaigns (`campaigns/handover`), no single calls."""

from __future__ import annotations

from switchboard.errors import NotSupported
from switchboard.telephony.model import CallRef, OrderAccepted, OriginateRequest, PlaceCallRequest

CAMPAIGNS_ALONE = "The campaign system runs whole campaigns, no single calls."


class CampaignSystemTelephony:
    """Port Telephony. Every method raises NotSupported."""

    def originate(self, order: OriginateRequest) -> OrderAccepted:  # noqa: ARG002 - the port's
        raise NotSupported(CAMPAIGNS_ALONE)

    def place(self, order: PlaceCallRequest) -> OrderAccepted:  # noqa: ARG002 - the port's
        """Raise NotSupported: a campaign is handed over as a whole."""
        raise NotSupported(CAMPAIGNS_ALONE)

    def redirect(self, command: str, call: CallRef, to: str) -> None:  # noqa: ARG002 - the port's
        raise NotSupported(CAMPAIGNS_ALONE)

    def hang_up(self, command: str, call: CallRef) -> None:  # noqa: ARG002 - the port's
        raise NotSupported(CAMPAIGNS_ALONE)
