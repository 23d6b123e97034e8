"""Messages that go round without progress, through the functions: stopped, told, and begun again."""

import json

import pytest

from tests.support.calling import LASTING, call, caller, play
from tests.support.campaigning import EXECUTIONS
from tests.support.cato import cato_account
from tests.support.dialled_hub import dial, started
from tests.support.hub import Hub
from tests.support.stuck import stuck_call, stuck_dialling

LISTENS = 0


def heard(hub: Hub, queue: str) -> list[dict[str, object]]:
    """What the topic told of."""
    messages = hub.stack.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in messages]


def test_a_conductor_that_goes_round_in_vain_is_told_of(
    hub: Hub, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the topic, in the log and as a metric; the next that is told of the account goes on as if nothing had been."""
    auth = cato_account(hub)
    execution = started(hub, auth, [LISTENS, LISTENS], attemptDelayS=0)
    queue = hub.stack.told("OperationsTopic")
    stuck_dialling(hub)
    (told,) = heard(hub, queue)
    assert (told["event"], told["circle"], told["account"]) == ("loop.stopped", "dialling", "acme")
    (line,) = [one for one in caplog.records if one.message == "loop.stopped"]
    assert vars(line)["circle"] == "dialling"
    (metric,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"loop.stopped"' in line]
    assert metric["loop.stopped"] == [1.0]
    dial(hub)
    report = hub.request("GET", f"{EXECUTIONS}/{execution}", headers=auth).json["report"]
    assert report["subscriberNotified"] == 2


def test_a_simulated_call_that_goes_round_in_vain_is_told_of(hub: Hub) -> None:
    """No message follows; to hang the call up begins anew, and it ends."""
    caller(hub, settings=LASTING)
    made = call(hub).json["command"]["call_id"]
    play(hub)
    queue = hub.stack.told("OperationsTopic")
    stuck_call(hub)
    (told,) = heard(hub, queue)
    assert (told["event"], told["circle"]) == ("loop.stopped", "simulated_call")
    assert hub.operator("POST", f"/admin/calls/{made}/hangup").status == 202
    play(hub)
    assert hub.operator("GET", f"/admin/calls/{made}").json["state"] == "ended"
