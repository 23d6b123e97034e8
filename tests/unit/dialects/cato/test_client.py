"""The client of another SP5000 CATO: what it asks, and how it reads the answers."""

from collections.abc import Callable
from typing import Any

import pytest

from switchboard.dialects.campaign_system import CampaignObject, TaskParts
from switchboard.dialects.cato.client import CatoClient
from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest
from switchboard.errors import NotFound, ProviderRefused, ProviderSilent, Refusal, Refused
from switchboard.kernel.campaign import Subscriber
from tests.support.campaigns import a_profile

PLAIN = {"Authorization": "Bearer plain:app-1"}
BYTES = {**PLAIN, "Content-Type": "application/octet-stream"}
MADE = {"id": "t-1", "name": "n", "url": "file:///n", "userId": "user"}


class Cato:
    """Answers everything in one way, page by page, and notes what it is asked."""

    def __init__(self, status: int = 200, *bodies: Any, following: dict[str, str] | None = None) -> None:
        self.status, self.bodies = status, list(bodies)
        self.following = following or {}
        self.asked: list[VendorRequest] = []

    def __call__(self, question: VendorRequest) -> VendorAnswer:
        self.asked.append(question)
        body = self.bodies.pop(0) if self.bodies else None
        return VendorAnswer(self.status, body, following=self.following if self.bodies else {})


def client(cato: Cato) -> CatoClient:
    return CatoClient(cato, "app-1", "user")


def test_audio_goes_out_as_bytes() -> None:
    """Under its name, which may hold anything (section 3.1)."""
    cato = Cato(200, MADE)
    assert client(cato).add_audio("flood/я.wav", b"RIFF") == "t-1"
    path = "/api/v1/audio-files/add/flood%2F%D1%8F.wav"
    assert cato.asked == [VendorRequest("PUT", (path,), BYTES, content=b"RIFF")]


def test_a_group_goes_out_as_one_array() -> None:
    """Always with lists (section 3.2)."""
    cato = Cato(200, MADE)
    assert client(cato).add_group("river", [Subscriber("Анна", ("776429",))]) == "t-1"
    people = [{"fullName": "Анна", "phones": ["776429"], "emails": []}]
    assert cato.asked == [VendorRequest("PUT", ("/api/v1/subscriber-groups/add/river",), PLAIN, json=people)]


@pytest.mark.parametrize("spelling", ["S", "s"])
def test_settings_go_out_in_the_spelling_of_the_table(spelling: str) -> None:
    """Whatever the request to us had (section 3.3); without a window there are no restrictions."""
    cato = Cato(200, MADE)
    assert client(cato).add_settings("evening x1", a_profile(spelling=spelling)) == "t-1"
    assert cato.asked[0].json == {
        "name": "evening x1",
        "attemptCount": 2,
        "attemptDelayS": 60,
        "successCondition": "PICKUP_PHONE",
        "successPlaybackDurationS": 5,
        "maxCallDurationS": 90,
        "maxAnswerDelayS": 30,
        "userId": "user",
    }
    assert (cato.asked[0].method, cato.asked[0].paths) == ("POST", ("/api/v1/notification-settings/",))


def test_a_task_goes_out_with_their_ids() -> None:
    """Section 3.4."""
    cato = Cato(200, MADE)
    assert client(cato).add_task("flood x1", TaskParts("s-1", ["a-1"], ["g-1", "g-2"])) == "t-1"
    body = {"name": "flood x1", "settings": "s-1", "files": ["a-1"], "groups": ["g-1", "g-2"], "userId": "user"}
    assert cato.asked == [VendorRequest("POST", ("/api/v1/tasks/",), PLAIN, json=body)]


def test_a_task_is_started() -> None:
    """Section 3.5."""
    cato = Cato(200, {"taskExecId": "x-1", "result": "SUCCESS"})
    assert client(cato).start("t-1") == "x-1"
    assert cato.asked == [VendorRequest("PUT", ("/api/v1/tasks/t-1/start",), PLAIN)]


