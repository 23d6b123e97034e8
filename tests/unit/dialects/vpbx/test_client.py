"""The client of a real IS.VPBX: what it asks, and how it reads the answers."""

from collections.abc import Callable
from typing import Any

import pytest

from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest
from switchboard.dialects.vpbx.client import EVENTS, PathSpelling, VpbxClient
from switchboard.errors import Conflict, Invalid, NotFound, ProviderRefused, ProviderSilent, Refusal, Refused

TOKEN = "a-token"
BEARER = {"Authorization": "Bearer a-token"}


class Pbx:
    """Answers everything in one way, and notes what it is asked."""

    def __init__(self, status: int = 200, body: Any = None) -> None:
        self.answer = VendorAnswer(status, body)
        self.asked: list[VendorRequest] = []

    def __call__(self, question: VendorRequest) -> VendorAnswer:
        self.asked.append(question)
        return self.answer


def test_subscriptions_are_listed_by_event() -> None:
    """With their ids, which the document shows as numbers."""
    pbx = Pbx(
        body={
            "active_events": [
                {"id": 79, "event_name": "start.talk", "description": "x"},
                {"id": "b", "event_name": "end.call"},
            ]
        }
    )
    assert VpbxClient(pbx, TOKEN).subscriptions() == {"start.talk": "79", "end.call": "b"}
    assert pbx.asked == [VendorRequest("GET", ("/api/v1/events/subscribe", "/api/v1/event/subscribe"), BEARER)]


def test_a_subscription_is_asked_for_as_documented() -> None:
    """With Basic credentials; its id is in the answer."""
    pbx = Pbx(body={"id": 12, "insert_data": {}, "message": "x"})
    assert VpbxClient(pbx, TOKEN).subscribe("start.call", "https://hub.example/w", "switchboard:word") == "12"
    (question,) = pbx.asked
    assert (question.method, question.paths[0], question.headers) == ("POST", "/api/v1/events/subscribe", BEARER)
    assert question.json == {
        "event_name": "start.call",
        "webhook_url": "https://hub.example/w",
        "auth_type": "BasicHttpAuth",
        "auth_string": "switchboard:word",
    }


def test_a_second_subscription_is_a_conflict() -> None:
    """409, as documented."""
    with pytest.raises(Conflict):
        VpbxClient(Pbx(409, {"status_code": 409}), TOKEN).subscribe("start.call", "https://hub.example/w", "a:b")


@pytest.mark.parametrize("status", [200, 204])
def test_a_subscription_is_ended_by_its_events_name(status: int) -> None:
    """204 says that there was none."""
    pbx = Pbx(status)
    VpbxClient(pbx, TOKEN).unsubscribe("local.in.call")
    (question,) = pbx.asked
    assert (question.method, question.query) == ("DELETE", {"event_name": "local.in.call"})


def test_extensions_are_read_as_text() -> None:
    """The document shows numbers."""
    pbx = Pbx(body={"local_numbers": [{"id": 1, "number": 100}, {"id": 2, "number": "007"}, {"id": 3}, 7]})
    assert VpbxClient(pbx, TOKEN).extensions() == ["100", "007"]
    assert pbx.asked == [VendorRequest("GET", ("/api/v1/phones/local",), BEARER)]


def test_a_call_is_asked_for_as_documented() -> None:
    """`callerid_num` only where there is one."""
    pbx = Pbx(body={"name": "200 OK", "message": "Originate Success"})
    VpbxClient(pbx, TOKEN).originate("104", "79012345678")
    VpbxClient(pbx, TOKEN).originate("104", "79012345678", "73512250000")
    assert [one.json for one in pbx.asked] == [
        {"local_num": "104", "phone2call": "79012345678"},
        {"local_num": "104", "phone2call": "79012345678", "callerid_num": "73512250000"},
    ]
    assert pbx.asked[0].paths == ("/api/v1/application/originate", "/api/v1/aplication/originate")


