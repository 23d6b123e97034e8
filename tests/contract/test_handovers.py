"""Port Handovers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from switchboard.aws.handover_rows import HandoverRows
from switchboard.campaigns.handover.model import Handover
from switchboard.campaigns.handover.ports import Handovers
from switchboard.telephony.model import AccountTelephony
from tests.fakes.handover import MemoryHandovers
from tests.support.builders import NOON
from tests.support.threads import at_once

CATO = AccountTelephony("acme", "cato", {"base_url": "https://cato.example", "user_id": ""}, "sealed")
FRESH = Handover("acme", "x1", CATO, NOON)


@pytest.fixture
def handovers(kind: str, request: pytest.FixtureRequest) -> Handovers:
    if kind == "memory":
        return MemoryHandovers()
    stack: Any = request.getfixturevalue("stack")
    return HandoverRows(stack.dynamodb, stack.table("DiallingTable"))


def test_a_hand_over_comes_back_as_it_was_saved(handovers: Handovers) -> None:
    """Every field, and of the next version."""
    later = NOON + timedelta(seconds=1, microseconds=5)
    one = replace(
        FRESH, made={"audio-0": "t-1"}, asked="task", asked_at=later, missed=1, failures=2, failing_since=later
    )
    assert handovers.save(one)
    assert handovers.get("acme", "x1") == replace(one, version=1)


def test_what_was_not_saved_is_not_there(handovers: Handovers) -> None:
    """Nor is another account's."""
    handovers.save(FRESH)
    assert handovers.get("acme", "x2") is None
    assert handovers.get("other", "x1") is None


def test_a_save_upon_another_version_is_refused(handovers: Handovers) -> None:
    """Whether it is older or was never written."""
    assert handovers.save(FRESH)
    assert not handovers.save(FRESH)
    assert handovers.save(replace(FRESH, version=1, missed=1))
    assert not handovers.save(replace(FRESH, version=1, missed=2))
    assert not handovers.save(replace(FRESH, execution="x2", version=3))
    assert handovers.get("acme", "x1") == replace(FRESH, version=2, missed=1)


def test_of_many_at_once_one_saves(handovers: Handovers) -> None:
    """Upon the same version."""
    assert sorted(at_once([lambda: handovers.save(FRESH)] * 4)) == [False, False, False, True]
