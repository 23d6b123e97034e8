"""How people are called: waves, priorities, rates, windows, refusals; on a simulated clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from random import Random
from typing import Any

import pytest

from switchboard.campaigns.dialling.settle import MOST_REFUSALS
from switchboard.campaigns.dialling.state import NewsKind
from switchboard.errors import Conflict, NotFound, TooMany
from switchboard.kernel.campaign import Counters, Limits, Phase, Subscriber, SubscriberRecord, Window
from tests.support.builders import NOON
from tests.support.campaigns import a_profile, a_task, an_execution, people
from tests.support.dialling_world import ACCOUNT, World
from tests.support.trunk import Fate, Mishaps

ONE = Limits(channels=1, cps=10)
ANSWERS = Fate(5, 10, "answered")
BUSY = Fate(1, 0, "busy")
INVALID = Fate(1, 0, "invalid_number")


def by_number(fates: Mapping[str, Fate]) -> dict[str, object]:
    """Numbers with this behaviour; all other numbers answer."""

    def fate(number: str, wave: int, chance: Random) -> Fate:
        return fates.get(number, ANSWERS)

    return {"fate": fate}


def everybody(fate: Fate) -> dict[str, object]:
    def same(number: str, wave: int, chance: Random) -> Fate:
        return fate

    return {"fate": same}


def seconds(world: World) -> list[float]:
    """When calls began, from noon on."""
    return [(call.began - NOON).total_seconds() for call in world.trunk.placed.values()]


def records(world: World, id_: str = "x1") -> Sequence[SubscriberRecord]:
    return world.desk.records(world.report(id_), 0, 1000)


def test_a_subscribers_numbers_are_called_in_order_until_one_notifies() -> None:
    """A subscriber's next number comes before new subscribers. After an answer no further number is called."""
    first, second = Subscriber("Anna", ("1001", "1002", "1003")), Subscriber("Boris", ("2001",))
    world = World(limits=ONE, **by_number({"1001": BUSY}))
    world.begin([first, second])
    world.run()
    assert [call.number for call in world.trunk.placed.values()] == ["1001", "1002", "2001"]
    assert world.report().counters == Counters(2, 0, 2, 0, 3, 2, 1)


def test_a_wave_begins_no_sooner_than_the_delay_after_the_one_before() -> None:
    """The wave calls only subscribers who are not notified."""
    world = World(limits=Limits(5, 5), **by_number({"1001": BUSY}))
    world.begin([Subscriber("Anna", ("1001",)), Subscriber("Boris", ("2001",))], settings=a_profile(attempt_count=3))
    world.run()
    # The first wave ends with the call that is answered, after 15 seconds; the second after one second.
    assert seconds(world) == [0, 0, 75, 136]
    assert [call.wave for call in records(world)[0].calls] == [1, 2, 3]


def test_the_failed_count_as_not_yet_notified_again_when_a_wave_begins() -> None:
    """As the report of a running wave has it."""
    world = World(limits=ONE, **everybody(BUSY))
    world.begin(people(3))
    world.run_for(30)
    assert (world.report().counters.failed, world.report().counters.not_yet) == (3, 0)
    world.run_for(33.5)
    assert (world.report().wave, world.report().counters.failed, world.report().counters.not_yet) == (2, 0, 3)


def test_an_invalid_number_is_called_once() -> None:
    """And whoever has no other is called no more."""
    world = World(limits=ONE, **everybody(INVALID))
    world.begin(people(1), settings=a_profile(attempt_count=5))
    world.run()
    assert len(world.trunk.placed) == 1
    assert (records(world)[0].final, records(world)[0].reason) == (True, "invalid_number")


def test_a_disposition_may_be_bounded() -> None:
    """A number that was busy so often is not called again; other numbers are called in all waves."""
    world = World(limits=ONE, **by_number({"1001": BUSY, "1002": Fate(30, 0, "no_answer")}))
    profile = a_profile(attempt_count=4, attempts_by_disposition={"busy": 2})
    world.begin([Subscriber("Anna", ("1001", "1002"))], settings=profile)
    world.run()
    numbers = [call.number for call in world.trunk.placed.values()]
    assert (numbers.count("1001"), numbers.count("1002")) == (2, 4)


