"""Port Erasures."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.aws.accounts_table import AccountsTable
from switchboard.aws.erasures import ErasureRows
from switchboard.erasures.model import Erasure, ErasureState
from switchboard.erasures.ports import Erasures
from switchboard.errors import Conflict
from tests.fakes.erasures import MemoryErasures
from tests.support.builders import NOON
from tests.support.stack import Stack


@pytest.fixture
def erasures(request: pytest.FixtureRequest, kind: str) -> Erasures:
    if kind == "memory":
        return MemoryErasures()
    stack: Stack = request.getfixturevalue("stack")
    return ErasureRows(AccountsTable(stack.dynamodb, stack.table("AccountsTable")))


def test_an_erasure_comes_back_in_its_next_version(erasures: Erasures) -> None:
    """Each save writes the next version, and an old version is refused."""
    first = erasures.save(Erasure("e1", "acme", NOON, "+79161234567", "…67", sources=("s-office",), next_at=NOON))
    second = erasures.save(replace(first, erased={"calls": 2}, state=ErasureState.DONE))
    assert (first.version, second.version) == (1, 2)
    assert erasures.get("e1") == second
    assert erasures.get("e2") is None
    with pytest.raises(Conflict):
        erasures.save(first)


def test_the_latest_erasure_is_the_first_of_the_list(erasures: Erasures) -> None:
    """Every erasure of every account is listed."""
    for place, account in enumerate(("acme", "other")):
        erasures.save(Erasure(f"e{place}", account, NOON + timedelta(hours=place)))
    assert [one.id for one in erasures.all()] == ["e1", "e0"]


def test_marks_are_kept_until_they_are_forgotten(erasures: Erasures) -> None:
    """Of one erasure, each once, however long."""
    long = "call:" + "x" * 2000
    erasures.remember("e1", ["call:a", long])
    erasures.remember("e1", ["call:a", "command:b"])
    assert erasures.marks("e1") == {"call:a", long, "command:b"}
    assert erasures.marks("e2") == frozenset()
    erasures.forget("e1")
    assert erasures.marks("e1") == frozenset()
