"""SP5000 CATO: automatic telephone notification (sp5000-cato). The hub serves its API; the API has no events."""

from switchboard.dialects.cato.errors import refuse
from switchboard.dialects.cato.tokens import read_token

__all__ = ["read_token", "refuse"]
