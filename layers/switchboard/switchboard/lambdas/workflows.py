"""State machines' tasks: what goes from one turn to the next."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import endpoints, redelivery_workflow
from switchboard.deliveries.endpoint import EndpointKey
from switchboard.deliveries.redeliver import Next

# Each turn writes some ten entries of the 25,000 that an execution's history may hold.
TURNS_IN_A_PART = 1000


def following_turn(state: dict[str, Any], key: EndpointKey, following: Next) -> dict[str, Any]:
    """The state of the next turn; a part that has grown long ends, and the next part goes on."""
    turn = state["turn"] + 1
    done = following.done
    if not done and turn >= TURNS_IN_A_PART:
        endpoint = endpoints().get(key)
        if endpoint is not None:
            this, part = replace(endpoint, episode=state["episode"]), state["part"] + 1
            # In this order: cut off in between, this part takes its turn again, and starts what is started already.
            redelivery_workflow().redeliver(this, part, following.wait)
            endpoints().hand_on(this, part, now() + timedelta(seconds=following.wait))
        done = True
    return {**state, "turn": turn, "done": done, "wait": math.ceil(following.wait)}
