"""What the samples of Megafon's family do not show: odd answers of its API, and odd commands."""

from typing import Any

import pytest

from switchboard.dialects.megafon.client import read_call_id
from switchboard.dialects.vendor_requests import VendorAnswer
from switchboard.errors import Invalid, NotFound, ProviderRefused
from tests.unit.builders import parsed

TOLD: list[tuple[VendorAnswer, str | None]] = [
    (VendorAnswer(200, {"callid": "991"}), "991"),
    (VendorAnswer(200, {"CallID": 991}), "991"),
    (VendorAnswer(200, None, "made-1\n"), "made-1"),
    (VendorAnswer(200, {}), None),
    (VendorAnswer(200, None, "null"), None),
    (VendorAnswer(200, None, "<html>busy</html>"), None),
]


def test_the_id_of_a_call_is_read_of_any_answer() -> None:
    """Of an object or of a bare text; other answers tell none, and refusals raise."""
    assert [read_call_id(answer) for answer, _ in TOLD] == [told for _, told in TOLD]
    for status, error in ((400, Invalid), (404, NotFound), (401, ProviderRefused)):
        with pytest.raises(error):
            read_call_id(VendorAnswer(status, {"error": "no"}))


def test_a_token_never_stays_in_an_event() -> None:
    """Whatever credentials the source has; letter case of the words does not matter."""
    body: dict[str, Any] = {
        "cmd": "HISTORY",
        "type": "IN",
        "status": "SUCCESS",
        "callid": "1",
        "crm_token": "kept-by-nobody",
    }
    event = parsed("megafon", body)
    assert "crm_token" not in event.raw
    assert (event.name, event.direction, event.disposition) == ("history", "incoming", "answered")
