"""A suspended account: nothing comes in, nothing goes out, and what waits goes on afterwards."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from switchboard.accounts.model import AccountLimits
from switchboard.aws.recordings_table import RecordingsTable
from tests.functions.test_campaign_followers import WORDS, backend, posted
from tests.support.builders import a_recording
from tests.support.calling import LASTING, call, caller, choose
from tests.support.campaigning import EXECUTIONS
from tests.support.cato import cato_token
from tests.support.dialled_hub import RUN, dial, started
from tests.support.followers_day import SEND, SENDER
from tests.support.gateway import Answer
from tests.support.hub import FETCH, Hub
from tests.support.kontur import a_key, tell
from tests.support.receiver import receiving
from tests.support.sprecord_day import sprecord_token
from tests.unit.builders import sample

ACCOUNT = "/admin/accounts/acme"
WORDS_OF_A_CALL = ("start_call", "start_talk", "end_call")


@pytest.fixture(autouse=True)
def _seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes on after a suspension need not wait: each test restarts the functions."""
    monkeypatch.setattr("switchboard.bootstrap.suspension.SEEN_WITHIN", timedelta())


def put(hub: Hub, state: str) -> None:
    """Suspend the account, or end the suspension, and let every function know."""
    answer = hub.operator("PATCH", ACCOUNT, {"state": state})
    assert (answer.status, answer.json["state"]) == (200, state)
    hub.restart()


def doors(hub: Hub, auth: Mapping[str, Mapping[str, str]]) -> dict[str, Answer]:
    """What each way into the account answers."""
    ticket = auth["ticket"]["ticket"]
    return {
        "webhook": hub.request("POST", "/webhooks/vpbx/s-office", sample("vpbx/start_call")),
        "route": hub.request("GET", "/webhooks/s-office/route", query={"phone": "79012345600"}),
        "vpbx": hub.request("GET", "/api/v1/phones/local", headers=auth["vpbx"]),
        "originate": hub.request(
            "POST", "/api/v1/application/originate", {"local_num": "104", "phone2call": "79012345600"}, auth["vpbx"]
        ),
        "sprecord": hub.request("GET", "/sys/subscribe_events", headers=auth["sprecord"]),
        "stream": hub.request("GET", "/sys/events", headers=auth["sprecord"]),
        "ticket": hub.request("GET", "/sys/events", query={"ticket": ticket}),
        "cato": hub.request("GET", "/api/v1/tasks", headers=auth["cato"]),
        "kontur": tell(hub, dict(auth["kontur"]), "call-started"),
        "operator's call": call(hub, extension="105"),
    }


def test_every_way_in_is_closed_and_open_again(hub: Hub) -> None:
    """Each dialect answers 403 in its shape, but a ticket, whose token counts as unknown."""
    auth: dict[str, Mapping[str, str]] = {
        "vpbx": caller(hub),
        "sprecord": sprecord_token(hub),
        "cato": cato_token(hub),
        "kontur": a_key(hub),
    }
    hub.source()
    auth["ticket"] = hub.request("POST", "/sys/events/ticket", headers=auth["sprecord"]).json
    put(hub, "suspended")
    found = doors(hub, auth)
    assert {name: answer.status for name, answer in found.items()} == {**dict.fromkeys(found, 403), "ticket": 401}
    for name in ("vpbx", "sprecord", "cato", "kontur", "webhook"):
        assert "suspended" in found[name].text, name
    put(hub, "active")
    statuses = {name: answer.status for name, answer in doors(hub, auth).items()}
    assert {name: status for name, status in statuses.items() if status >= 300} == {}


def test_the_state_is_shown_and_nothing_else_is_a_state(hub: Hub) -> None:
    """An operator suspends and activates; a repeat changes nothing."""
    hub.account()
    put(hub, "suspended")
    since = hub.operator("GET", ACCOUNT).json["suspended_at"]
    put(hub, "suspended")
    assert hub.operator("GET", ACCOUNT).json["suspended_at"] == since
    assert hub.operator("PATCH", ACCOUNT, {"name": "New"}).json["state"] == "suspended"
    put(hub, "active")
    assert "suspended_at" not in hub.operator("GET", ACCOUNT).json
    for wrong in ("deleting", "SUSPENDED", "", None, True):
        answer = hub.operator("PATCH", ACCOUNT, {"state": wrong})
        assert (answer.status, answer.json["error"]["field"]) == (400, "state"), wrong
    assert hub.operator("POST", "/admin/accounts", {"id": "x", "name": "X", "state": "active"}).status == 400


