"""Choose the form of error bodies by the path of the request."""

from __future__ import annotations

from switchboard.dialects.refusals import refuse
from switchboard.dialects.registry import dialect_named
from switchboard.lambdas.http import Refuse
from switchboard.lambdas.routes import dialect_of

CATO = "cato"  # an API only, no dialect of events


def refusing_at(path: str) -> Refuse:
    """Return the function that writes error bodies for this path."""
    dialect = dialect_of(path)
    if dialect == CATO:
        from switchboard.lambdas import cato  # noqa: PLC0415 - other functions do not load its composition root

        return cato.refusing(path)
    return dialect_named(dialect).refuse if dialect else refuse
