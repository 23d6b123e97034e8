"""Campaigns through the functions: started over the API, dialled by the simulator, reported over the API."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from string import Template
from typing import Any

import pytest

from local.bundle import ROOT
from switchboard import bootstrap
from switchboard.aws.codec import dump
from switchboard.campaigns.dialling.messages import ConductorMessage
from switchboard.campaigns.dialling.state import Change
from switchboard.telephony.progress import CallProgress, Stage
from tests.support.calling import choose
from tests.support.campaigning import EXECUTIONS, dialling
from tests.support.cato import cato_account
from tests.support.dialled_hub import CONDUCT, RUN, WAKE, WATCH, dial, started, turn
from tests.support.dialling_day import counters, forget_waits, lose, waking
from tests.support.hub import Hub

LISTENS, HANGS_UP, PRESSES, WRONG, BUSY, INVALID, NEVER_ENDS = 0, 50, 55, 60, 65, 75, 85
EVENTS = ROOT / "events" / "functions"
SLOW = {"ring": 0, "talk": 60, "speed": 1, "channels": 100, "cps": 100}


@pytest.fixture
def auth(hub: Hub) -> Mapping[str, str]:
    return cato_account(hub)


def report(hub: Hub, auth: Mapping[str, str], execution: str) -> dict[str, Any]:
    answer: dict[str, Any] = hub.request("GET", f"{EXECUTIONS}/{execution}", headers=auth).json
    return answer


def a_tick(hub: Hub, account: str = "acme") -> dict[str, Any]:
    """Have an account's conductor take a turn."""
    attributes = {"MessageGroupId": account, "ApproximateReceiveCount": "1"}
    record = {"messageId": "m", "receiptHandle": "r", "body": dump(ConductorMessage(account)), "attributes": attributes}
    return hub.invoke(CONDUCT, {"Records": [record]})


def test_a_campaign_is_dialled_to_its_end(hub: Hub, auth: Mapping[str, str]) -> None:
    """Everybody is called, and the report adds up."""
    execution = started(hub, auth, [LISTENS, (BUSY, LISTENS), INVALID], attemptDelayS=0)
    dial(hub)
    told = report(hub, auth, execution)["report"]
    counts = {name: told[name] for name in ("subscriberCount", "subscriberNotified", "subscriberFailed")}
    assert counts == {"subscriberCount": 3, "subscriberNotified": 2, "subscriberFailed": 1}
    assert (told["callsTotal"], told["callsSucceeded"], told["callsFailed"]) == (4, 2, 2)
    assert not told["activePhase"]


@pytest.mark.parametrize(
    ("condition", "notified"),
    [
        ("PICKUP_PHONE", [LISTENS, HANGS_UP, PRESSES, WRONG]),
        ("PICKUP_AND_LISTEN_SOME", [LISTENS, PRESSES, WRONG]),
        ("PICKUP_AND_LISTEN_FULL", [LISTENS, PRESSES, WRONG]),
        ("PICKUP_AND_CONFIRM", [PRESSES]),
    ],
)
def test_a_call_notifies_by_the_condition_of_the_settings(
    hub: Hub, auth: Mapping[str, str], condition: str, notified: list[int]
) -> None:
    """Picking up, listening to some of it or to all, or pressing the right digit."""
    fates = [LISTENS, HANGS_UP, PRESSES, WRONG, BUSY]
    execution = started(hub, auth, fates, successCondition=condition, attemptCount=1)
    dial(hub)
    found = [one["notified"] for one in report(hub, auth, execution)["subscribers"]]
    assert [fate for fate, was in zip(fates, found, strict=True) if was] == notified


def test_a_call_whose_end_is_never_told_is_ended_by_the_workflow(hub: Hub, auth: Mapping[str, str]) -> None:
    """As lost, where its conductor took no turn; nobody is called twice for it."""
    execution = started(hub, auth, [NEVER_ENDS], successCondition="PICKUP_AND_LISTEN_FULL", attemptCount=1)
    dial(hub)
    assert counters(hub, execution)["talking"] == 1
    lose(hub)
    following = turn(hub, execution)
    assert (following["done"], following["turn"]) == (False, 1)
    (call,) = report(hub, auth, execution)["subscribers"][0]["phones"][0]["calls"]
    assert call["events"][-1]["status"] == "LOST"
    assert turn(hub, execution, turn=1)["done"]


