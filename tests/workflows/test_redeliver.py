"""The workflow of a failing receiver: the real definition, the real function and a receiver on loopback.

Time is virtual: the three days of the schedule pass as fast as the turns are taken.
"""

from collections.abc import Callable
from itertools import accumulate
from typing import Any

import pytest

from switchboard import turns
from switchboard.bootstrap.adapters import redelivery_workflow
from switchboard.deliveries.endpoint import Endpoint, EndpointKey
from switchboard.deliveries.redeliver import PROBES
from tests.support.hub import REDELIVER
from tests.workflows.machine import Fault
from tests.workflows.trouble import SCHEDULE, Trouble

A_LOOK = 1  # second, after which a turn sees what came of what the one before has asked for
HISTORY_LIMIT = 25_000
RECOVERED = ["delivered"]


def healthy_from(second: float) -> Callable[[str, float], int]:
    """A receiver that is down until then."""
    return lambda _, now: 200 if now >= second else 503


def name_of(trouble: Trouble, part: int = 0, episode: int = 1) -> str:
    return f"acme-{trouble.endpoint}-{episode}-{part}"


def about(seconds: list[float]) -> Any:
    """A wait is in whole seconds, and begins when the turn before it has ended: each may add one."""
    return pytest.approx(seconds, abs=len(seconds))


def test_a_receiver_that_is_back_gets_what_waits_in_order(trouble: Trouble) -> None:
    """Asked for at the first turn, it has come by the next; the operators heard of the episode's beginning and end."""
    trouble.happen(calls=1, events=3)
    trouble.says = healthy_from(SCHEDULE[0])
    trouble.run()
    assert trouble.delivered("call-0") == [0, 1, 2]
    assert trouble.machine.executions() == {name_of(trouble): "SUCCEEDED"}
    turn = ["WaitForTurn", "TakeTurn", "IsItOver"]
    assert trouble.machine.path(name_of(trouble)) == [*turn, *turn, "Over"]
    assert (trouble.told("endpoint.failing"), trouble.told("endpoint.recovered")) == (1, 1)
    assert (trouble.states(), trouble.left()) == ({"delivered": 3}, 0)


def test_a_call_is_tried_along_the_schedule_until_it_gets_through(trouble: Trouble) -> None:
    """One call that fails opens no breaker: it is tried by itself, at the schedule's times."""
    trouble.happen(calls=1, events=2)
    trouble.says = healthy_from(sum(SCHEDULE[:5]))
    trouble.run()
    assert [post.second for post in trouble.posts[:6]] == about([0, *accumulate(SCHEDULE[:5])])
    assert trouble.delivered("call-0") == [0, 1]
    assert len(trouble.machine.executions()) == 1


def test_behind_an_open_breaker_only_probes_go_out(trouble: Trouble) -> None:
    """Three at each time of the schedule, whatever waits; the first success drains all, each call in order."""
    trouble.happen(calls=12, events=2)
    trouble.posts.clear()
    down = 7
    trouble.says = healthy_from(sum(SCHEDULE[:down]))
    trouble.run()
    probes = [post.second for post in trouble.posts if post.status == 503]
    rounds = list(accumulate((wait + A_LOOK for wait in SCHEDULE[1:down]), initial=SCHEDULE[0]))
    assert probes == [second for second in rounds[:-1] for _ in range(PROBES)]
    back = {post.second for post in trouble.posts if post.status == 200}
    assert back == {rounds[-1], rounds[-1] + A_LOOK}
    assert [trouble.delivered(f"call-{call}") for call in range(12)] == [[0, 1]] * 12
    assert (trouble.states(), trouble.left()) == ({"delivered": 24}, 0)


def test_what_is_out_of_schedule_is_dead(trouble: Trouble) -> None:
    """After three days; the workflow ends, and nobody says that the receiver had recovered."""
    trouble.happen(calls=5, events=2)
    trouble.run()
    assert trouble.states() == {"dead": 10}
    assert trouble.reasons() == {"the receiver did not take it within the schedule"}
    assert 3 * 86400 - 60 <= trouble.second <= 3 * 86400 + 12 * 3600
    assert set(trouble.machine.executions().values()) == {"SUCCEEDED"}
    assert (trouble.told("delivery.dead"), trouble.told("endpoint.recovered"), trouble.left()) == (10, 0, 0)


def test_a_receiver_without_one_success_is_disabled(trouble: Trouble) -> None:
    """After the time that the operator set; what waits for it dies, and nothing more is sent."""
    trouble.hub.stack.refs["DisableAfter"] = "3600"
    trouble.happen(calls=4)
    trouble.run()
    assert trouble.told("subscription.disabled") == 1
    assert (trouble.states(), trouble.reasons()) == ({"dead": 4}, {"the subscription is disabled"})
    assert max(post.second for post in trouble.posts) < 3600
    assert (set(trouble.machine.executions().values()), trouble.left()) == ({"SUCCEEDED"}, 0)


def test_a_receiver_that_is_gone_is_disabled_by_its_word(trouble: Trouble) -> None:
    """410 to a probe ends it for all that waits."""
    trouble.happen(calls=6)
    trouble.posts.clear()
    trouble.says = lambda _call, _second: 410
    trouble.run()
    assert len(trouble.posts) == 1
    assert (trouble.states(), trouble.told("subscription.disabled")) == ({"dead": 6}, 1)
    assert (set(trouble.machine.executions().values()), trouble.left()) == ({"SUCCEEDED"}, 0)


