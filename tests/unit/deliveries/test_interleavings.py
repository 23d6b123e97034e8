"""Whatever happens in whatever order: nothing is lost, and no call's events overtake each other."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.deliveries.model import Delivery
from tests.fakes.sender import Said
from tests.unit.deliveries.world import World, disorder, unfinished

CALLS, HOSTS = ("call-1", "call-2", "call-3"), ("crm", "erp")
ANSWERS: tuple[Said, ...] = (500, "timeout", 429, "reset", 503)


def actions() -> st.SearchStrategy[list[tuple[str, Any]]]:
    event = st.tuples(st.just("happen"), st.tuples(st.sampled_from(CALLS), st.sampled_from(HOSTS)))
    mood = st.tuples(
        st.just("mood"), st.tuples(st.sampled_from(HOSTS), st.sampled_from(("up", "down", "poison", "flap")))
    )
    crash = st.tuples(st.just("crash"), st.integers(0, 40))
    work = st.tuples(st.sampled_from(("deliver", "retry", "turn", "watch")), st.none())
    time = st.tuples(st.just("wait"), st.sampled_from((1, 6, 40, 200, 400, 1000)))
    return st.lists(st.one_of(event, event, mood, crash, work, work, time), max_size=60)


class Play:
    """The world with receivers of changing moods."""

    def __init__(self) -> None:
        self.world = World(schedule=(5.0, 30.0, 120.0, 600.0, 36_000.0))
        self.world.answer = self.answer
        self.moods = dict.fromkeys(HOSTS, "up")
        self.numbers: dict[tuple[str, str], int] = {}

    def answer(self, delivery: Delivery) -> Said:
        count = len(self.world.seen)
        failing = {
            "up": False,
            "down": True,
            "poison": delivery.subject == "call-1",
            "flap": count % 2 == 0,
        }[self.moods[delivery.endpoint]]
        return ANSWERS[count % len(ANSWERS)] if failing else 200

    def act(self, name: str, given: Any) -> None:
        match name:
            case "happen":
                self.numbers[given] = self.numbers.get(given, 0) + 1
                self.world.happen(self.numbers[given], call=given[0], host=given[1])
            case "mood":
                self.moods[given[0]] = given[1]
            case "crash":
                self.world.crash_at(given)
            case "wait":
                self.world.after(given)
            case "watch":
                with self.world.process():
                    self.world.watch()
            case _:
                getattr(self.world, name)()


@settings(max_examples=150, deadline=None)
@given(actions())
def test_no_interleaving_loses_or_reorders_anything(steps: list[tuple[str, Any]]) -> None:
    """Events, failures, retries, turns and crashes: once the receivers are back, everything has arrived in order."""
    play = Play()
    for name, what in steps:
        play.act(name, what)
    play.moods = dict.fromkeys(HOSTS, "up")
    play.world.run()
    assert unfinished(play.world) == []
    assert disorder(play.world) == []
    for (call, host), last in play.numbers.items():
        assert play.world.taken(host, call) == list(range(1, last + 1))
