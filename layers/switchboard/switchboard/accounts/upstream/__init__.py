"""The PBX behind a source: the address of its API, our subscriptions there, and our credentials for the API."""

from switchboard.accounts.upstream.credentials import UpstreamCredentials
from switchboard.accounts.upstream.model import Upstream

__all__ = ["Upstream", "UpstreamCredentials"]