def test_a_function_that_fails_loses_nothing(trouble: Trouble) -> None:
    """It is retried with back-off, then left alone for ten minutes, and goes on where it was."""
    trouble.happen(calls=4, events=2)
    trouble.says = healthy_from(0)
    faults = iter([Fault()] * 9)

    def function(state: dict[str, Any]) -> dict[str, Any]:
        for fault in faults:
            raise fault
        return trouble.turn(state)

    trouble.machine.function = function
    trouble.run()
    assert "WaitForBetterTimes" in trouble.machine.path(name_of(trouble))
    assert trouble.machine.pauses == [5, 10, 20, 40, 80, 160, 5, 10]
    assert [trouble.delivered(f"call-{call}") for call in range(4)] == [[0, 1]] * 4
    assert (set(trouble.machine.executions().values()), trouble.left()) == ({"SUCCEEDED"}, 0)


def test_a_turn_that_is_cut_off_is_taken_again(trouble: Trouble) -> None:
    """Whatever the function did before it died: nothing is lost, and no call is out of order."""
    trouble.happen(calls=4, events=2)
    trouble.says = healthy_from(0)
    died = iter([True, True])

    def function(state: dict[str, Any]) -> dict[str, Any]:
        answered = trouble.turn(state)
        if next(died, False):
            raise Fault
        return answered

    trouble.machine.function = function
    trouble.run()
    assert [trouble.delivered(f"call-{call}") for call in range(4)] == [[0, 1]] * 4
    assert (set(trouble.machine.executions().values()), trouble.left()) == ({"SUCCEEDED"}, 0)


def test_a_long_part_ends_and_the_next_goes_on(trouble: Trouble, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after the other, each with a history of its own; together they make the attempts that one would."""
    monkeypatch.setattr(turns, "TURNS_IN_A_PART", 6)
    trouble.happen(calls=1)
    down = 8
    trouble.says = healthy_from(sum(SCHEDULE[:down]))
    trouble.run()
    names = [name_of(trouble, part) for part in range(3)]
    assert trouble.machine.executions() == dict.fromkeys(names, "SUCCEEDED")
    assert [trouble.machine.path(name).count("TakeTurn") for name in names] == [6, 6, 4]
    assert [(state["part"], state["turn"]) for state in trouble.machine.turns] == [
        (part, turn) for part, turns in enumerate([6, 6, 4]) for turn in range(turns)
    ]
    assert [post.second for post in trouble.posts] == about([0, *accumulate(SCHEDULE[:down])])


def test_a_part_of_full_length_stays_below_the_limit(trouble: Trouble, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the entries of a turn, with room for retries; and a part of more turns than the schedule has steps is one."""
    trouble.happen(calls=1)
    trouble.run()
    taken = len(trouble.machine.turns)
    a_turn = len(trouble.machine.history(name_of(trouble))) / taken
    assert a_turn * turns.TURNS_IN_A_PART < HISTORY_LIMIT / 2
    assert taken < turns.TURNS_IN_A_PART
    assert len(trouble.machine.executions()) == 1


def test_two_starts_of_a_part_are_one_execution(trouble: Trouble) -> None:
    """While it waits, with another time to wait, and after it has ended."""
    trouble.happen(calls=1)
    trouble.says = healthy_from(0)
    endpoint = Endpoint(EndpointKey("acme", trouble.endpoint), trouble.url, episode=1)
    with trouble.hub.running(REDELIVER):
        redelivery_workflow().redeliver(endpoint, part=0, wait=SCHEDULE[0])
        redelivery_workflow().redeliver(endpoint, part=0, wait=77)
        trouble.machine.finish()
        redelivery_workflow().redeliver(endpoint, part=0, wait=SCHEDULE[0])
        trouble.machine.finish()
    assert trouble.machine.executions() == {name_of(trouble): "SUCCEEDED"}
    assert len(trouble.machine.turns) == 2


def test_the_next_trouble_is_another_episode(trouble: Trouble) -> None:
    """With an execution of its own; the one before is over for good."""
    for episode in (1, 2):
        since = trouble.second
        trouble.says = healthy_from(since + SCHEDULE[0])
        trouble.happen(calls=1)
        trouble.run()
        assert list(trouble.machine.executions())[-1] == name_of(trouble, episode=episode)
    assert len(trouble.machine.executions()) == 2


def test_a_workflow_of_an_older_episode_ends_at_once(trouble: Trouble) -> None:
    """It sends nothing."""
    trouble.happen(calls=1)
    trouble.says = healthy_from(SCHEDULE[0])
    trouble.machine.start(endpoint=trouble.endpoint, episode=0, part=9)
    trouble.run()
    assert trouble.machine.path("acme-e1-1-9") == ["WaitForTurn", "TakeTurn", "IsItOver", "Over"]
    assert trouble.delivered("call-0") == [0]


def test_hundreds_of_calls_cost_one_execution(trouble: Trouble) -> None:
    """Two turns for each step of the schedule, and a few to drain them; nothing is sent twice."""
    calls = 100
    trouble.happen(calls=calls)
    trouble.posts.clear()
    trouble.says = healthy_from(sum(SCHEDULE[:4]))
    trouble.run()
    taken = [post.call for post in trouble.posts if post.status == 200]
    assert trouble.machine.executions() == {name_of(trouble): "SUCCEEDED"}
    assert sorted(taken) == sorted(f"call-{call}" for call in range(calls))
    assert len(trouble.machine.turns) == 3 * 2 + 3
    assert len(trouble.posts) - calls == 3 * PROBES
    assert trouble.most_at_once == 1  # all of these calls go by the same group
    assert (trouble.states(), trouble.left()) == ({"delivered": calls}, 0)
