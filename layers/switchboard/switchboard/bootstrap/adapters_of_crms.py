"""The rows of the table of adapters that CRMs with a REST API need; see `adapters`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import Adapter, adapter, dynamodb

if TYPE_CHECKING:
    from switchboard.aws.paces import PaceRows

paces: Adapter[PaceRows] = adapter("aws.paces.PaceRows", dynamodb, settings.communications_table, lambda: now)
