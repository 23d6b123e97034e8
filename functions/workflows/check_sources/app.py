"""Every hour: check that each connected source's PBX still sends all events to the hub."""

from typing import Any

from switchboard.bootstrap.upstream import check_sources
from switchboard.lambdas.remaining import out_of_time

RESERVE = 30.0  # seconds: more than the check of one source and the write of its result


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """`{"sources": {<state>: <how many>}}`."""
    found = list(check_sources()(out_of_time(context, RESERVE)).values())
    return {"sources": {state.value: found.count(state) for state in dict.fromkeys(found)}}
