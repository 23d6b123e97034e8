"""Whose words a refusal is in, by the path that was called."""

from __future__ import annotations

from switchboard.dialects.refusals import refuse
from switchboard.dialects.registry import dialect_named
from switchboard.lambdas.http import Refuse
from switchboard.lambdas.routes import dialect_of

CATO = "cato"  # an API alone, and no dialect that events come or go in


def refusing_at(path: str) -> Refuse:
    """What words a refusal of a request to this path."""
    dialect = dialect_of(path)
    if dialect == CATO:
        from switchboard.lambdas import cato  # noqa: PLC0415 - the others do without its root of composition

        return cato.refusing(path)
    return dialect_named(dialect).refuse if dialect else refuse
