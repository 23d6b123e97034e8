"""Every hour: see that every connected source's PBX still tells us all its events."""

from typing import Any

from switchboard.bootstrap.upstream import check_sources
from switchboard.lambdas.remaining import out_of_time

RESERVE = 50.0  # seconds: the longest that one source takes, give or take a spelling


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """`{"sources": {<state>: <how many>}}`."""
    found = list(check_sources()(out_of_time(context, RESERVE)).values())
    return {"sources": {state.value: found.count(state) for state in dict.fromkeys(found)}}