def test_a_wave_waits_for_its_time(hub: Hub, auth: Mapping[str, str]) -> None:
    """A message is held back until then, and the workflow sleeps as long."""
    execution = started(hub, auth, [BUSY, LISTENS], attemptDelayS=60)
    dial(hub)
    url = hub.stack.queue("WakesQueue")
    names = ["ApproximateNumberOfMessagesDelayed"]
    answer = hub.stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)  # type: ignore[arg-type]
    assert answer["Attributes"][names[0]] == "1"
    assert 55 <= turn(hub, execution)["wait"] <= 60
    forget_waits(hub)
    hub.invoke(WAKE, {"Records": [waking("acme")]})
    dial(hub)
    assert report(hub, auth, execution)["report"]["waveCurrent"] == 2


def test_every_message_may_come_twice(hub: Hub, auth: Mapping[str, str]) -> None:
    """Nobody is called again for it, and nothing is counted twice."""
    execution = started(hub, auth, [LISTENS, BUSY], attemptDelayS=0)
    for _ in range(50):
        records = hub.stack.messages("DiallingQueue")
        for _ in range(2 if records else 0):
            hub.invoke(CONDUCT, {"Records": records})
        hub.stack.delete("DiallingQueue", records)
        hub.poll("AdvancesQueue", "workers/advance_simulated_call")
    found = counters(hub, execution)
    assert (found["calls"], found["notified"], found["failed"], found["in_progress"]) == (3, 1, 1, 0)


def test_a_conductor_that_was_cut_off_is_followed_by_another(hub: Hub, auth: Mapping[str, str]) -> None:
    """A call that was claimed and never placed is placed, under the same id."""
    execution = started(hub, auth, [LISTENS], attemptCount=1)
    hub.stack.drain("DiallingQueue")
    a_tick(hub)
    calls = [row for row in hub.stack.items("TelephonyTable") if row["sk"]["S"] == "CALL"]
    table = dialling(hub)
    state = table.load("acme")
    assert len(calls) == len(state.lines) == 1
    for row in calls:  # as if it had never been ordered
        key = {name: row[name] for name in ("pk", "sk")}
        hub.stack.dynamodb.delete_item(TableName=hub.stack.table("TelephonyTable"), Key=key)
    forget_placed(hub)
    hub.stack.drain("AdvancesQueue")
    a_tick(hub)
    dial(hub)
    assert counters(hub, execution)["notified"] == 1


def forget_placed(hub: Hub) -> None:
    """Let it not be known that the calls of lines were placed."""
    table = dialling(hub)
    state = table.load("acme")
    version = state.dialler.version
    dialler = replace(state.dialler, version=version + 1, unplaced=tuple(state.lines))
    assert table.commit(version, Change(replace(state, dialler=dialler)))


def test_a_simulator_with_fewer_channels_is_waited_for(hub: Hub, auth: Mapping[str, str]) -> None:
    """What it refused is no attempt."""
    execution = started(hub, auth, [LISTENS, LISTENS], attemptCount=1)
    choose(hub, {**SLOW, "channels": 1})
    hub.poll("DiallingQueue", CONDUCT)
    found = counters(hub, execution)
    assert (found["calls"], found["in_progress"], found["not_yet"]) == (1, 1, 2)
    state = dialling(hub).load("acme")
    assert state.dialler.back_off_until is not None


def test_an_account_without_a_telephony_has_its_campaign_paused(hub: Hub, auth: Mapping[str, str]) -> None:
    """After ten calls that could not be placed, with those that were claimed beside them; and it says why."""
    execution = started(hub, auth, [LISTENS] * 20, attemptCount=1)
    hub.operator("DELETE", "/admin/accounts/acme/telephony")
    dial(hub)
    paused = dialling(hub).load("acme").executions[execution]
    assert (paused.phase.value, paused.counters.failed) == ("paused", 12)
    assert "telephony" in paused.reason


