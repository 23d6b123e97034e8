"""Ports Resources and Holds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from switchboard.aws.campaign_rows import CampaignHolds, CampaignRows
from switchboard.campaigns.ports import Holds, Resources
from switchboard.errors import Conflict, Invalid
from switchboard.kernel.campaign import Audience, EmailText, NotificationSettings, SubscriberGroup, Task
from tests.fakes.campaigns import Held, MemoryHolds, MemoryResources
from tests.support.builders import NOON
from tests.support.campaigns import a_profile, a_task
from tests.support.stack import Stack

LATER = NOON + timedelta(seconds=60)


def a_group(id_: str = "g1", account: str = "acme") -> SubscriberGroup:
    return SubscriberGroup(account, id_, "river", Audience(f"{id_}.ab", 2), NOON, "user")


RICH = a_profile(
    attempts_by_disposition={"busy": 2},
    confirm_codes=("1", "#"),
    email=EmailText("Паводок", "Уходите", always=True),
    spelling="s",
)
KINDS: list[tuple[str, type[Any], Callable[[], Any]]] = [
    ("settings", NotificationSettings, lambda: RICH),
    ("group", SubscriberGroup, a_group),
    ("task", Task, lambda: a_task("t1", priority=9, groups=("g1", "g2"))),
]


@pytest.fixture
def shelf(request: pytest.FixtureRequest, kind: str) -> Callable[[str, type[Any]], Resources[Any]]:
    if kind == "memory":
        return lambda name, _: MemoryResources(name)
    stack: Stack = request.getfixturevalue("stack")
    return lambda name, model: CampaignRows(stack.dynamodb, stack.table("CampaignsTable"), name, model)


@pytest.fixture
def held(request: pytest.FixtureRequest, kind: str) -> tuple[Resources[Task], Holds]:
    """The tasks, and what holds them."""
    if kind == "memory":
        shared: Held = {}
        tasks: MemoryResources[Any] = MemoryResources("task", shared)
        return tasks, MemoryHolds(shared, {"task": tasks})
    stack: Stack = request.getfixturevalue("stack")
    name = stack.table("CampaignsTable")
    return CampaignRows(stack.dynamodb, name, "task", Task), CampaignHolds(stack.dynamodb, name)


Shelf = Callable[[str, type[Any]], Resources[Any]]


@pytest.mark.parametrize(("name", "model", "make"), KINDS, ids=[name for name, *_ in KINDS])
def test_what_is_kept_is_found_as_it_was(shelf: Shelf, name: str, model: type[Any], make: Callable[[], Any]) -> None:
    """With everything in it, by its account alone."""
    rows, one = shelf(name, model), make()
    rows.save(one)
    assert rows.get("acme", one.id) == one
    assert rows.get("other", one.id) is None
    assert rows.get("acme", "another") is None
    assert rows.get("acme", "x" * 5000) is None


def test_a_change_replaces(shelf: Shelf) -> None:
    """There is one of an id."""
    rows = shelf("task", Task)
    rows.save(a_task())
    rows.save(replace(a_task(), name="drought"))
    assert [one.name for one in rows.listed("acme", 10, None)[0]] == ["drought"]


def test_a_list_goes_on_where_a_page_ended(shelf: Shelf) -> None:
    """Each once, of this account and kind alone."""
    rows = shelf("group", SubscriberGroup)
    for number in range(5):
        rows.save(a_group(f"g{number}"))
    rows.save(a_group("g9", "other"))
    first, cursor = rows.listed("acme", 3, None)
    second, end = rows.listed("acme", 3, cursor)
    assert sorted(one.id for one in [*first, *second]) == ["g0", "g1", "g2", "g3", "g4"]
    assert (len(first), end) == (3, None)


def test_a_cursor_of_another_list_is_refused(shelf: Shelf) -> None:
    """Whatever it is."""
    with pytest.raises(Invalid):
        shelf("task", Task).listed("acme", 3, "nonsense!")


def test_what_is_removed_is_gone(shelf: Shelf) -> None:
    """And it is said whether there was anything."""
    rows = shelf("task", Task)
    rows.save(a_task())
    assert [rows.remove("acme", "t1", NOON) for _ in range(2)] == [True, False]
    assert rows.get("acme", "t1") is None


def test_what_is_held_is_not_removed_before_its_time(held: tuple[Resources[Task], Holds]) -> None:
    """A change in the meantime does not end the hold."""
    tasks, holds = held
    tasks.save(a_task())
    assert not holds.held("acme", "task", "t1", NOON)
    holds.hold("acme", [("task", "t1")], LATER)
    assert [holds.held("acme", "task", "t1", at) for at in (NOON, LATER)] == [True, False]
    assert not holds.held("other", "task", "t1", NOON)
    tasks.save(a_task(name="changed"))
    with pytest.raises(Conflict):
        tasks.remove("acme", "t1", NOON)
    assert tasks.remove("acme", "t1", LATER)


def test_what_is_not_there_cannot_be_held(held: tuple[Resources[Task], Holds]) -> None:
    """And does not come to be by that."""
    tasks, holds = held
    tasks.save(a_task())
    with pytest.raises(Conflict):
        holds.hold("acme", [("task", "t1"), ("task", "t2")], LATER)
    assert tasks.get("acme", "t2") is None
    with pytest.raises(Conflict):
        holds.hold("other", [("task", "t1")], LATER)
