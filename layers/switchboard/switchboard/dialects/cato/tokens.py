"""Tokens: `Bearer plain:<appToken>` (sp5000-cato, section 2.1.1; ruling cato 1), and their rights."""

from __future__ import annotations

import re
from collections.abc import Collection

from switchboard.errors import Forbidden, Unauthorized

SHOWN = re.compile(r"\s*bearer\s+plain:(\S+)\s*", re.IGNORECASE)
READ, START = "read", "start"
# What the right to start allows, by the route: to start and steer campaigns, and to make one of a single form.
STARTS = frozenset(
    {
        "/api/v1/campaigns",
        "/api/v1/tasks/{task}/start",
        "/api/v1/tasks/{task}/dry-run",
        "/api/v1/task-execs/{execution}/pause",
        "/api/v1/task-execs/{execution}/resume",
        "/api/v1/task-execs/{execution}/stop",
    }
)


def read_token(authorization: str) -> str:
    """Return the token in the header; letter case does not matter. Raises Unauthorized if the header has no token."""
    found = SHOWN.fullmatch(authorization)
    if found is None:
        raise Unauthorized("Send the header Authorization: Bearer plain:<appToken>.")
    return found[1]


def check_right(scopes: Collection[str], method: str, route: str) -> None:
    """Raise Forbidden if the scopes of a token do not allow the request. A token without scopes may do everything.

    `read` allows to read. `start` allows to read, start and steer, and nothing that changes stored resources.
    """
    if not scopes or method == "GET" or (START in scopes and route in STARTS):
        return
    raise Forbidden(f"The token has the right to {' and '.join(sorted(scopes))} alone.")
