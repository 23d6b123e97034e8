"""Text that queues refuse, in everything that others write: U+FFFE, U+FFFF, NUL, and halves of surrogate pairs."""

import json

import pytest

from switchboard.aws.codec import load
from switchboard.kernel.call import CallEvent
from tests.functions.test_webhooks import DIALECTS, EVENTS, post
from tests.support.calling import AT_ONCE, choose
from tests.support.campaigning import EXECUTIONS, TASKS, add_group, add_table, prepared, start
from tests.support.cato import cato_account
from tests.support.dialled_hub import TRUNK, dial, numbered
from tests.support.hub import Hub
from tests.support.receiver import receiving

NO_CHARACTERS = ["\ufffe", "\uffff"]
LETTERS = {**{f"U+{ord(one):04X}": one for one in NO_CHARACTERS}, "NUL": "\x00", "ESC": "\x1b", "half": "\ud800"}
each_letter = pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)


@each_letter
@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_event_with_any_letter_is_taken(hub: Hub, dialect: str, letter: str) -> None:
    """Raw or escaped; what is no character becomes U+FFFD."""
    hub.source(dialect=dialect)
    for sent in (json.dumps, lambda body: json.dumps(body, ensure_ascii=letter == "\ud800")):
        body = {**EVENTS[dialect], "note": f"a{letter}b", f"name{letter}": [sent.__name__]}
        assert post(hub, dialect, sent(body)).status == 200
    texts = [record["body"] for record in hub.stack.drain("EventsQueue")]
    notes = {load(text, CallEvent).raw["note"] for text in texts}
    assert notes == {"a\ufffdb" if letter in NO_CHARACTERS else "a?b" if letter == "\ud800" else f"a{letter}b"}
    assert len(texts) == 2


@each_letter
def test_an_event_with_any_letter_is_delivered(hub: Hub, letter: str) -> None:
    """Through every queue, to a receiver of the same dialect."""
    hub.account()
    hub.source()
    event = {**EVENTS["vpbx"], "params": {**EVENTS["vpbx"]["params"], "call_id": f"c{letter}", "text": f"a{letter}b"}}
    with receiving() as receiver:
        hub.subscribe(url=receiver.url)
        assert post(hub, "vpbx", json.dumps(event)).status == 200
        hub.work()
        (request,) = receiver.requests
    assert json.loads(request.body)["event_name"] == "start.call"


@pytest.mark.parametrize("letter", ["\ufffe", "\uffff", "\x00"])
def test_a_campaign_with_any_letter_is_dialled_to_its_end(hub: Hub, letter: str) -> None:
    """In the names of a campaign, its settings, its list and the people in the list."""
    auth = cato_account(hub)
    people = [{**one, "fullName": f"A{letter}", "emails": f"a{letter}@b.example"} for one in numbered([0, 65])]
    hub.operator("PUT", "/admin/accounts/acme/campaigns", TRUNK)
    task = prepared(hub, auth, people, name=f"evening{letter}", attemptDelayS=0)
    choose(hub, AT_ONCE)
    group = add_group(hub, auth, people, "river%EF%BF%BE").json["id"]
    known = hub.request("GET", f"{TASKS}/{task}", headers=auth).json
    changed = {**known, "name": f"flood{letter}", "groups": [*known["groups"], group]}
    hub.request("PUT", f"{TASKS}/{task}", changed, auth)
    execution = start(hub, auth, task).json["taskExecId"]
    dial(hub)
    report = hub.request("GET", f"{EXECUTIONS}/{execution}", headers=auth).json["report"]
    assert (report["subscriberNotified"] + report["subscriberFailed"], report["activePhase"]) == (
        report["subscriberCount"],
        False,
    )


@pytest.mark.parametrize("letter", NO_CHARACTERS)
def test_a_table_with_any_letter_is_dialled(hub: Hub, letter: str) -> None:
    """What comes as CSV, and not as JSON."""
    auth = cato_account(hub)
    task = prepared(hub, auth)
    choose(hub, AT_ONCE)
    group = add_table(hub, auth, f"fullName,phones\nA{letter}B,79160000000\n".encode()).json["id"]
    known = hub.request("GET", f"{TASKS}/{task}", headers=auth).json
    hub.request("PUT", f"{TASKS}/{task}", {**known, "groups": [group]}, auth)
    execution = start(hub, auth, task).json["taskExecId"]
    dial(hub)
    assert not hub.request("GET", f"{EXECUTIONS}/{execution}", headers=auth).json["report"]["activePhase"]