def test_somebody_without_a_number_has_failed_at_once() -> None:
    """For good, and says why."""
    world = World(limits=ONE)
    world.begin([Subscriber("Nobody", ()), *people(1)])
    world.run()
    assert (records(world)[0].reason, records(world)[0].final) == ("no_number", True)
    assert world.report().counters.failed == 1


def test_an_emergency_overtakes_at_once() -> None:
    """From then on the emergency gets every free channel; running calls continue."""
    world = World(limits=Limits(2, 10), **everybody(ANSWERS))
    world.begin(people(20), "x1", priority=1)
    world.run_for(20)
    world.begin(people(6, first=50), "x2", priority=9)
    world.run()
    order = [call.person[0] for call in world.trunk.placed.values()]
    assert order == ["x1"] * 4 + ["x2"] * 6 + ["x1"] * 16
    assert world.faults == []


def test_equals_share_the_channels() -> None:
    """Whoever has fewer calls is next."""
    world = World(limits=Limits(4, 10), **everybody(ANSWERS))
    world.begin(people(8), "x1")
    world.run_for(1)
    world.begin(people(8, first=50), "x2")
    world.run_for(16)
    assert sorted(line.execution for line in world.load(ACCOUNT).lines.values()) == ["x1", "x1", "x2", "x2"]


def test_a_call_that_waits_for_the_rate_is_counted_as_delayed_once() -> None:
    """Calls that begin at once are not counted."""
    world = World(limits=Limits(6, 2), **everybody(ANSWERS))
    world.begin(people(6))
    world.run()
    assert seconds(world) == [0, 0, 1, 1, 2, 2]
    assert world.report().counters.delayed == 4
    assert [record.calls[0].delayed for record in records(world)] == [False, False, True, True, True, True]


def test_nobody_is_called_before_the_window_opens() -> None:
    """It is in the account's zone: ten past three in the afternoon there is ten past twelve here."""
    world = World(limits=ONE, **everybody(ANSWERS))
    world.begin(people(1), settings=a_profile(window=Window(time(15, 10), time(15, 11))))
    world.run()
    assert world.trunk.begun == [NOON + timedelta(minutes=10)]


def test_a_window_that_closes_leaves_the_rest_for_the_next_day() -> None:
    """Also a subscriber's second number waits. An order may take five seconds to become a call."""
    world = World(limits=ONE, **everybody(BUSY))
    window = Window(time(15), time(15, 0, 8))
    world.begin(people(2, 2), settings=a_profile(window=window, attempt_count=1))
    world.run()
    assert seconds(world) == [0, 1, 2, 17 * 3600 + 6 * 3600 + 3600]


def test_what_is_paused_calls_nobody_new() -> None:
    """Running calls last until their end. A resumed execution continues at the same subscriber."""
    world = World(limits=Limits(2, 10), **everybody(ANSWERS))
    world.begin(people(6))
    world.run_for(1)
    world.desk.steer(ACCOUNT, "x1", Phase.PAUSED)
    world.run_for(600)
    assert (world.report().counters.calls, world.report().counters.notified) == (2, 2)
    world.desk.steer(ACCOUNT, "x1", Phase.RUNNING)
    world.run()
    assert world.report().counters == Counters(6, 0, 6, 0, 6, 6)


def test_what_is_stopped_ends_with_its_last_call() -> None:
    """Subscribers who were not called count as failed, so that the sums agree."""
    world = World(limits=Limits(2, 10), **everybody(ANSWERS))
    world.begin(people(6))
    world.run_for(1)
    assert world.desk.steer(ACCOUNT, "x1", Phase.STOPPED).phase is Phase.STOPPING
    world.run_for(2)
    assert world.report().phase is Phase.STOPPING
    world.run()
    found = world.report()
    assert (found.phase, found.counters) == (Phase.STOPPED, Counters(6, 0, 2, 4, 2, 2))
    assert found.finished_at == NOON + timedelta(seconds=15)


def test_a_telephony_that_is_away_is_waited_for() -> None:
    """No attempt is lost, and it is asked less and less often."""
    away = (NOON + timedelta(seconds=1), NOON + timedelta(seconds=200))
    world = World(limits=Limits(2, 10), away=away, **everybody(ANSWERS))
    world.begin(people(4))
    world.run()
    assert world.report().counters == Counters(4, 0, 4, 0, 4, 4)
    assert 200 <= max(seconds(world)) <= 200 + 60 + 1
    assert world.counted["invocations"] < 60


