"""amoCRM: what is rendered, and how a call is logged once at the right card. The vendor is played in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from switchboard.dialects.amocrm import client, oauth
from switchboard.dialects.amocrm.contacts import last_digits
from switchboard.dialects.amocrm.settings import DEFAULTS, read_settings, workspace_of
from switchboard.dialects.oauth_roles import GrantRefused
from switchboard.dialects.rest_crm import Ask, Done, Refuse, Reply, SendFile, Situation, Step, Wait
from switchboard.dialects.vendor_requests import VendorAnswer
from switchboard.errors import Invalid, ProviderRefused, Refused
from switchboard.kernel.oauth import OAuthApplication
from tests.support.amocrm import CLIENT_ID, CLIENT_SECRET, CODE, REDIRECT, AmoCrm
from tests.support.builders import NOON

PHONE, LINK = "+79110000001", "https://hub.example/api/v1/record/c-1?link=x"
BODY: dict[str, Any] = {
    "direction": "inbound",
    "uniq": "c-1",
    "duration": 62,
    "phone": PHONE,
    "call_status": 4,
    "created_at": 1780000000,
    "request_id": "c-1",
    "extension": "204",
}
MISSED = {**BODY, "duration": 0, "call_status": 6}
FIRST = Situation("call", BODY, "c-1", users={"204": "512"}, settings=DEFAULTS, recording_link="")
APPLICATION = OAuthApplication(CLIENT_ID, CLIENT_SECRET, REDIRECT)


@dataclass
class Line:
    """One call on its way to the CRM: takes the steps that the dialect decides, as the hub does."""

    crm: AmoCrm = field(default_factory=AmoCrm)
    situation: Situation = field(default_factory=lambda: FIRST)

    def tell(self, message: str = "call", link: str = "", **changed: Any) -> Step:
        """Tell a message to its end, and return the last step."""
        self.situation = replace(self.situation, message=message, recording_link=link, **changed)
        token, reply = self.crm.give_tokens()["access_token"], None
        for _ in range(12):
            step = client.next_step(self.situation, reply)
            assert not isinstance(step, SendFile)
            self.situation = replace(self.situation, memory={**self.situation.memory, **step.remember})
            if not isinstance(step, Ask):
                return step
            reply = Reply(step.about, self.crm.ask(client.authorised(step.request, token)))
        raise AssertionError("no end")

    def tell_silently(self) -> None:
        """The first request is carried out, and its answer is lost."""
        step = client.next_step(self.situation, None)
        assert isinstance(step, Ask)
        self.situation = replace(self.situation, memory={**self.situation.memory, **step.remember})
        self.crm.ask(client.authorised(step.request, self.crm.give_tokens()["access_token"]))


@pytest.fixture
def line() -> Line:
    return Line()


def test_a_missed_call_is_logged_at_once_at_the_card_of_the_caller(line: Line) -> None:
    """With the user of the extension; a repeat of the message asks nothing."""
    card = line.crm.add_contact(PHONE)
    done = line.tell(body=MISSED)
    assert isinstance(done, Done)
    assert done.communication
    assert line.crm.calls == [
        {
            "direction": "inbound", "uniq": "c-1", "duration": 0, "phone": PHONE, "call_status": 6,
            "created_at": 1780000000, "request_id": "c-1", "source": "Switchboard", "call_responsible": 512,
        }
    ]  # fmt: skip
    assert line.situation.memory["place"] == f"contacts/{card}"
    assert (line.tell(body=MISSED), line.crm.paths()) == (Done(), ["POST /api/v4/calls"])


def test_a_conversation_waits_for_its_recording_twice_and_no_longer(line: Line) -> None:
    """The time of the setting is divided among two waits; the link goes with the call."""
    line.crm.add_contact(PHONE)
    waits = [line.tell(), line.tell()]
    assert [(one.reason, one.seconds) for one in waits if isinstance(one, Wait)] == [
        ("recording_expected", 30.0),
        ("recording_expected", 90.0),
    ]
    assert isinstance(line.tell(link=LINK), Done)
    assert line.crm.calls[0]["link"] == LINK
    assert (line.tell("recording", LINK), len(line.crm.asked)) == (Done(), 1)


def test_a_recording_that_comes_too_late_is_a_note_at_the_card(line: Line) -> None:
    """Once, and not for a call that stands nowhere."""
    card = line.crm.add_contact(PHONE)
    steps = [line.tell() for _ in range(3)]
    assert (isinstance(steps[2], Done), "link" in line.crm.calls[0]) == (True, False)
    assert [line.tell("recording", LINK) for _ in range(2)] == [Done({"linked": "1"}), Done()]
    assert LINK in line.crm.notes[f"contacts/{card}"][-1]["params"]["text"]
    assert Line().tell("recording", LINK) == Done()


@pytest.mark.parametrize("stored", ["8 (911) 000-00-01", "9110000001", "+7 911 000 00 01"])
def test_a_number_that_is_spelled_otherwise_is_found_by_its_last_digits(line: Line, stored: str) -> None:
    """The call is noted at that contact, not at one that has the digits in another field."""
    line.crm.add_contact("", name="order 79110000001")
    card = line.crm.add_contact(stored)
    assert isinstance(line.tell(body=MISSED), Done)
    (note,) = line.crm.notes[f"contacts/{card}"]
    assert (note["note_type"], note["params"]["uniq"], note["params"]["call_responsible"]) == ("call_in", "c-1", 512)
    assert (line.situation.memory["place"], line.crm.unsorted) == (f"contacts/{card}", [])


def test_an_unknown_caller_becomes_an_unsorted_entry_if_the_connector_says_so(line: Line) -> None:
    """With the caller in both fields, and with a link in any case; a late recording has no card to stand at."""
    assert isinstance(line.tell(body=MISSED, settings={**DEFAULTS, "pipeline": "7"}), Done)
    (item,) = line.crm.unsorted
    told = item["metadata"]
    assert (told["from"], told["phone"], told["uniq"], told["link"]) == (PHONE, PHONE, "c-1", "http://no.value")
    assert (item["pipeline_id"], line.tell("recording", LINK)) == (7, Done())
    for other in (Line(), Line()):
        changed = {"unknown_callers": "leave"} if other is not line else {}
        assert isinstance(other.tell(body=MISSED, settings={**DEFAULTS, **changed}), Done)
        assert other.crm.unsorted == []
    called = {**MISSED, "direction": "outbound"}
    out = Line()
    assert (isinstance(out.tell(body=called), Done), out.crm.unsorted) == (True, [])


@pytest.mark.parametrize("stored", [PHONE, "89110000001", None])
def test_a_call_whose_answer_was_lost_is_not_logged_twice(line: Line, stored: str | None) -> None:
    """The hub looks at the cards of the caller first, and logs the call only if no card has the call."""
    card = line.crm.add_contact(stored) if stored else 0
    line.situation = replace(line.situation, body=MISSED)
    line.tell_silently()
    assert isinstance(line.tell(body=MISSED), Done)
    assert len(line.crm.notes.get(f"contacts/{card}", [])) == (1 if stored else 0)
    assert len(line.crm.calls) == (1 if stored == PHONE else 0)
    assert len(line.crm.unsorted) == (0 if stored else 1)


def test_what_amocrm_refuses_is_refused_for_good_and_limits_are_waits(line: Line) -> None:
    """Limits say nothing of the receiver: 429 for seconds, 403 and an unpaid account for longer."""
    line.crm.add_contact(PHONE)
    assert line.tell(body={**MISSED, "call_status": 9}) == Refuse("call_refused")
    paths = {"/api/v4/calls": Line(), "/api/v4/contacts": Line()}
    for path, other in paths.items():
        other.crm.refuse[path] = [402]
        step = other.tell(body=MISSED)
        assert isinstance(step, Wait)
        assert step.reason == "not_paid"
    said = {429: 5.0, 403: 600.0, 200: None, 401: None, 500: None}
    waits = {status: client.setback(VendorAnswer(status), 0.0) for status in said}
    assert {status: wait and wait.seconds for status, wait in waits.items()} == said
    assert [client.denies_token(VendorAnswer(status)) for status in (401, 403, 200)] == [True, False, False]


def test_the_vendor_that_is_played_here_keeps_its_limits() -> None:
    """Seven requests a second; who goes on is refused everything."""
    crm = AmoCrm(clock=lambda: NOON, limited=True)
    token = crm.give_tokens()["access_token"]
    request = client.authorised(client.who_is_responsible(PHONE), token)
    statuses = [crm.ask(request).status for _ in range(30)]
    assert (statuses[:7], statuses[7:27], statuses[27:]) == ([204] * 7, [429] * 20, [403] * 3)


@pytest.mark.parametrize(
    "junk",
    [
        None,
        [],
        "x",
        7,
        {"_embedded": 7},
        {"_embedded": {"calls": "x", "contacts": [7], "notes": [None]}},
        {"errors": 7},
    ],
    ids=str,
)
def test_no_answer_breaks_the_decision(junk: Any) -> None:
    """Whatever the body, with each status, at each step."""
    call = Situation("call", MISSED, "c-1", settings=DEFAULTS, recording_link=LINK)
    recording = replace(call, message="recording", memory={"place": "contacts/1"})
    for status in (200, 202, 204, 400, 402, 404, 422):
        for about in ("logged", "found", "noted contacts/1", "unsorted", "looked", "seen contacts/1 leads/2"):
            assert client.next_step(call, Reply(about, VendorAnswer(status, junk)))
        assert client.next_step(recording, Reply("added", VendorAnswer(status, junk)))
    with pytest.raises(Refused):
        client.responsible_in(VendorAnswer(500, junk), PHONE)
    assert client.responsible_in(VendorAnswer(200, junk), PHONE) == ()
    with pytest.raises(ProviderRefused):
        oauth.pair_in(VendorAnswer(200, junk))


def test_the_responsible_user_is_that_of_the_contact_with_the_number(line: Line) -> None:
    """Not of one that merely has the digits; nobody for an unknown number."""
    line.crm.add_contact("", name="order 79110000001", responsible=1)
    line.crm.add_contact("8-911-000-00-01", responsible=77)
    token = line.crm.give_tokens()["access_token"]
    for phone, users in ((PHONE, ["77"]), ("89110000001", ["77"]), ("+79110000002", [])):
        answer = line.crm.ask(client.authorised(client.who_is_responsible(phone), token))
        assert [one.user for one in client.responsible_in(answer, phone)] == users
    assert last_digits("доб. +7 (911) 000-00-01") == "9110000001"


def test_tokens_are_given_for_a_code_and_renewed_once() -> None:
    """A used code, a used refresh token and a wrong secret are told apart from failures of the vendor."""
    crm = AmoCrm()
    first = oauth.pair_in(crm.ask(oauth.by_code(APPLICATION, CODE)))
    second = oauth.pair_in(crm.ask(oauth.by_refresh_token(APPLICATION, first.refresh_token)))
    assert (first.access_token != second.access_token, second.expires_in) == (True, 86400)
    for used in (oauth.by_code(APPLICATION, CODE), oauth.by_refresh_token(APPLICATION, first.refresh_token)):
        with pytest.raises(GrantRefused):
            oauth.pair_in(crm.ask(used))
    wrong = crm.ask(oauth.by_refresh_token(replace(APPLICATION, client_secret="other"), second.refresh_token))
    for answer in (wrong, VendorAnswer(503), VendorAnswer(429), VendorAnswer(403)):
        with pytest.raises(ProviderRefused) as error:
            oauth.pair_in(answer)
        assert not isinstance(error.value, GrantRefused)
    assert oauth.pair_in(crm.ask(oauth.by_refresh_token(APPLICATION, second.refresh_token)))
    assert oauth.token_server("https://romashka.amocrm.ru") == "https://romashka.amocrm.ru"


def test_settings_are_checked_and_completed() -> None:
    """The common domain is no account's address."""
    own = "https://romashka.amocrm.ru"
    assert (read_settings(own, {}), workspace_of(own)) == (DEFAULTS, "romashka")
    assert read_settings(own, {"recording_wait": "0"})["recording_wait"] == "0"
    bad: list[tuple[str, dict[str, str], str]] = [
        ("https://amocrm.ru", {}, "base_url"),
        ("https://www.kommo.com", {}, "base_url"),
        (own, {"other": "1"}, "settings.other"),
        (own, {"unknown_callers": "both"}, "settings.unknown_callers"),
        (own, {"recording_wait": "1201"}, "settings.recording_wait"),
        (own, {"recording_wait": "-1"}, "settings.recording_wait"),
        (own, {"recording_wait": "²"}, "settings.recording_wait"),
        (own, {"pipeline": "x"}, "settings.pipeline"),
        (own, {"source": " "}, "settings.source"),
    ]
    for base_url, given, name in bad:
        with pytest.raises(Invalid) as error:
            read_settings(base_url, given)
        assert error.value.field == name


def test_only_an_outgoing_call_can_be_one_that_amocrm_asked_for() -> None:
    """By the customer's digits and the extension."""
    called = {**BODY, "direction": "outbound"}
    assert [client.asked_for("call", one) for one in (BODY, called)] == ["", "79110000001"]
    assert (client.asked_for("recording", called), client.asked_by(called), client.asked_by({})) == ("", "204", "")
