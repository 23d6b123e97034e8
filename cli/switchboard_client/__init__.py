"""The client of the hub's API. Knows the API alone, and nothing of AWS."""

from switchboard_client.campaigns import Campaigns
from switchboard_client.client import Client
from switchboard_client.transport import ApiError, Unreachable

__all__ = ["ApiError", "Campaigns", "Client", "Unreachable"]