def test_a_telephony_that_refuses_for_good_pauses_the_execution() -> None:
    """After ten orders in a row, with its words; each was an attempt."""
    world = World(limits=ONE, rejects=True)
    world.begin(people(50))
    world.run_for(60)
    found = world.report()
    assert (found.phase, found.counters.failed_calls, found.counters.in_progress) == (Phase.PAUSED, MOST_REFUSALS, 0)
    assert found.reason.endswith("No.")
    assert records(world)[0].calls[0].disposition == "failed"


def test_a_number_is_called_by_one_campaign_at_a_time() -> None:
    """The other waits for it, and calls somebody else meanwhile."""
    world = World(limits=Limits(4, 10), **everybody(ANSWERS))
    world.begin(people(3), "x1")
    world.begin(people(4), "x2")
    world.run()
    assert world.faults == []
    assert world.report("x2").counters.notified == 4


def test_a_late_end_is_kept_as_a_step_of_the_lost_call() -> None:
    """And changes nothing else."""
    world = World(limits=ONE, mishaps=Mishaps(), **everybody(ANSWERS))
    told = world.trunk.tell
    world.trunk.tell = lambda progress, _: told(progress, 160)
    world.begin(people(3), settings=a_profile(attempt_count=1))
    world.run()
    first = records(world)[0].calls[0]
    assert (first.disposition, first.success) == ("lost", False)
    assert [step.name for step in first.steps] == ["CallStarted", "Lost", "Late end"]
    assert world.report().counters.failed == 3


class Blocked:
    """Port Restrictions: these numbers are blocked, for these reasons."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        self.reasons = reasons
        self.asked = 0

    def blocked(self, *asked: Any) -> Mapping[str, str]:
        self.asked += 1
        numbers = asked[2]
        return {number: self.reasons[number] for number in numbers if number in self.reasons}


def test_a_number_that_is_blocked_is_passed_by() -> None:
    """Another number is called instead. A subscriber without a callable number fails."""
    restrictions = Blocked({"1001": "do_not_call", "2001": "do_not_call", "3001": "daily"})
    who = [Subscriber("Anna", ("1001", "1002")), Subscriber("Boris", ("2001",)), Subscriber("Vera", ("3001",))]
    world = World(limits=ONE, restrictions=restrictions, **everybody(ANSWERS))
    world.begin(who)
    world.run()
    assert [call.number for call in world.trunk.placed.values()] == ["1002"]
    assert [(one.reason, one.final) for one in records(world)] == [("", True), ("do_not_call", True), ("daily", True)]
    assert world.report().wave == 2  # somebody's cap may pass


def test_restrictions_are_asked_for_many_at_once() -> None:
    """Not for each number by itself."""
    restrictions = Blocked({})
    world = World(limits=Limits(10, 10), restrictions=restrictions, **everybody(ANSWERS))
    world.begin(people(100))
    world.run()
    assert restrictions.asked <= 40


def test_whatever_is_not_there_cannot_be_steered() -> None:
    """An unknown id, another account's execution and a finished execution are refused."""
    world = World(limits=ONE, **everybody(ANSWERS))
    world.begin(people(1))
    for account, id_ in (("other", "x1"), (ACCOUNT, "x9")):
        with pytest.raises(NotFound):
            world.desk.steer(account, id_, Phase.PAUSED)
    world.run()
    with pytest.raises(Conflict):
        world.desk.steer(ACCOUNT, "x1", Phase.RUNNING)


def test_what_is_being_stopped_is_not_resumed() -> None:
    """Nor paused."""
    world = World(limits=ONE, **everybody(ANSWERS))
    world.begin(people(3))
    world.run_for(1)
    world.desk.steer(ACCOUNT, "x1", Phase.STOPPED)
    for phase in (Phase.RUNNING, Phase.PAUSED):
        with pytest.raises(Conflict):
            world.desk.steer(ACCOUNT, "x1", phase)