def test_deliveries_wait_and_go_on_in_order(hub: Hub) -> None:
    """The events that came before the suspension are applied; their deliveries are parked until its end."""
    hub.account()
    hub.source()
    with receiving() as receiver:
        hub.operator("POST", "/admin/destinations", {"account": "acme", "dialect": "vpbx", "url": receiver.url})
        for name in WORDS_OF_A_CALL:
            hub.request("POST", "/webhooks/vpbx/s-office", sample(f"vpbx/{name}"))
        put(hub, "suspended")
        hub.work()
        (endpoint,) = hub.operator("GET", "/admin/endpoints", account="acme").json["endpoints"]
        hub.operator("POST", f"/admin/endpoints/{endpoint['id']}/try", account="acme")
        hub.work()
        assert receiver.requests == []
        parked = hub.operator("GET", "/admin/deliveries", account="acme", state="parked").json["deliveries"]
        assert len(parked) == len(WORDS_OF_A_CALL)
        put(hub, "active")
        hub.work()
        words = [json.loads(request.body)["event_name"] for request in receiver.requests]
        assert words == ["start.call", "start.talk", "end.call"]


def test_a_campaign_pauses_and_is_dialled_to_its_end(hub: Hub) -> None:
    """No call begins; the calls of the time before end, and nobody is left out."""
    hub.account()
    auth = cato_token(hub)
    execution = started(hub, auth, [0, 0, 0, 0, 0, 0], attemptDelayS=0)
    hub.poll("DiallingQueue", "workers/conduct_dialling")
    put(hub, "suspended")
    dial(hub)
    wait = hub.invoke(RUN, {"account": "acme", "execution": execution, "part": 0, "turn": 0, "wait": 0})["wait"]
    dial(hub)
    shown = hub.operator("GET", f"{ACCOUNT}/campaigns").json
    put(hub, "active")
    before = hub.request("GET", f"{EXECUTIONS}/{execution}", headers=auth).json["report"]
    dial(hub)
    after = hub.request("GET", f"{EXECUTIONS}/{execution}", headers=auth).json["report"]
    assert (before["callsTotal"], before["activePhase"], after["subscriberNotified"]) == (4, True, 6), shown
    assert wait >= 60


def test_e_mails_wait(hub: Hub) -> None:
    """The mailing is queued again, and sent after the suspension."""
    backend().__init__(backend().region_name, backend().account_id)  # type: ignore[misc]
    hub.stack.clients.sesv2.create_email_identity(EmailIdentity=SENDER)
    hub.account(limits=AccountLimits(email=True))
    task: dict[str, Any] = {"email": {**WORDS, "always": True}}
    started(hub, cato_token(hub), [0], **task)
    dial(hub)
    put(hub, "suspended")
    hub.poll("MailingsQueue", SEND)
    assert posted() == []
    put(hub, "active")
    assert not hub.visible("MailingsQueue")
    sent = [one for one in hub.calls if one[0] == SEND and one[2] == "SendMessageBatch"]
    assert sent[-1][3]["Entries"][0]["DelaySeconds"] == 60


def test_no_recording_is_fetched(hub: Hub) -> None:
    """The workflow waits, and the attempts are not counted."""
    hub.account()
    with receiving() as pbx:
        recording = a_recording(reference=f"{pbx.url}/1.mp3")
        RecordingsTable(hub.stack.dynamodb, hub.stack.table("RecordingsTable")).add(recording)
        put(hub, "suspended")
        state = {"recording": recording.id, "part": recording.part, "turn": 0, "wait": 0}
        assert hub.invoke(FETCH, state)["wait"] >= 60
        assert pbx.requests == []


def test_running_calls_end_but_go_nowhere_else(hub: Hub) -> None:
    """The operator hangs up a call of a suspended account; nobody redirects one."""
    caller(hub)
    choose(hub, LASTING)
    call(hub)
    hub.poll("AdvancesQueue", "workers/advance_simulated_call")
    hub.work_events()
    (running,) = hub.operator("GET", "/admin/calls", account="acme").json["calls"]
    put(hub, "suspended")
    path = f"/admin/calls/{running['id']}"
    assert hub.operator("POST", f"{path}/redirect", {"to": "105"}, account="acme").status == 403
    assert hub.operator("POST", f"{path}/hangup", account="acme").status == 202
