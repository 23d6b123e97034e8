"""Every fixture of events/functions, through the function that it is for."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Any

import pytest

from local.bundle import ROOT
from switchboard.aws.codec import load
from switchboard.aws.recordings_table import RecordingsTable
from switchboard.bootstrap import audio
from switchboard.calls.record_numbers import record_number
from switchboard.deliveries.model import Delivery
from switchboard.recordings.model import Media, RecordingState, StoredAudio
from tests.fakes.audio import Robot
from tests.fakes.chime import check_answer
from tests.support.api_document import faults
from tests.support.audio import mp3_of
from tests.support.audio_fixtures import notifying
from tests.support.builders import a_recording
from tests.support.calling import LASTING, call, choose, play
from tests.support.campaigning import a_campaign
from tests.support.gateway import proxy_event, route_for
from tests.support.hub import Hub
from tests.support.receiver import Receiver, answering, receiving, verifying
from tests.support.sounds import tone, wav
from tests.support.stack import OPERATOR_TOKEN, function_folders
from tests.support.trials import ADVANCE, CHIME, FIFO, MAIL, MAKE, MISSED, QUEUES, RUNS, SOCKETS, STATUSES, WORKFLOWS

EVENTS = ROOT / "events" / "functions"
FIXTURES = sorted(EVENTS.rglob("*.json"))
CONVERT = "workflows/convert_audio"
CALL = "7c41e08bb2d94f6f8a30c5d1e2f3a4b5"  # the call that the fixtures of webhooks begin
RECORDED = "0f5e3a7c9b1d4e6f8a0b2c4d6e8f0a1b"  # the call that the fixtures of recordings are about
SOURCES = ("vpbx", "callevents", "sprecord")
WISH = {"event_name": "start.call", "webhook_url": "https://crm.example/hooks/calls"}


def name_of(path: Path) -> str:
    return path.relative_to(EVENTS).with_suffix("").as_posix()


def read(name: str, **values: str) -> dict[str, Any]:
    """A fixture with its placeholders filled in."""
    found: dict[str, Any] = json.loads(Template((EVENTS / f"{name}.json").read_text()).substitute(values))
    return found


@pytest.fixture
def crm() -> Iterator[Receiver]:
    """A receiver that knows the handshake of SpRecord at one of its addresses."""
    with receiving(verifying) as one:
        yield one


@pytest.fixture
def values(hub: Hub, crm: Receiver, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> dict[str, str]:
    """The values of a fixture's placeholders; the hub holds what the values name, and no more."""
    monkeypatch.setattr(audio, "speaker", lambda _engine: Robot())
    name = getattr(request.node, "callspec", None)
    wanted = words(name.params["name"]) if name else set().union(*PARTS)
    known = {"operator_token": OPERATOR_TOKEN, "hook": crm.url, "bad_hook": f"{crm.url}?unverified", **account_of(hub)}
    for names, make in PARTS.items():
        if wanted & set(names):
            known |= make(hub, known)
    return known


def words(name: str) -> set[str]:
    """The words of a fixture and of its name: its placeholders, and what its path and body ask for."""
    return set(re.findall(r"\w+", name + (EVENTS / f"{name}.json").read_text()))


def account_of(hub: Hub) -> dict[str, str]:
    """The account `demo` with its sources, an extension, a subscription and a token."""
    auth = hub.account("demo")
    for dialect in SOURCES:
        hub.source(f"s-{dialect}", account="demo", dialect=dialect)
    hub.operator("POST", "/admin/extensions", {"account": "demo", "number": "101"})
    hub.request("POST", "/api/v1/events/subscribe", WISH, auth)
    token = hub.operator("POST", "/admin/tokens", {"account": "demo", "kind": "vpbx"}).json
    sources = {f"{dialect}_source": f"s-{dialect}" for dialect in SOURCES}
    return {"vpbx_token": auth["Authorization"].removeprefix("Bearer "), "token": token["id"], **sources}


def delivered(hub: Hub, known: Mapping[str, str]) -> dict[str, str]:
    """A call's first event, and its delivery."""
    hub.answer("webhooks/vpbx", read("webhooks/vpbx/start_call", **known))
    hub.work_events()
    (message,) = hub.stack.drain("DeliveriesQueue")
    delivery = load(message["body"], Delivery)
    return {"delivery": delivery.id, "endpoint": delivery.endpoint}


