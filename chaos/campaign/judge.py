"""The books compared: the report of a campaign, the simulator's own calls, and what everybody's numbers do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from chaos.campaign.people import Attempt, Person

SECOND = 1000  # milliseconds


@dataclass(frozen=True, slots=True)
class Rung:
    """A call as the simulator stored the call; times are in milliseconds.

    `ended` is the end of the call, and `told` the earliest time of its event. The simulator plays the steps of a second
    at the start of this second.
    """

    subscriber: int
    attempt: Attempt
    began: int
    ended: int
    told: int


@dataclass(frozen=True, slots=True)
class Reported:
    """A call as the report has it."""

    subscriber: int
    attempt: Attempt
    ended: int


def reported(subscribers: Sequence[Mapping[str, Any]]) -> list[Reported]:
    """All calls of a report that was read with its details."""
    return [
        Reported(index, Attempt(call["wave"], phone["number"], call["disposition"]), call["callEnd"])
        for index, subscriber in enumerate(subscribers)
        for phone in subscriber["phones"]
        for call in phone["calls"]
    ]


def wrong_at_a_moment(told: Mapping[str, Any], channels: int) -> list[str]:
    """What does not add up in the report's counters."""
    notified = told["subscriberNotYetNotified"] + told["subscriberNotified"] + told["subscriberFailed"]
    calls = told["callsSucceeded"] + told["callsFailed"] + told["callsInProgress"]
    running = told["callsRinging"] + told["callsTalking"]
    facts = {
        "people do not add up": notified == told["subscriberCount"],
        "calls do not add up": calls == told["callsTotal"],
        "ringing and talking do not add up": running == told["callsInProgress"],
        "more calls than channels": told["callsInProgress"] <= channels,
        "a wave too many": told["waveCurrent"] <= told["waveTotal"],
    }
    return [f"{what}: {dict(told)}" for what, holds in facts.items() if not holds]


def wrong_in_the_end(told: Mapping[str, Any], people: Sequence[Person], waves: int) -> list[str]:
    """What the last report counts otherwise than everybody's numbers say."""
    attempts = sum(1 for person in people for _ in person.attempts(waves))
    reached = sum(person.is_reached for person in people)
    wanted = {
        "activePhase": False,
        "subscriberCount": len(people),
        "subscriberNotYetNotified": 0,
        "subscriberNotified": reached,
        "subscriberFailed": len(people) - reached,
        "callsTotal": attempts,
        "callsSucceeded": reached,
        "callsFailed": attempts - reached,
        "callsInProgress": 0,
        "waveCurrent": waves,
    }
    return [f"{name} is {told[name]}, not {value}" for name, value in wanted.items() if told[name] != value]


def wrong_calls(told: Sequence[Reported], rung: Sequence[Rung]) -> list[str]:
    """Calls that only one of the two knows, or each otherwise; and attempts that were made twice."""
    ours = Counter((one.subscriber, one.attempt, one.ended) for one in told)
    theirs = Counter((one.subscriber, one.attempt, one.ended) for one in rung)
    twice = Counter((one.subscriber, one.attempt.wave, one.attempt.number) for one in rung)
    return [
        *(f"only the report has {one}" for one in ours - theirs),
        *(f"only the simulator has {one}" for one in theirs - ours),
        *(f"called {times} times for one attempt: {one}" for one, times in twice.items() if times > 1),
    ]


def wrong_outcomes(
    subscribers: Sequence[Mapping[str, Any]], rung: Iterable[Rung], people: Sequence[Person], waves: int
) -> list[str]:
    """Who was called otherwise than their numbers say, two calls at once included."""
    calls: dict[int, list[Rung]] = {index: [] for index in range(len(people))}
    for one in sorted(rung, key=lambda one: one.began):
        calls[one.subscriber].append(one)
    wrong = [f"the report has {len(subscribers)} people of {len(people)}"] if len(subscribers) != len(people) else []
    for index, (person, subscriber) in enumerate(zip(people, subscribers, strict=False)):
        own = calls[index]
        if [one.attempt for one in own] != list(person.attempts(waves)):
            wrong.append(f"{person.name} was called {[one.attempt for one in own]}")
        if any(after.began < before.told for before, after in pairwise(own)):
            wrong.append(f"{person.name} had two calls at once")
        if subscriber["notified"] != person.is_reached or subscriber["subscriber"]["fullName"] != person.name:
            wrong.append(
                f"{person.name} is reported as {subscriber['subscriber']['fullName']}, {subscriber['notified']}"
            )
    return wrong


def most_at_once(rung: Iterable[Rung]) -> int:
    """The most calls that lasted at one moment."""
    changes = [change for one in rung for change in ((one.began, 1), (one.told, -1)) if one.told > one.began]
    running = most = 0
    for _, change in sorted(changes):
        running += change
        most = max(most, running)
    return most


def most_in_a_second(rung: Iterable[Rung]) -> int:
    """The most calls that began within any second."""
    begun = sorted(one.began for one in rung)
    most = first = 0
    for place, at in enumerate(begun):
        while at - begun[first] >= SECOND:
            first += 1
        most = max(most, place - first + 1)
    return most