@pytest.mark.parametrize(
    ("status", "body", "kind", "refusal"),
    [
        (200, {"result": "FAIL_NO_CHANNELS"}, ProviderRefused, Refusal.NO_CHANNELS),
        (200, {"taskExecId": "x", "result": "FAIL_NO_CHANNELS"}, ProviderRefused, Refusal.NO_CHANNELS),
        (200, {"taskExecId": "x", "result": "FAIL_OTHERWISE"}, ProviderSilent, None),
        (200, None, ProviderSilent, None),
        (200, ["x"], ProviderSilent, None),
        (404, None, NotFound, None),
        (500, {"status": 500}, NotFound, None),
        (502, None, ProviderSilent, None),
        (504, None, ProviderSilent, None),
        (503, None, ProviderRefused, Refusal.UNAVAILABLE),
        (429, None, ProviderRefused, Refusal.TOO_FAST),
        (401, None, ProviderRefused, Refusal.FORBIDDEN),
        (409, None, ProviderRefused, Refusal.REJECTED),
    ],
)
def test_a_start_that_fails_says_what_is_known_of_it(
    status: int, body: Any, kind: type[Refused], refusal: Refusal | None
) -> None:
    """It did not happen, the task is not there, or nobody knows."""
    with pytest.raises(kind) as caught:
        client(Cato(status, body)).start("t-1")
    assert getattr(caught.value, "refusal", None) is refusal


ADDING: list[Callable[[CatoClient], str]] = [
    lambda one: one.add_audio("n", b""),
    lambda one: one.add_group("n", []),
    lambda one: one.add_settings("n", a_profile()),
    lambda one: one.add_task("n", TaskParts("s", [], [])),
]


@pytest.mark.parametrize("add", ADDING)
@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"name": "without an id"}, ProviderSilent),
        (201, "text", ProviderSilent),
        (500, None, ProviderSilent),
        (503, None, ProviderRefused),
        (400, {"status": 400}, ProviderRefused),
        (403, None, ProviderRefused),
        (404, None, NotFound),
    ],
)
def test_what_was_not_made_is_told_from_what_may_have_been(
    add: Callable[[CatoClient], str], status: int, body: Any, kind: type[Refused]
) -> None:
    """A success without an id, and a failure that does not say when it happened, may have left something."""
    with pytest.raises(kind):
        add(client(Cato(status, body)))


def test_something_is_found_by_its_name_on_any_page() -> None:
    """As far as the server tells where the list goes on."""
    pages = [[{"id": "a", "name": "x"}, "noise", {"id": "b"}], [{"id": "c", "name": "y"}]]
    cato = Cato(200, *pages, following={"cursor": "2"})
    assert client(cato).find(CampaignObject.GROUP, "y") == "c"
    assert [question.query for question in cato.asked] == [{}, {"cursor": "2"}]
    assert client(Cato(200, [{"id": "a", "name": "x"}])).find(CampaignObject.GROUP, "y") is None


def test_an_execution_is_found_by_the_name_of_its_task() -> None:
    """Which stands in its report."""
    found = client(Cato(200, [{"id": "e", "report": {"name": "flood x1"}}])).find(CampaignObject.EXECUTION, "flood x1")
    assert found == "e"


@pytest.mark.parametrize(("status", "body"), [(404, None), (405, None), (500, None), (200, {"id": "x"}), (200, None)])
def test_a_server_that_does_not_list_says_so(status: int, body: Any) -> None:
    """In any of the ways in which servers do."""
    with pytest.raises(NotFound):
        client(Cato(status, body)).find(CampaignObject.TASK, "x")


@pytest.mark.parametrize("status", [404, 500])
def test_an_unknown_id_is_404_or_500(status: int) -> None:
    """Ruling cato 5."""
    assert not client(Cato(status, {"status": status})).has(CampaignObject.TASK, "t-1")
    with pytest.raises(NotFound):
        next(client(Cato(status)).report("x-1"))


def test_a_report_is_read_by_the_page_where_there_are_pages() -> None:
    """The document knows no pages; our own server does."""
    page = {"report": {"activePhase": False}, "subscribers": []}
    cato = Cato(200, {**page, "cursor": "1000"}, page)
    assert [one.cursor for one in client(cato).report("x-1")] == ["1000", ""]
    assert [question.query for question in cato.asked] == [{}, {"cursor": "1000"}]


@pytest.mark.parametrize("body", [None, [], {}, {"report": []}, {"subscribers": []}])
def test_a_body_that_is_no_report_is_as_good_as_no_answer(body: Any) -> None:
    """A later look may find one."""
    with pytest.raises(ProviderSilent):
        next(client(Cato(200, body)).report("x-1"))