def heard(hub: Hub, _: Mapping[str, str]) -> dict[str, str]:
    """What opens the account's stream: a token, and a ticket."""
    token = hub.operator("POST", "/admin/tokens", {"account": "demo", "kind": "sprecord"}).json["token"]
    auth = {"Authorization": f"Bearer {token}"}
    return {"sprecord_token": token, "ticket": hub.request("POST", "/sys/events/ticket", headers=auth).json["ticket"]}


def simulated(hub: Hub, _: Mapping[str, str]) -> dict[str, str]:
    """A simulated call in which somebody talks, and the command that started it."""
    choose(hub, {**LASTING, "speed": 10}, "demo")
    hub.operator("POST", "/admin/extensions", {"account": "demo", "number": "104"})
    command = call(hub, account="demo").json["command"]
    play(hub)
    return {"command": command["id"], "simulated_call": command["call_id"]}


def recorded(hub: Hub, _: Mapping[str, str]) -> dict[str, str]:
    """A call with a recording and a message, and one whose recording could not be had."""
    table = RecordingsTable(hub.stack.dynamodb, hub.stack.table("RecordingsTable"))
    data = mp3_of(2)
    done: dict[str, Any] = {"account": "demo", "state": RecordingState.AVAILABLE, "next_at": None}
    done["audio"] = StoredAudio("audio/mpeg", len(data), "ab" * 32, 2)
    kept = [a_recording(RECORDED, media=media, **done) for media in Media]
    dead = a_recording("another", account="demo", state=RecordingState.DEAD, next_at=None)
    number = record_number("demo", RECORDED)
    table.number(kept[0], number)
    for recording in (*kept, dead):
        table.add(recording)
        hub.stack.clients.s3.put_object(Bucket=hub.stack.refs["RecordingsBucket"], Key=recording.key, Body=data)
    return {"recording": kept[0].id, "dead_recording": dead.id, "record_number": str(number)}


def connected(hub: Hub, _: Mapping[str, str]) -> dict[str, str]:
    """A CRM, and a call that a telephony tells the hub of as it would tell a CRM."""
    wish = {"account": "demo", "kind": "kontur", "base_url": "https://crm.example", "workspace": "demo",
            "access_key": "key-of-the-crm-0123456789", "users": [{"crm_user": "a71c-anna",
            "extension": "104"}]}  # fmt: skip
    connector = hub.operator("POST", "/admin/connectors", wish).json
    key = hub.operator("POST", "/admin/tokens", {"account": "demo", "kind": "kontur", "name": "demo"}).json["token"]
    hub.answer("kontur/call_started", read("kontur/call_started/incoming", kontur_key=key))
    return {"kontur_key": key, "connector": connector["id"]}


def with_oauth(hub: Hub, _: Mapping[str, str]) -> dict[str, str]:
    """A connector to a CRM whose API takes OAuth tokens."""
    wish = {"account": "demo", "kind": "amocrm", "base_url": "https://romashka.amocrm.example", "client_id": "an-id",
            "client_secret": "a-secret-of-the-crm", "redirect_uri": "https://hub.example/"}  # fmt: skip
    return {"oauth_connector": hub.operator("POST", "/admin/connectors", wish).json["id"]}


# Which values each part of the hub gives. A later part may give another value under a name.
PARTS: dict[tuple[str, ...], Callable[[Hub, Mapping[str, str]], dict[str, str]]] = {
    ("delivery", "endpoint", CALL): delivered,
    ("sprecord_token", "ticket"): heard,
    ("recording", "dead_recording", "record_number", RECORDED): recorded,
    ("command", "simulated_call", "telephony", "originate", "call"): simulated,
    ("kontur_key", "connector", "communications"): connected,
    ("oauth_connector",): with_oauth,
    ("cato_token", "audio", "upload", "early_upload"): lambda hub, _: notifying(hub),
    ("task", "settings", "group", "audio_file", "spare_group", "list_upload", "execution"): (
        lambda hub, _: a_campaign(hub, "demo")
    ),
}


