"""Every hour: see that every connected source's PBX still tells us all its events."""

from typing import Any

from switchboard.bootstrap.upstream import check_sources
from switchboard.lambdas.remaining import out_of_time

RESERVE = 30.0  # seconds: more than what is asked for one source may take, and some to write down what was found


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """`{"sources": {<state>: <how many>}}`."""
    found = list(check_sources()(out_of_time(context, RESERVE)).values())
    return {"sources": {state.value: found.count(state) for state in dict.fromkeys(found)}}