def test_a_task_that_is_started_twice_runs_once() -> None:
    """The second start gives the execution of the first."""
    world = World(limits=ONE)
    first = world.desk.begin(a_task("t1"), an_execution("x1"))
    again = world.desk.begin(a_task("t1"), an_execution("x2"))
    assert (first.id, again.id, list(world.load(ACCOUNT).executions)) == ("x1", "x1", ["x1"])


def test_no_more_than_fifty_run_at_once() -> None:
    """The next is told so."""
    world = World(limits=ONE)
    for place in range(50):
        world.desk.begin(a_task(f"t{place}"), an_execution(f"x{place}"))
    with pytest.raises(TooMany):
        world.desk.begin(a_task("t50"), an_execution("x50"))


def test_a_channel_that_is_free_calls_again_at_once() -> None:
    """A campaign of mixed fates takes hardly longer than its calls do on all channels at once."""
    world = World(5, Limits(channels=20, cps=10))
    world.begin(people(2000), settings=a_profile(attempt_count=1))
    world.run()
    calls = world.trunk.placed.values()
    least = sum((call.ends - call.began).total_seconds() for call in calls) / 20
    longest = max((call.ends - call.began).total_seconds() for call in calls)
    assert (max(call.ends for call in calls) - NOON).total_seconds() <= least * 1.01 + longest
    assert world.faults == []


def test_a_call_costs_what_it_may() -> None:
    """At most six rows and four invocations, with every message handled by itself."""
    world = World(5, Limits(channels=20, cps=10))
    world.begin(people(1000))
    world.run()
    calls = len(world.trunk.placed)
    assert world.counted["rows"] / calls <= 6
    assert world.counted["invocations"] / calls <= 4


def test_followers_hear_of_waves_and_pauses() -> None:
    """Beside beginning and end."""
    world = World(limits=ONE, rejects=True)
    world.begin(people(10), settings=a_profile(attempt_count=2))
    world.run_for(60)
    assert [one.what for one in world.news if one.subscriber < 0] == [NewsKind.STARTED, NewsKind.PAUSED]


def test_a_conductor_without_time_begins_nothing() -> None:
    """The conductor applies the progress, and another message continues."""
    world = World(limits=Limits(4, 10), **everybody(ANSWERS))
    world.begin(people(8))
    world.conduct()(ACCOUNT, [], lambda: True)
    assert world.trunk.placed == {}
    assert [one for one in world.group if "continue" in one.key]
    world.run()
    assert world.report().counters.notified == 8


def test_a_conductor_that_runs_out_of_time_gives_back_what_it_claimed() -> None:
    """No attempt is lost, and nothing waits for a telephony that was not asked."""
    world = World(limits=Limits(4, 10), **everybody(ANSWERS))
    world.begin(people(8))
    asked = iter([False, False, False])
    world.conduct()(ACCOUNT, [], lambda: next(asked, True))
    assert len(world.trunk.placed) < 4
    assert world.load(ACCOUNT).dialler.unplaced == ()
    world.run()
    assert (world.report().counters.notified, world.faults) == (8, [])


def test_a_lower_limit_counts_the_calls_that_last() -> None:
    """No call begins while more calls last than the new limit. Running calls are not cut off."""
    world = World(limits=Limits(4, 10), **everybody(ANSWERS))
    world.begin(people(12))
    world.run_for(1)
    world.trunk.limits = Limits(2, 10)
    world.desk.limit(ACCOUNT, world.trunk.limits)
    world.run()
    assert (world.faults, world.report().counters.notified) == ([], 12)
    assert seconds(world)[4:8] == [15, 15, 30, 30]


def test_a_higher_limit_is_used_at_once() -> None:
    """Without anybody asking."""
    world = World(limits=Limits(1, 10), **everybody(ANSWERS))
    world.begin(people(4))
    world.run_for(1)
    world.trunk.limits = Limits(4, 10)
    world.desk.limit(ACCOUNT, world.trunk.limits)
    world.run()
    assert seconds(world) == [0, 1, 1, 1]


def test_people_who_share_a_number_are_called_one_after_the_other() -> None:
    """However many they are."""
    world = World(limits=Limits(4, 10), **everybody(ANSWERS))
    world.begin([Subscriber(f"Clerk {n}", ("5000",)) for n in range(250)])
    world.run()
    assert (world.faults, world.report().counters.notified) == ([], 250)