def test_every_function_has_a_fixture() -> None:
    """Whoever looks for an event to try a function with finds one."""
    have = {path.parent.relative_to(EVENTS).as_posix() for path in FIXTURES}
    assert have == set(function_folders())


def test_every_fixture_is_tried() -> None:
    """None is left lying about that nobody knows the answer to."""
    assert {name_of(path) for path in FIXTURES} == {*STATUSES, *QUEUES, *WORKFLOWS, *SOCKETS, *CHIME}


@pytest.mark.parametrize(("name", "status"), STATUSES.items(), ids=STATUSES)
def test_a_request_is_answered_as_its_fixture_promises(
    hub: Hub, values: dict[str, str], name: str, status: int
) -> None:
    """With the status that belongs to it, and with the fields that the API's document tells."""
    event = read(name, **values)
    answer = hub.answer(name.rpartition("/")[0], event)
    assert answer.status == status
    if not name.startswith("unmatched/"):
        assert faults(event["httpMethod"], event["resource"], answer) == []


@pytest.mark.parametrize("name", STATUSES)
def test_a_request_is_complete(name: str) -> None:
    """It has all that API Gateway sends, and agrees with itself and the template."""
    event = json.loads((EVENTS / f"{name}.json").read_text())
    model = proxy_event(event["httpMethod"], event["path"])
    route, _ = route_for(event["httpMethod"], event["path"])
    assert event.keys() == model.keys()
    assert event["requestContext"].keys() == model["requestContext"].keys()
    assert (event["resource"], name.rpartition("/")[0]) == (route.path, route.folder)
    assert event["multiValueHeaders"].keys() == event["headers"].keys()


@pytest.mark.parametrize(("name", "status"), SOCKETS.items(), ids=SOCKETS)
def test_an_event_of_a_websocket_is_answered_with_a_status_alone(hub: Hub, name: str, status: int) -> None:
    """A body would go to the PBX, which would answer the body."""
    event = json.loads((EVENTS / f"{name}.json").read_text())
    assert hub.invoke(name.rpartition("/")[0], event) == {"statusCode": status}


def test_an_event_of_amazon_chime_is_answered_with_actions(hub: Hub) -> None:
    """Of a call of nobody: each connected leg is ended, since the service bills each. A caller is refused."""
    for name, ended in CHIME.items():
        answer = hub.invoke("telephony/chime", json.loads((EVENTS / f"{name}.json").read_text()))
        check_answer(answer)
        assert [one["Type"] for one in answer["Actions"]] == ["Hangup"] * ended, name


def test_the_call_of_the_queues_fixture_is_applied(hub: Hub, values: dict[str, str]) -> None:
    """All three events, and no message is handed back."""
    told = hub.invoke("workers/apply_call_event", read("workers/apply_call_event/one_call"))
    (call,) = hub.operator("GET", "/admin/calls", state="ended").json["calls"]
    assert told == {"batchItemFailures": []}
    assert (call["duration"], call["talk_duration"], call["disposition"]) == (31, 24, "answered")


def test_the_delivery_of_the_queues_fixture_is_sent(hub: Hub) -> None:
    """To the subscription that it names."""
    hub.account("demo")
    with receiving() as receiver:
        hub.subscribe("start.call", account="demo", url=receiver.url)
        told = hub.invoke("workers/deliver", read("workers/deliver/one_delivery"))
        assert (told, len(receiver.requests)) == ({"batchItemFailures": []}, 1)


def test_the_mailing_of_the_queues_fixture_is_taken(hub: Hub) -> None:
    """Its execution is not there any more, and nothing is sent."""
    assert hub.invoke("workers/send_email", read(MAIL)) == {"batchItemFailures": []}


@pytest.mark.parametrize("name", QUEUES)
def test_a_message_is_complete(name: str) -> None:
    """It has all that SQS sends, of a FIFO queue and of another."""
    for record in json.loads((EVENTS / f"{name}.json").read_text())["Records"]:
        assert record.keys() == {
            "messageId",
            "receiptHandle",
            "body",
            "attributes",
            "messageAttributes",
            "md5OfBody",
            "eventSource",
            "eventSourceARN",
            "awsRegion",
        }
        assert ("MessageGroupId" in record["attributes"]) is (name in FIFO)
        assert ("MessageDeduplicationId" in record["attributes"]) is (name in FIFO)
        assert "ApproximateReceiveCount" in record["attributes"]


