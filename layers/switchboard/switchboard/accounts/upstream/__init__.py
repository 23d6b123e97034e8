"""The PBX behind a source: its API, our subscriptions there, and our credentials for it."""

from switchboard.accounts.upstream.credentials import Credentials
from switchboard.accounts.upstream.model import Upstream

__all__ = ["Credentials", "Upstream"]
