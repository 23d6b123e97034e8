"""SP5000 CATO: automatic telephone notification. An API that is served; events neither come nor go in it."""

from switchboard.dialects.cato.errors import refuse
from switchboard.dialects.cato.tokens import read_token

__all__ = ["read_token", "refuse"]
