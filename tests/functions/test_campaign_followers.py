"""Campaigns through the functions: who is not called, who is written to, and who is told of it."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from tests.support.calling import choose
from tests.support.campaigning import EXECUTIONS, prepared, start
from tests.support.cato import cato_account
from tests.support.dialled_hub import dial
from tests.support.followers_day import SEND, SENDER, mail, number, people
from tests.support.hub import Hub
from tests.support.receiver import receiving

ANSWERS, BUSY = 0, 65
WORDS = {"subject": "{name}", "text": "Dear {fullName}!"}
LIST = "/admin/accounts/acme/do-not-call"


@pytest.fixture
def auth(hub: Hub) -> Mapping[str, str]:
    """Whoever runs campaigns; the hub's sender is verified."""
    backend().__init__(backend().region_name, backend().account_id)  # type: ignore[misc]
    hub.stack.clients.sesv2.create_email_identity(EmailIdentity=SENDER)
    auth = cato_account(hub)
    hub.operator("PATCH", "/admin/accounts/acme", {"limits": {"email": True}})
    return auth


def backend() -> Any:
    return ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"]


def posted() -> list[str]:
    """To whom messages were sent."""
    return sorted(address for one in backend().sent_messages for address in one.destinations["ToAddresses"])


def begun(hub: Hub, auth: Mapping[str, str], *suffixes: int, daily: int = 0, **settings: Any) -> str:
    """An execution that has just been started."""
    task = prepared(hub, auth, people(*suffixes), **{"attemptCount": 1, **settings})
    choose(hub, {"speed": 1000})
    limits = {"channels": 4, "cps": 50, "calls_per_number_per_day": daily}
    assert hub.operator("PUT", "/admin/accounts/acme/campaigns", limits).status == 200
    return str(start(hub, auth, task).json["taskExecId"])


def outcomes(hub: Hub, auth: Mapping[str, str], execution: str) -> list[tuple[bool, str, str]]:
    """Whether each was notified, why not, and what came of the e-mail."""
    found = hub.request("GET", f"{EXECUTIONS}/{execution}", None, auth, {"details": "true"})
    return [(one["notified"], one["reason"], one["emailed"]) for one in found.json["subscribers"]]


def test_whom_no_call_notifies_gets_an_e_mail(hub: Hub, auth: Mapping[str, str]) -> None:
    """Once, though the order comes twice; the report says so."""
    execution = begun(hub, auth, ANSWERS, BUSY, email=WORDS)
    dial(hub)
    records = hub.stack.messages("MailingsQueue")
    for _ in range(2):
        assert hub.invoke(SEND, {"Records": records}) == {"batchItemFailures": []}
    assert posted() == ["p1@people.example"]
    (message,) = backend().sent_messages
    assert (message.subject, message.source) == ("flood", SENDER)
    assert outcomes(hub, auth, execution) == [(True, "", ""), (False, "busy", "sent")]


def test_alongside_everybody_gets_an_e_mail(hub: Hub, auth: Mapping[str, str]) -> None:
    """Whether a call notifies them or not."""
    execution = begun(hub, auth, *[ANSWERS] * 11, BUSY, email={**WORDS, "always": True})
    dial(hub)
    mail(hub)
    assert posted() == sorted(f"p{place}@people.example" for place in range(12))
    assert {emailed for _, _, emailed in outcomes(hub, auth, execution)} == {"sent"}


def test_without_words_no_e_mail_is_sent(hub: Hub, auth: Mapping[str, str]) -> None:
    """However the calls end."""
    begun(hub, auth, BUSY)
    dial(hub)
    assert not hub.visible("MailingsQueue")


def test_a_hub_without_a_sender_says_so_in_the_report(hub: Hub, auth: Mapping[str, str]) -> None:
    """And sends nothing."""
    hub.stack.refs["EmailSender"] = ""
    execution = begun(hub, auth, BUSY, email=WORDS)
    dial(hub)
    mail(hub)
    assert (posted(), outcomes(hub, auth, execution)) == ([], [(False, "busy", "off")])


def test_an_address_is_in_no_log(hub: Hub, auth: Mapping[str, str]) -> None:
    """A line says what came of the message, and names the address by its digest."""
    begun(hub, auth, BUSY, email=WORDS)
    dial(hub)
    mail(hub)
    line = next(json.loads(one) for one in hub.log.getvalue().splitlines() if "email.settled" in one)
    assert (line["state"], line["subscriber"]) == ("sent", 0)
    assert "people.example" not in hub.log.getvalue()


def test_who_is_on_the_list_is_not_called(hub: Hub, auth: Mapping[str, str]) -> None:
    """By the number or its beginning; the report has the reason."""
    hub.operator("PUT", LIST, {"entries": [{"number": number(0, ANSWERS)}, {"number": number(1, 0)[:9] + "*"}]})
    execution = begun(hub, auth, ANSWERS, ANSWERS, ANSWERS)
    dial(hub)
    assert outcomes(hub, auth, execution) == [(False, "do_not_call", ""), (False, "do_not_call", ""), (True, "", "")]


def test_a_number_is_called_so_often_a_day(hub: Hub, auth: Mapping[str, str]) -> None:
    """Over all campaigns of the account."""
    first = begun(hub, auth, BUSY, daily=1)
    dial(hub)
    second = begun(hub, auth, BUSY, daily=1)
    dial(hub)
    assert [outcomes(hub, auth, execution) for execution in (first, second)] == [
        [(False, "busy", "")],
        [(False, "daily_cap", "")],
    ]


def test_a_dry_run_says_who_would_not_be_called(hub: Hub, auth: Mapping[str, str]) -> None:
    """And why; nothing is counted by it."""
    hub.operator("PUT", f"{LIST}/{number(0, ANSWERS)}")
    task = prepared(hub, auth, people(ANSWERS, ANSWERS))
    limits = {"channels": 4, "cps": 50, "calls_per_number_per_day": 1}
    assert hub.operator("PUT", "/admin/accounts/acme/campaigns", limits).status == 200
    for _ in range(2):
        told = hub.request("POST", f"/api/v1/tasks/{task}/dry-run", None, auth).json
        assert told["wouldBeCalled"] == 1
        (skipped,) = told["skipped"]
        assert (skipped["reason"], skipped["count"]) == ("do_not_call", 1)


def test_a_destination_hears_of_a_campaign(hub: Hub, auth: Mapping[str, str]) -> None:
    """From its beginning to its end, and of everybody in it."""
    with receiving() as crm:
        wish = {"account": "acme", "dialect": "standard", "url": crm.url}
        assert hub.operator("POST", "/admin/destinations", wish).status == 201
        begun(hub, auth, ANSWERS, BUSY)
        dial(hub)
        hub.work()
        told = [json.loads(request.body) for request in crm.requests]
    of_people = sorted((one["type"], one["data"]["full_name"]) for one in told if one["type"].startswith("subscriber"))
    assert of_people == [("subscriber.failed", "Person 1"), ("subscriber.notified", "Person 0")]
    of_campaign = [one for one in told if one["type"].startswith("campaign")]
    assert (of_campaign[0]["type"], of_campaign[-1]["type"]) == ("campaign.started", "campaign.finished")
    counters = of_campaign[-1]["data"]["counters"]
    assert (counters["total"], counters["notified"], counters["failed"], counters["not_yet"]) == (2, 1, 1, 0)
