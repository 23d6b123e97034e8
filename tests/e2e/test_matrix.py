"""Any vendor, any receiver: every pair of dialects through the deployed hub, held against schemas and golden files.

`make goldens` writes the golden files anew.
"""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest

from local.receiver import Receiver
from tests.e2e.conftest import Hub
from tests.e2e.matrix_played import Played, play_all
from tests.support.matrix.crm import Receivers
from tests.support.matrix.golden import file_of, golden_of, text_of
from tests.support.matrix.stories import PAIRS

RENEW = "RENEW_GOLDENS"


@pytest.fixture(scope="module")
def played(hub: Hub, wait_for: Callable[..., Any]) -> list[Played]:
    """All stories, played once."""
    with Receiver(Receivers()) as crm:
        return play_all(hub, crm, wait_for)


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_what_a_vendor_tells_reaches_receivers_of_a_dialect(played: list[Played], source: str, target: str) -> None:
    """Every message answers to the schema of its name, and all of them together are those of the golden file."""
    told = {one.story: one.messages[target] for one in played if one.source == source}
    assert [error for one in played if one.source == source for error in one.errors[target]] == []
    found = golden_of(source, target, told)
    if os.environ.get(RENEW):
        file_of(source, target).write_text(text_of(found))
    assert found == json.loads(file_of(source, target).read_text())
