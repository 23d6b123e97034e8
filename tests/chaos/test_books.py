"""The books of a campaign are compared so that nothing wrong goes unseen."""

from dataclasses import replace
from typing import Any

import pytest

from chaos.campaign import judge
from chaos.campaign.judge import Reported, Rung
from chaos.campaign.people import Attempt, everybody

WAVES = 2
PEOPLE = everybody(8)


def all_rung() -> list[Rung]:
    """The simulator's calls as they should be, one after the other."""
    attempts = [(index, one) for index, person in enumerate(PEOPLE) for one in person.attempts(WAVES)]
    return [
        Rung(index, one, 1000 * place, 1000 * place + 900, 1000 * place + 900)
        for place, (index, one) in enumerate(attempts)
    ]


def subscribers() -> list[dict[str, Any]]:
    """The report of these calls."""
    found = []
    for index, person in enumerate(PEOPLE):
        own = [one for one in all_rung() if one.subscriber == index]
        phones = [{"number": number, "calls": [_call(one) for one in own if one.attempt.number == number]}
                  for number in person.phones]  # fmt: skip
        found.append({"notified": person.is_reached, "subscriber": {"fullName": person.name}, "phones": phones})
    return found


def _call(one: Rung) -> dict[str, Any]:
    return {"wave": one.attempt.wave, "disposition": one.attempt.disposition, "callEnd": one.ended}


def counters(**fields: Any) -> dict[str, Any]:
    """The last report of these people."""
    return {
        "subscriberCount": 8, "subscriberNotYetNotified": 0, "subscriberNotified": 3, "subscriberFailed": 5,
        "callsTotal": 16, "callsSucceeded": 3, "callsFailed": 13, "callsInProgress": 0, "callsRinging": 0,
        "callsTalking": 0, "waveCurrent": 2, "waveTotal": 2, "activePhase": False, **fields,
    }  # fmt: skip


def test_books_that_agree_are_right() -> None:
    """Everybody's outcome is what their numbers say."""
    rung = all_rung()
    assert judge.wrong_calls(judge.reported(subscribers()), rung) == []
    assert judge.wrong_outcomes(subscribers(), rung, PEOPLE, WAVES) == []
    assert judge.wrong_in_the_end(counters(), PEOPLE, WAVES) == []
    assert judge.wrong_at_a_moment(counters(), channels=1) == []


def test_a_call_that_one_book_lacks_is_seen() -> None:
    """Whichever of the two it is."""
    rung, told = all_rung(), judge.reported(subscribers())
    assert len(judge.wrong_calls(told, rung[1:])) == len(judge.wrong_calls(told[1:], rung)) == 1


def test_a_call_that_ends_otherwise_in_one_book_is_seen() -> None:
    """By its disposition and by its time."""
    rung = all_rung()
    told = [Reported(one.subscriber, one.attempt, one.ended) for one in rung]
    other = replace(told[0], attempt=replace(told[0].attempt, disposition="lost"))
    assert len(judge.wrong_calls([other, *told[1:]], rung)) == 2
    assert len(judge.wrong_calls([replace(told[0], ended=1), *told[1:]], rung)) == 2


def test_an_attempt_that_was_made_twice_is_seen() -> None:
    """Also where both books have it twice."""
    rung = [*all_rung(), replace(all_rung()[0], began=10**9, ended=10**9, told=10**9)]
    told = [Reported(one.subscriber, one.attempt, one.ended) for one in rung]
    assert any("2 times" in wrong for wrong in judge.wrong_calls(told, rung))
    assert len(judge.wrong_outcomes(subscribers(), rung, PEOPLE, WAVES)) == 1


def test_two_calls_at_once_to_one_person_are_seen() -> None:
    """The second of somebody's numbers is called when the first has ended."""
    rung = [replace(one, ended=one.ended + 500, told=one.told + 500) for one in all_rung()]
    wrong = judge.wrong_outcomes(subscribers(), rung, PEOPLE, WAVES)
    assert wrong
    assert all("two calls at once" in one for one in wrong)


def test_an_outcome_that_is_not_what_the_numbers_say_is_seen() -> None:
    """Whoever was reached is reported so."""
    told = subscribers()
    told[0]["notified"] = False
    assert len(judge.wrong_outcomes(told, all_rung(), PEOPLE, WAVES)) == 1
    assert len(judge.wrong_outcomes(told[:-1], all_rung(), PEOPLE, WAVES)) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"subscriberFailed": 4},
        {"callsFailed": 12},
        {"callsTalking": 1},
        {"callsTotal": 18, "callsInProgress": 2, "callsRinging": 2},
        {"waveCurrent": 3},
    ],
)
def test_counters_that_do_not_add_up_are_seen(fields: dict[str, Any]) -> None:
    """At every look, whatever runs."""
    assert len(judge.wrong_at_a_moment(counters(**fields), channels=1)) == 1


def test_a_last_report_that_counts_otherwise_is_seen() -> None:
    """Each number that is not what it should be."""
    fields = {"subscriberNotified": 2, "subscriberFailed": 6}
    assert len(judge.wrong_in_the_end(counters(**fields), PEOPLE, WAVES)) == 2


def test_calls_at_once_are_counted() -> None:
    """One that ends as another begins leaves its channel to it."""
    attempt = Attempt(1, "79000000000", "answered")
    rung = [Rung(0, attempt, *times) for times in ((0, 10, 10), (5, 15, 15), (10, 20, 20), (12, 12, 12))]
    assert judge.most_at_once(rung) == 2
    assert judge.most_in_a_second([*rung, Rung(0, attempt, 1005, 1005, 1005)]) == 4