def parked(hub: Hub, **variables: str) -> Receiver:
    """The delivery of the queue's fixture, parked; a receiver that would take it now."""
    hub.account("demo")
    receiver = Receiver()
    receiver.start()
    hub.subscribe("start.call", account="demo", url=receiver.url)
    receiver.behave = answering(500)
    hub.invoke("workers/deliver", read("workers/deliver/one_delivery"), **variables)
    receiver.behave = answering(200)
    return receiver


def test_the_simulated_call_of_the_queues_fixture_is_one_that_never_came(hub: Hub) -> None:
    """Its message is old, and is done with."""
    assert hub.invoke("workers/advance_simulated_call", read(ADVANCE)) == {"batchItemFailures": []}
    assert hub.stack.drain("EventsQueue") == []


def test_the_lane_of_the_queues_fixture_goes_to_its_group(hub: Hub) -> None:
    """As the fixture of the queue of deliveries has it."""
    told = hub.invoke("workers/retry_lane", read("workers/retry_lane/one_lane"))
    (queued,) = hub.stack.messages("DeliveriesQueue")
    (fixture,) = read("workers/deliver/one_lane")["Records"]
    names = ("MessageGroupId", "MessageDeduplicationId")
    assert told == {"batchItemFailures": []}
    assert json.loads(queued["body"]) == json.loads(fixture["body"])
    assert [queued["attributes"][name] for name in names] == [fixture["attributes"][name] for name in names]


def test_the_lane_of_the_queues_fixture_is_tried(hub: Hub) -> None:
    """And drained, if it is what is planned for the lane."""
    receiver = parked(hub)
    event = read("workers/deliver/one_lane")
    (record,) = event["Records"]
    told = [hub.invoke("workers/deliver", event)]
    assert len(receiver.requests) == 1
    (lane,) = [row for row in hub.stack.items("EndpointsTable") if row["sk"]["S"].startswith("LANE#")]
    drain = {**json.loads(record["body"])["drain"], "ask": lane["next_at"]["S"]}
    told.append(
        hub.invoke(
            "workers/deliver", {"Records": [{**record, "body": json.dumps({"drain": drain}, separators=(",", ":"))}]}
        )
    )
    receiver.stop()
    assert (told, len(receiver.requests)) == ([{"batchItemFailures": []}] * 2, 2)


@pytest.mark.parametrize("name", ["workers/retry_lane/one_endpoint", "workflows/redeliver/first_turn"])
def test_the_endpoint_of_a_fixture_is_tried(hub: Hub, name: str) -> None:
    """By the operator, and by its workflow."""
    receiver = parked(hub, FAST_ATTEMPTS="1")
    hub.restart()
    told = hub.invoke(name.rpartition("/")[0], read(name))
    hub.work()
    receiver.stop()
    assert len(receiver.requests) == 2
    assert not told.get("done")


def test_the_last_turn_of_a_part_of_a_workflow_fixture_hands_over(hub: Hub) -> None:
    """Another part goes on, and this one is done."""
    receiver = parked(hub, FAST_ATTEMPTS="1")
    receiver.behave = answering(500)
    hub.restart()
    told = hub.invoke("workflows/redeliver", read("workflows/redeliver/last_of_a_part"))
    receiver.stop()
    assert (told["done"], sorted(one["part"] for one in hub.stack.executions())) == (True, [0, 1])


@pytest.mark.parametrize("name", [one for one in WORKFLOWS if "watch" in one])
def test_the_watch_of_a_fixture_finds_nobody_on_a_new_hub(hub: Hub, name: str) -> None:
    """There is no trouble."""
    found = hub.invoke(name.rpartition("/")[0], read(name))
    assert found["restarted"] == []
    assert not any(found.values())