def test_an_account_knows_nothing_of_anothers_calls(hub: Hub, auth: Mapping[str, str]) -> None:
    """A message of one account changes nothing of the other's; both have channels of their own."""
    mine = started(hub, auth, [LISTENS])
    other = started(hub, cato_account(hub, "other"), [LISTENS], "other")
    before = dialling(hub).load("acme")
    records = [one for one in hub.stack.drain("DiallingQueue") if one["attributes"]["MessageGroupId"] == "other"]
    hub.invoke(CONDUCT, {"Records": records})
    assert dialling(hub).load("acme") == before
    assert turn(hub, mine, account="other")["done"]
    dial(hub)
    assert counters(hub, other, "other")["notified"] == 1


def test_a_campaign_whose_workflow_is_overdue_is_counted_as_stalled(
    hub: Hub, auth: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The metric is behind an alarm. A restart of everything, as after an outage of one machine, counts nothing."""
    execution = started(hub, auth, [LISTENS])
    hub.invoke(WATCH, {"at_once": True})
    assert "campaign.stalled" not in capsys.readouterr().out
    monkeypatch.setattr("switchboard.bootstrap.dialling.now", lambda: bootstrap.now() + timedelta(hours=1))
    assert hub.invoke(WATCH, {}) == {"restarted": [f"acme/{execution}"]}
    assert '"campaign.stalled"' in capsys.readouterr().out


def test_the_watch_starts_a_part_where_no_workflow_runs(hub: Hub, auth: Mapping[str, str]) -> None:
    """The older part ends at its next turn."""
    execution = started(hub, auth, [LISTENS])
    assert hub.invoke(WATCH, {}) == {"restarted": []}
    assert hub.invoke(WATCH, {"at_once": True}) == {"restarted": [f"acme/{execution}"]}
    parts = sorted(one["part"] for one in hub.stack.executions("RunCampaignWorkflow"))
    assert parts[0] == 0
    assert len(parts) == 2
    assert turn(hub, execution)["done"]
    assert not turn(hub, execution, part=parts[1])["done"]


def test_a_part_that_has_grown_long_hands_over(hub: Hub, auth: Mapping[str, str]) -> None:
    """The next goes on where it ends."""
    execution = started(hub, auth, [LISTENS])
    assert turn(hub, execution, turn=999)["done"]
    assert sorted(one["part"] for one in hub.stack.executions("RunCampaignWorkflow")) == [0, 1]
    assert not turn(hub, execution, part=1)["done"]


def test_a_workflow_of_what_is_not_there_is_over(hub: Hub) -> None:
    """As of an execution that has ended."""
    state = {"account": "nobody", "execution": "x", "part": 0, "turn": 3, "wait": 0}
    assert hub.invoke(RUN, state) == {**state, "turn": 4, "done": True}


@pytest.mark.parametrize("body", ["{", "[]", '{"account": 7}', '{"account": "acme", "progress": {"stage": "?"}}'])
def test_a_message_that_cannot_be_read_comes_back(hub: Hub, body: str) -> None:
    """Until it is set aside; those of other accounts are handled."""
    attributes = {"MessageGroupId": "acme", "ApproximateReceiveCount": "1"}
    bad = {"messageId": "bad", "receiptHandle": "r", "body": body, "attributes": attributes}
    other = {**attributes, "MessageGroupId": "other"}
    good = {"messageId": "good", "receiptHandle": "r", "body": dump(ConductorMessage("other")), "attributes": other}
    assert hub.invoke(CONDUCT, {"Records": [bad, good]}) == {"batchItemFailures": [{"itemIdentifier": "bad"}]}


def test_no_number_reaches_the_log(hub: Hub, auth: Mapping[str, str]) -> None:
    """Nor what anybody is called."""
    started(hub, auth, [LISTENS, BUSY], attemptCount=1)
    dial(hub)
    assert "7916" not in hub.log.getvalue()


def read(name: str, **values: str) -> dict[str, Any]:
    """An event that functions can be tried with."""
    found: dict[str, Any] = json.loads(Template((EVENTS / f"{name}.json").read_text()).substitute(values))
    return found


def test_the_execution_of_a_workflow_fixture_takes_its_turn(hub: Hub) -> None:
    """And comes again soon; one that is not there is over."""
    execution = started(hub, cato_account(hub, "demo"), [0], "demo")
    told = hub.invoke(RUN, read("workflows/run_campaign/first_turn", execution=execution))
    assert (told["done"], told["turn"], told["wait"]) == (False, 1, 15)
    assert hub.invoke(RUN, read("workflows/run_campaign/unknown_execution"))["done"]


def test_the_account_of_the_queues_fixtures_is_dialled_for(hub: Hub) -> None:
    """When it is woken as when it is told of calls, of which none is its own."""
    execution = started(hub, cato_account(hub, "demo"), [0], "demo")
    hub.stack.drain("DiallingQueue")
    assert hub.invoke(WAKE, read(f"{WAKE}/one_account")) == {"batchItemFailures": []}
    assert [one["attributes"]["MessageGroupId"] for one in hub.stack.messages("DiallingQueue")] == ["demo"]
    assert hub.invoke(CONDUCT, read(f"{CONDUCT}/one_account")) == {"batchItemFailures": []}
    assert counters(hub, execution, "demo")["calls"] == 1


def test_a_report_tells_of_a_call_while_the_call_lasts(hub: Hub, auth: Mapping[str, str]) -> None:
    """First ringing, then the answer, which notifies at once where lifting the receiver is enough."""
    execution = started(hub, auth, [LISTENS], successCondition="PICKUP_PHONE")
    choose(hub, {"ring": 2, "talk": 60, "speed": 1, "channels": 10, "cps": 10})
    hub.poll("DiallingQueue", CONDUCT)
    hub.poll("AdvancesQueue", "workers/advance_simulated_call")
    hub.poll("DiallingQueue", CONDUCT)
    told = report(hub, auth, execution)
    (call,) = told["subscribers"][0]["phones"][0]["calls"]
    assert (told["report"]["callsRinging"], told["subscribers"][0]["notified"]) == (1, False)
    assert call["callRingStart"] >= call["callStart"]
    assert (call["callTalkingStart"], call["callEnd"], call["success"]) == (None, None, False)
    assert [(one["name"], one["status"], one["data"]) for one in call["events"][1:]] == [
        ("CS defined", "CS_DEFINED", call["csId"]),
        ("Trying", "TRYING", "SIP_CODE:100"),
        ("Ringing", "RINGING", "SIP_CODE:180"),
    ]
    answer_running_call(hub)
    told = report(hub, auth, execution)
    (call,) = told["subscribers"][0]["phones"][0]["calls"]
    counts = told["report"]
    assert (counts["subscriberNotified"], counts["subscriberNotYetNotified"], counts["callsTalking"]) == (1, 0, 1)
    assert (told["subscribers"][0]["notified"], call["success"], call["callEnd"]) == (True, True, None)
    assert call["callTalkingStart"] is not None


def answer_running_call(hub: Hub, account: str = "acme") -> None:
    """Have the telephony tell the conductor that the only running call was answered."""
    (line,) = dialling(hub).load(account).lines.values()
    at = line.claimed_at + timedelta(seconds=2)
    told = CallProgress(account, line.call, Stage.ANSWERED, at, line.rang_at, at)
    attributes = {"MessageGroupId": account, "ApproximateReceiveCount": "1"}
    body = dump(ConductorMessage(account, told))
    record = {"messageId": "a", "receiptHandle": "r", "body": body, "attributes": attributes}
    assert hub.invoke(CONDUCT, {"Records": [record]}) == {"batchItemFailures": []}
