"""Reports of another SP5000 CATO, read as far as sense can be made of them (section 3.6)."""

from typing import Any

import pytest
from hypothesis import given

from switchboard.dialects.cato.read_report import read_report
from switchboard.errors import ProviderSilent
from tests.support.other_cato import BEGAN, a_report, told
from tests.unit.dialects.strategies import FEW, JSON

ANNA = {"fullName": "Анна", "phones": ["776429", "776430"], "emails": []}


def test_a_report_is_read_as_documented() -> None:
    """Counters, waves, subscribers, their calls and what happened in them."""
    counts = {"subscriberNotYetNotified": 0, "subscriberNotified": 1, "callsTotal": 2, "callsFailed": 1}
    body = a_report("n", 1, [told(ANNA, "486", "answered")], **counts, waveCurrent=2, activePhase=False)
    report = read_report({"id": "x", **body})
    counters = report.counters
    assert (counters.total, counters.not_yet, counters.notified, counters.calls) == (1, 0, 1, 2)
    assert (report.wave, report.is_active, report.cursor) == (2, False, "")
    (one,) = report.subscribers
    assert (one.full_name, one.phones, one.notified) == ("Анна", ("776429", "776430"), True)
    assert [(call.number, call.wave, call.disposition, call.success) for call in one.calls] == [
        ("776429", 1, "busy", False),
        ("776429", 2, "answered", True),
    ]
    first = one.calls[0]
    assert (first.started_at.timestamp() * 1000, len(first.steps)) == (BEGAN, 2)
    assert (first.answered_at, first.steps[1].data) == (None, "SIP_CODE:486")


@pytest.mark.parametrize(
    ("code", "disposition"),
    [("486", "busy"), ("404", "invalid_number"), ("408", "no_answer"), ("503", "congestion"), ("418", "failed")],
)
def test_how_a_call_ended_is_read_from_its_events(code: str, disposition: str) -> None:
    """The document has no field for it; the code of SIP stands among the events."""
    report = read_report(a_report("n", 1, [told(ANNA, code)]))
    assert report.subscribers[0].calls[0].disposition == disposition


def test_a_call_that_lasts_has_not_ended() -> None:
    """It has no end and no disposition."""
    body = told(ANNA, "answered")
    body["phones"][0]["calls"][0] |= {"callEnd": None, "success": False, "callTalkingStart": 0}
    (call,) = read_report(a_report("n", 1, [body])).subscribers[0].calls
    assert (call.ended_at, call.answered_at, call.disposition) == (None, None, "")


@FEW
@given(JSON, JSON, JSON)
def test_any_json_is_read_or_is_no_report(report: Any, subscribers: Any, calls: Any) -> None:
    """Nothing else is raised."""
    phones = [{"number": "1", "calls": calls}, calls]
    body = {"report": report, "subscribers": [{"subscriber": subscribers, "phones": phones}, subscribers]}
    try:
        found = read_report(body)
    except ProviderSilent:
        return
    assert found.wave >= 0


def test_what_cannot_be_written_down_is_replaced() -> None:
    """Half of a surrogate pair, which JSON lets through."""
    body = told(ANNA, "486")
    body["phones"][0]["calls"][0]["events"] = [{"name": "\ud800", "data": {"x": "\udfff"}}]
    (step,) = read_report(a_report("n", 1, [body])).subscribers[0].calls[0].steps
    assert (step.name.encode(), (step.data or "").encode()) == (b"?", b'{"x": "?"}')