def test_the_audio_of_a_fixture_is_converted(hub: Hub) -> None:
    """The renditions are stored; for a text, the answer names the fault."""
    bucket, s3 = hub.stack.refs["CampaignsBucket"], hub.stack.clients.s3
    for key, data in {"tone": wav(tone(0.1)), "text": b"words " * 99}.items():
        s3.put_object(Bucket=bucket, Key=f"originals/demo/{key}", Body=data)
    good, bad = (hub.invoke(CONVERT, read(f"{CONVERT}/{name}")) for name in ("one_file", "no_audio"))
    assert (good["made"]["kind"], good["made"]["sizes"].keys()) == ("audio/wav", {"alaw", "wav"})
    assert s3.head_object(Bucket=bucket, Key="audio/demo/tone/x.alaw")["ContentLength"] == good["made"]["sizes"]["alaw"]
    assert (bad["made"], bad["fault"]) == (None, "unsupported_media")


def test_the_recording_of_a_workflow_fixture_is_fetched(hub: Hub) -> None:
    """From where its row says; one that is not there is over."""
    hub.account("demo")
    with receiving(answering(200, mp3_of(2))) as pbx:
        expected = a_recording(RECORDED, account="demo", reference=pbx.url, since=datetime.now(UTC))
        RecordingsTable(hub.stack.dynamodb, hub.stack.table("RecordingsTable")).add(expected)
        for name in ("first_turn", "unknown_recording"):
            event = read(f"workflows/fetch_recording/{name}", recording=expected.id)
            assert hub.invoke("workflows/fetch_recording", event)["done"]
        assert len(pbx.requests) == 1
    assert hub.operator("GET", f"/admin/recordings/{expected.id}").json["state"] == "available"


def test_the_hourly_check_of_a_fixture_finds_nothing_on_a_new_hub(hub: Hub) -> None:
    """No source is connected."""
    assert hub.invoke("workflows/check_sources", read("workflows/check_sources/every_hour")) == {"sources": {}}


def test_the_check_of_silences_of_a_fixture_finds_nothing_on_a_new_hub(hub: Hub) -> None:
    """No source is watched."""
    event = read("workflows/check_silences/every_five_minutes")
    assert hub.invoke("workflows/check_silences", event) == {"silent": 0}


def test_the_run_of_a_fixture_finds_no_spilled_event_on_a_new_hub(hub: Hub) -> None:
    """Nothing was refused by the queue."""
    event = read("workflows/drain_spilled/every_minute")
    assert hub.invoke("workflows/drain_spilled", event) == {"lanes": 0, "late": 0, "more": False}


def test_the_sweep_of_a_fixture_finds_no_call_on_a_new_hub(hub: Hub) -> None:
    """No call is open."""
    event = read("workflows/expire_overdue_calls/every_five_minutes")
    assert hub.invoke("workflows/expire_overdue_calls", event) == {"lost": 0, "lasting": 0, "more": False}


@pytest.mark.parametrize("name", RUNS)
def test_the_run_of_readers_of_a_fixture_finds_no_stream_on_a_new_hub(hub: Hub, name: str) -> None:
    """It ends at once."""
    assert hub.invoke("workflows/read_streams", read(name)) == {"read": 0}


def test_the_command_of_the_queues_fixture_is_settled(hub: Hub) -> None:
    """Nothing waits for it: it was never sent."""
    told = hub.invoke("workers/settle_command", read("workers/settle_command/one_command"))
    assert told == {"batchItemFailures": []}
    assert '"outcome":"never_sent"' in hub.log.getvalue().replace('": "', '":"')


def test_the_call_that_a_crm_asks_for_in_a_fixture_is_made(hub: Hub, values: dict[str, str]) -> None:
    """By the account's telephony."""
    told = hub.invoke("workers/make_crm_call", read(MAKE))
    commands = hub.operator("GET", "/admin/commands", account="demo").json["commands"]
    assert told == {"batchItemFailures": []}
    assert "79012345601" in {command["number"] for command in commands}


@pytest.mark.parametrize("name", MISSED)
def test_the_calls_that_a_crm_missed_are_told_by_a_fixture(hub: Hub, values: dict[str, str], name: str) -> None:
    """Those that are over; the one of these fixtures goes on."""
    hub.invoke("workers/apply_call_event", read("workers/apply_call_event/one_call"))
    told = hub.invoke("workflows/register_missed_calls", read(name))
    assert told == {"registered": 0, "more": False}
