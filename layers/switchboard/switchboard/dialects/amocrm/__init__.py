"""amoCRM (Kommo): a CRM that is told of finished calls over its REST API, version 4."""

from switchboard.dialects.amocrm.render import render
from switchboard.dialects.amocrm.tables import VOCABULARY

__all__ = ["VOCABULARY", "render"]