def test_which_spelling_comes_first_can_be_chosen() -> None:
    """The document has two of each."""
    pbx = Pbx(body={"active_events": []})
    chosen = VpbxClient(pbx, TOKEN, PathSpelling("event", "aplication"))
    chosen.subscriptions()
    chosen.originate("104", "79012345678")
    assert [one.paths[0] for one in pbx.asked] == ["/api/v1/event/subscribe", "/api/v1/aplication/originate"]
    assert all(len(one.paths) == 2 for one in pbx.asked)


def test_all_events_of_the_document_are_known() -> None:
    """There are eight."""
    assert len(EVENTS) == 8


STATUSES: list[tuple[int, type[Refused], Refusal | None]] = [
    (400, ProviderRefused, Refusal.REJECTED),
    (401, ProviderRefused, Refusal.FORBIDDEN),
    (403, ProviderRefused, Refusal.FORBIDDEN),
    (404, ProviderRefused, Refusal.REJECTED),
    (418, ProviderRefused, Refusal.REJECTED),
    (302, ProviderRefused, Refusal.REJECTED),
    (429, ProviderRefused, Refusal.TOO_FAST),
    (500, ProviderRefused, Refusal.UNAVAILABLE),
    (502, ProviderRefused, Refusal.UNAVAILABLE),
    (503, ProviderRefused, Refusal.UNAVAILABLE),
    (504, ProviderSilent, None),
]
ASKED: dict[str, Callable[[VpbxClient], object]] = {
    "list": lambda pbx: pbx.subscriptions(),
    "subscribe": lambda pbx: pbx.subscribe("start.call", "https://hub.example/w", "a:b"),
    "unsubscribe": lambda pbx: pbx.unsubscribe("start.call"),
    "extensions": lambda pbx: pbx.extensions(),
    "originate": lambda pbx: pbx.originate("104", "79012345678"),
}
OF_ORIGINATE: dict[int, type[Refused]] = {400: Invalid, 404: NotFound, 409: Conflict}


@pytest.mark.parametrize(("status", "error", "refusal"), STATUSES)
@pytest.mark.parametrize("verb", ASKED)
def test_a_status_is_an_error_that_says_what_to_do(
    verb: str, status: int, error: type[Refused], refusal: Refusal | None
) -> None:
    """In our own words: the PBX's may repeat a token or a number."""
    said = {"name": f"{status} x", "message": "a-token 79012345678"}
    wanted = OF_ORIGINATE.get(status, error) if verb == "originate" else error
    with pytest.raises(wanted) as refused:
        ASKED[verb](VpbxClient(Pbx(status, said), TOKEN))
    assert getattr(refused.value, "refusal", None) == (refusal if wanted is error else None)
    assert "a-token" not in str(refused.value)
    assert "79012345678" not in str(refused.value)


def test_a_busy_extension_is_a_conflict() -> None:
    """Ruling 11."""
    with pytest.raises(Conflict):
        VpbxClient(Pbx(409), TOKEN).originate("104", "79012345678")


@pytest.mark.parametrize("body", [None, [], "x", 7, {}, {"active_events": None}, {"active_events": {"a": 1}}])
def test_a_success_that_nobody_understands_is_a_refusal(body: Any) -> None:
    """Not an empty list: we would subscribe to everything again."""
    with pytest.raises(ProviderRefused):
        VpbxClient(Pbx(200, body), TOKEN).subscriptions()


@pytest.mark.parametrize("entry", [None, 7, "x", [], {}, {"id": 1}, {"event_name": {}, "id": 1}, {"event_name": ""}])
def test_an_entry_that_nobody_understands_is_left_out(entry: Any) -> None:
    """The others are read."""
    pbx = Pbx(body={"active_events": [entry, {"id": 1, "event_name": "end.call"}]})
    assert VpbxClient(pbx, TOKEN).subscriptions() == {"end.call": "1"}
