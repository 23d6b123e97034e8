"""Calls of a campaign by the simulator: most are heard, some are busy or no number, each has one try.

They ring, are answered and end at times of their own, as calls do: this takes a quarter of a minute.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.support.calling import choose
from tests.support.campaigning import dialling
from tests.support.cato import cato_account
from tests.support.dialled_hub import dial, started

if TYPE_CHECKING:
    from bench.cost.stage import Stage
    from switchboard.kernel.campaign import Execution

TITLE = "A campaign call, with the simulator's own share"
EACH = "call"
LISTENS, BUSY, INVALID = 0, 65, 75
FATES = [LISTENS, LISTENS, LISTENS, BUSY, LISTENS, LISTENS, LISTENS, INVALID]
COUNTED = 6  # times these fates
SIMULATOR = {"ring": 6, "talk": 20, "speed": 6, "channels": 100, "cps": 100}
TRUNK = {"channels": 8, "cps": 4}
LONGEST = 120  # seconds


def play(stage: Stage) -> int:
    """Calls that were placed."""
    return campaign(stage).counters.calls


def campaign(stage: Stage) -> Execution:
    """A small campaign to warm up, then the one that is counted, as it ended."""
    auth = cato_account(stage)
    started(stage, auth, FATES, attemptCount=1)
    dial(stage)
    id_ = started(stage, auth, FATES * COUNTED, attemptCount=1)
    choose(stage, SIMULATOR)
    stage.operator("PUT", "/admin/accounts/acme/campaigns", TRUNK)
    kept, latest = dialling(stage), time.monotonic() + LONGEST
    stage.begin()
    while time.monotonic() < latest:
        dial(stage)
        found = kept.snapshot("acme", id_)
        if found and found.finished_at:
            return found
        time.sleep(0.02)
    raise RuntimeError("The campaign has not ended.")
