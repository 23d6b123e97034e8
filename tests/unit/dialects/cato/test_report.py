"""The report, as the document's own example has it (section 3.6)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from switchboard.dialects.cato.report import (
    MOST_BYTES,
    execution_view,
    page_in,
    page_view,
    report_view,
    station_of,
    turn_of,
)
from switchboard.errors import Invalid
from switchboard.kernel.campaign import CallRecord, CallStep, Counters, Execution, Phase, Subscriber, SubscriberRecord
from switchboard.kernel.campaign_outcome import SubscriberOutcome, Waiting
from tests.support.builders import NOON
from tests.support.campaigns import a_profile, an_execution

COUNTERS = Counters(
    total=2, notified=1, failed=1, calls=3, succeeded=1, failed_calls=2, in_progress=0, talking=0, delayed=1
)
DOCUMENTED = {
    "name", "subscriberCount", "subscriberNotYetNotified", "subscriberNotified", "subscriberFailed", "callsTotal",
    "callsSucceeded", "callsFailed", "callsInProgress", "callsDelayed", "callsRinging", "callsTalking", "waveCurrent",
    "waveTotal", "activePhase",
}  # fmt: skip
IVAN = Subscriber("Ivan Potapov", ("776429", "776430"))


def at(milliseconds: int) -> datetime:
    return datetime(2024, 5, 16, 11, 8, 31, 695_000, UTC) + timedelta(milliseconds=milliseconds)


CALL = CallRecord(
    id="x1.0.1.0",
    number="776429",
    wave=1,
    started_at=at(0),
    rang_at=at(1037),
    answered_at=at(19_604),
    ended_at=at(21_897),
    success=True,
    disposition="answered",
    digits="1",
    steps=(
        CallStep(at(0), "CallStarted", "STARTED"),
        CallStep(at(5), "CS defined", "CS_DEFINED"),
        CallStep(at(18), "Trying", "TRYING", "SIP_CODE:100"),
        CallStep(at(21_897), "AUDIO_DATA_FINISHED", "NEED_TO_ABORT"),
    ),
)
NOTIFIED = SubscriberOutcome(IVAN, SubscriberRecord(0, notified=True, final=True, calls=(CALL,)))


def ended() -> Execution:
    fields: dict[str, Any] = {"counters": COUNTERS, "wave": 2, "phase": Phase.FINISHED, "finished_at": NOON}
    return an_execution(size=1, **fields, settings=a_profile(attempt_count=2))


def page(outcomes: list[SubscriberOutcome], execution: Execution | None = None, **more: Any) -> dict[str, Any]:
    asked = {"first": 0, "limit": 1000, "details": False, **more}
    return page_view(
        execution or ended(),
        outcomes,
        asked["first"],
        asked["limit"],
        details=asked["details"],
        waiting=asked.get("waiting"),
    )


def test_the_report_has_the_documented_fields_and_no_others() -> None:
    """The counters as they stand; it is active until it is over."""
    told = report_view(ended())
    assert told.keys() == DOCUMENTED
    assert (told["subscriberCount"], told["subscriberNotified"], told["subscriberFailed"]) == (2, 1, 1)
    assert (told["callsTotal"], told["callsSucceeded"], told["callsFailed"], told["callsDelayed"]) == (3, 1, 2, 1)
    assert (told["waveCurrent"], told["waveTotal"], told["activePhase"]) == (2, 2, False)


@pytest.mark.parametrize("phase", [Phase.RUNNING, Phase.PAUSED, Phase.STOPPING])
def test_what_is_not_over_is_active(phase: Phase) -> None:
    """Calls that run, or may run again."""
    assert report_view(an_execution(phase=phase))["activePhase"] is True


def test_what_rings_is_what_is_in_progress_and_does_not_talk() -> None:
    """The two add up."""
    told = report_view(an_execution(counters=Counters(total=9, not_yet=9, calls=5, in_progress=5, talking=2)))
    assert (told["callsInProgress"], told["callsRinging"], told["callsTalking"]) == (5, 3, 2)


def test_a_subscriber_is_told_as_in_the_example() -> None:
    """Times in milliseconds, calls by their number, the first events with what they are about."""
    station = station_of(ended())
    (told,) = page([NOTIFIED])["subscribers"]
    (call,) = told["phones"][0]["calls"]
    started, defined, trying, finished = call.pop("events")
    assert told["notified"] is True
    assert told["subscriber"] == {"fullName": "Ivan Potapov", "phones": ["776429", "776430"], "emails": []}
    assert [(one["number"], len(one["calls"])) for one in told["phones"]] == [("776429", 1), ("776430", 0)]
    assert call == {
        "csId": station,
        "callStart": 1715857711695,
        "callRingStart": 1715857712732,
        "callTalkingStart": 1715857731299,
        "callEnd": 1715857733592,
        "success": True,
        "delayed": False,
    }
    who = started.pop("data")
    assert (who.pop("id") != "", who) == (True, {"fullName": "776429", "phones": ["776429"], "emails": []})
    assert started == {"time": 1715857711695, "name": "CallStarted", "status": "STARTED"}
    assert defined == {"time": 1715857711700, "name": "CS defined", "status": "CS_DEFINED", "data": station}
    assert trying["data"] == "SIP_CODE:100"
    assert finished == {
        "time": 1715857733592, "name": "AUDIO_DATA_FINISHED", "status": "NEED_TO_ABORT", "data": None
    }  # fmt: skip


def test_what_has_not_happened_has_no_time() -> None:
    """Of a call that nobody took."""
    call = CallRecord("x1.0.1.0", "776429", 1, at(0))
    (told,) = page([SubscriberOutcome(IVAN, SubscriberRecord(0, calls=(call,)))])["subscribers"]
    (shown,) = told["phones"][0]["calls"]
    assert (shown["callRingStart"], shown["callTalkingStart"], shown["callEnd"]) == (None, None, None)


def test_what_we_know_beyond_is_told_if_asked() -> None:
    """Why somebody failed, how a call ended, where the execution stands."""
    told = page([NOTIFIED], details=True)
    (call,) = told["subscribers"][0]["phones"][0]["calls"]
    assert (call["wave"], call["disposition"], call["digits"], call["result"]) == (1, "answered", "1", "notified")
    assert (told["state"], told["taskId"], told["finishedAt"]) == ("finished", "t1", 1773489600000)
    assert told["subscribers"][0]["reason"] == ""
    assert page([NOTIFIED]).keys() == {"id", "report", "subscribers"}
    assert execution_view(ended()).keys() == {"id", "report", "taskId", "state", "reason", "startedAt", "finishedAt"}


def test_what_the_hub_paused_says_why() -> None:
    """In lists, and in a report with details."""
    paused = an_execution(phase=Phase.PAUSED, reason="forbidden")
    assert (execution_view(paused)["state"], execution_view(paused)["reason"]) == ("paused", "forbidden")
    assert page([NOTIFIED], paused, details=True)["reason"] == "forbidden"


def test_an_execution_that_waits_says_for_what_and_until_when() -> None:
    """Instead of its phase."""
    waits = Waiting("window", NOON)
    for told in (execution_view(an_execution(), waits), page([NOTIFIED], an_execution(), details=True, waiting=waits)):
        assert (told["state"], told["waitingFor"], told["waitingUntil"]) == ("waiting", "window", 1773489600000)
    assert page([NOTIFIED], waiting=waits).keys() == {"id", "report", "subscribers"}


def many(count: int, name: str = "x") -> Iterator[SubscriberOutcome]:
    return (SubscriberOutcome(Subscriber(name, ("776429",)), SubscriberRecord(index)) for index in range(count))


def test_a_page_ends_at_its_limit_and_says_how_to_go_on() -> None:
    """And the last page says nothing."""
    execution = an_execution(size=5)
    first = page(list(many(5)), execution, limit=3)
    assert (len(first["subscribers"]), first["cursor"]) == (3, "3")
    last = page(list(many(2)), execution, first=3, limit=3)
    assert (len(last["subscribers"]), "cursor" in last) == (2, False)


def test_a_page_ends_before_it_is_too_large_for_an_answer() -> None:
    """However much there is to tell of each; one at least is told."""
    execution = an_execution(size=20)
    told = page(list(many(20, "x" * (MOST_BYTES // 10))), execution)
    assert 8 <= len(told["subscribers"]) < 10
    assert told["cursor"] == str(len(told["subscribers"]))
    assert len(page(list(many(20, "x" * MOST_BYTES)), execution)["subscribers"]) == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [({"limit": "0"}, "limit"), ({"limit": "1001"}, "limit"), ({"limit": "x"}, "limit"), ({"limit": "٣"}, "limit"),
     ({"cursor": "-1"}, "cursor"), ({"cursor": "x"}, "cursor"), ({"cursor": "9" * 50}, "cursor")],
)  # fmt: skip
def test_a_bad_page_is_refused_by_the_name_of_its_parameter(query: dict[str, str], field: str) -> None:
    """Numbers within their bounds, and nothing else."""
    with pytest.raises(Invalid) as refused:
        page_in(query)
    assert refused.value.field == field


@pytest.mark.parametrize("word", ["", "halt", None, 7, ["stop"], {"a": 1}])
def test_a_word_that_says_nothing_is_refused(word: Any) -> None:
    """Pause, resume and stop do."""
    with pytest.raises(Invalid):
        turn_of(word)
    assert turn_of("stop") is Phase.STOPPING
