"""Every fixture of events/functions, through the function that it is for."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Any

import pytest

from local.bundle import ROOT
from switchboard.aws.audio_files_table import AudioFilesTable
from switchboard.aws.codec import load
from switchboard.aws.recordings_table import RecordingsTable
from switchboard.bootstrap import audio
from switchboard.calls.record_numbers import record_number
from switchboard.campaigns.audio.model import Rendition
from switchboard.deliveries.model import Delivery
from switchboard.recordings.model import Audio, Media, RecordingState
from tests.fakes.audio import Robot
from tests.support.audio import mp3_of
from tests.support.builders import a_recording, an_audio_file
from tests.support.calling import LASTING, call, choose, play
from tests.support.campaigning import a_campaign
from tests.support.cato import AUDIO, cato_account, cato_token
from tests.support.dialling import started
from tests.support.dialling_day import counters
from tests.support.gateway import proxy_event, route_for
from tests.support.hub import Hub
from tests.support.receiver import Receiver, answering, receiving, verifying
from tests.support.sounds import tone, wav
from tests.support.stack import OPERATOR_TOKEN, function_folders

EVENTS = ROOT / "events" / "functions"
FIXTURES = sorted(EVENTS.rglob("*.json"))
# What API Gateway's fixtures are answered with. Those of queues are in tests of their own.
STATUSES = {
    "admin/accounts/add": 201,
    "admin/accounts/change": 200,
    "admin/accounts/list": 200,
    "admin/accounts/no_token": 401,
    "admin/accounts/show": 200,
    "admin/calls/list": 200,
    "admin/calls/show": 200,
    "admin/calls/unknown": 404,
    "admin/commands/hang_up": 202,
    "admin/commands/hang_up_unknown": 404,
    "admin/commands/list": 200,
    "admin/commands/originate": 202,
    "admin/commands/originate_badly": 400,
    "admin/commands/redirect": 202,
    "admin/commands/show": 200,
    "admin/campaigns/limit": 200,
    "admin/campaigns/limit_badly": 400,
    "admin/campaigns/show": 200,
    "admin/connectors/change": 200,
    "admin/connectors/connect": 201,
    "admin/connectors/connect_badly": 400,
    "admin/connectors/disconnect": 204,
    "admin/connectors/list": 200,
    "admin/connectors/show": 200,
    "admin/deliveries/dead_letters": 200,
    "admin/deliveries/replay": 202,
    "admin/deliveries/replay_all": 202,
    "admin/deliveries/replay_dry_run": 200,
    "admin/deliveries/show": 200,
    "admin/destinations/add": 201,
    "admin/destinations/add_badly": 400,
    "admin/destinations/add_standard": 201,
    "admin/destinations/change": 200,
    "admin/destinations/list": 200,
    "admin/destinations/remove": 204,
    "admin/destinations/show": 200,
    "admin/destinations/sign": 201,
    "admin/destinations/test": 202,
    "admin/destinations/unknown": 404,
    "admin/endpoints/limit": 200,
    "admin/endpoints/limit_badly": 400,
    "admin/endpoints/list": 200,
    "admin/endpoints/show": 200,
    "admin/endpoints/try": 202,
    "admin/extensions/add": 201,
    "admin/extensions/list": 200,
    "admin/extensions/remove": 204,
    "admin/routing/remove": 204,
    "admin/routing/replace": 200,
    "admin/routing/replace_badly": 400,
    "admin/routing/show": 200,
    "admin/source_upstream/check_unconnected": 404,
    "admin/source_upstream/connect_badly": 400,
    "admin/source_upstream/connect_unreachable": 502,
    "admin/source_upstream/disconnect_unconnected": 404,
    "admin/recordings/delete": 204,
    "admin/recordings/list": 200,
    "admin/recordings/of_a_call": 200,
    "admin/recordings/retry": 202,
    "admin/recordings/retry_what_is_there": 409,
    "admin/recordings/show": 200,
    "admin/recordings/unknown_state": 400,
    "admin/sources/change": 200,
    "admin/sources/connect": 201,
    "admin/sources/disconnect": 204,
    "admin/sources/events": 200,
    "admin/sources/list": 200,
    "admin/sources/show": 200,
    "admin/subscriptions/change": 200,
    "admin/subscriptions/list": 200,
    "admin/subscriptions/sign": 201,
    "admin/telephony/choose": 200,
    "admin/telephony/choose_badly": 400,
    "admin/telephony/remove": 204,
    "admin/telephony/show": 200,
    "admin/tokens/issue": 201,
    "admin/tokens/list": 200,
    "admin/tokens/revoke": 204,
    "cato/audio_content/a_part": 206,
    "cato/audio_content/alaw": 200,
    "cato/audio_content/listen": 200,
    "cato/audio_content/no_token": 401,
    "cato/audio_content/unknown": 404,
    "cato/audio_files/add": 200,
    "cato/audio_files/add_text": 415,
    "cato/audio_files/delete": 204,
    "cato/audio_files/list": 200,
    "cato/audio_files/no_token": 401,
    "cato/audio_files/rename": 200,
    "cato/audio_files/replace": 200,
    "cato/audio_files/show": 200,
    "cato/audio_files/unknown": 404,
    "cato/audio_uploads/begin": 201,
    "cato/audio_uploads/begin_badly": 400,
    "cato/audio_uploads/complete": 200,
    "cato/audio_uploads/complete_too_early": 409,
    "cato/tts/speak": 200,
    "cato/tts/speak_nothing": 400,
    "sprecord/events/listen": 200,
    "sprecord/events/no_id": 400,
    "sprecord/events/no_token": 401,
    "sprecord/events/resume": 200,
    "sprecord/events/unknown_ticket": 401,
    "sprecord/events/with_ticket": 200,
    "sprecord/events_ticket/issue": 201,
    "sprecord/events_ticket/no_token": 401,
    "sprecord/records/download": 200,
    "sprecord/records/no_token": 401,
    "sprecord/records/unknown_number": 404,
    "sprecord/subscribe_events/no_token": 401,
    "sprecord/subscribe_events/show": 200,
    "sprecord/subscribe_events/subscribe": 200,
    "sprecord/subscribe_events/subscribe_badly": 400,
    "sprecord/subscribe_events/subscribe_unverified": 400,
    "sprecord/subscribe_events/unsubscribe": 200,
    "kontur/call/call": 200,
    "kontur/call/unknown_user": 409,
    "kontur/call_event/appeared": 200,
    "kontur/call_event/unknown_call": 409,
    "kontur/call_failed/failed": 200,
    "kontur/call_finished/finished": 200,
    "kontur/call_recording/recorded": 200,
    "kontur/call_redirect/by_number": 200,
    "kontur/call_redirect/nobody": 409,
    "kontur/call_started/incoming": 200,
    "kontur/call_started/wrong_direction": 409,
    "kontur/call_started/wrong_key": 401,
    "kontur/hangup/by_leg": 200,
    "kontur/hangup/unknown_call": 409,
    "kontur/register_call/missed": 200,
    "cato/subscriber_groups/add": 200,
    "cato/subscriber_groups/add_badly": 400,
    "cato/subscriber_groups/add_the_rest": 200,
    "cato/subscriber_groups/add_table": 200,
    "cato/subscriber_groups/list": 200,
    "cato/subscriber_groups/show": 200,
    "cato/subscriber_groups/content": 200,
    "cato/subscriber_groups/replace_used": 409,
    "cato/subscriber_groups/delete": 204,
    "cato/subscriber_groups/no_token": 401,
    "cato/group_uploads/begin": 201,
    "cato/group_uploads/begin_badly": 400,
    "cato/group_uploads/nothing_there_yet": 409,
    "cato/notification_settings/add": 200,
    "cato/notification_settings/add_badly": 400,
    "cato/notification_settings/list": 200,
    "cato/notification_settings/show": 200,
    "cato/notification_settings/replace_used": 409,
    "cato/notification_settings/unknown": 404,
    "cato/tasks/add": 200,
    "cato/tasks/add_of_nothing": 404,
    "cato/tasks/list": 200,
    "cato/tasks/show": 200,
    "cato/tasks/delete_running": 409,
    "cato/start_task/start": 200,
    "cato/start_task/unknown": 404,
    "cato/dry_run/try": 200,
    "cato/task_execs/list": 200,
    "cato/task_execs/show": 200,
    "cato/task_execs/pause": 200,
    "cato/task_execs/delete_running": 409,
    "cato/task_execs/unknown": 404,
    "cato/steer_execution/pause": 200,
    "cato/steer_execution/resume": 200,
    "cato/steer_execution/stop": 200,
    "cato/report_csv/download": 200,
    "cato/report_csv/no_token": 401,
    "unmatched/nothing": 404,
    "unmatched/wrong_method": 405,
    "vpbx/events_subscribe/cancel": 200,
    "vpbx/events_subscribe/cancel_nothing": 204,
    "vpbx/events_subscribe/change": 200,
    "vpbx/events_subscribe/list": 200,
    "vpbx/events_subscribe/list_other_path": 200,
    "vpbx/events_subscribe/no_token": 401,
    "vpbx/events_subscribe/replace": 200,
    "vpbx/events_subscribe/subscribe": 200,
    "vpbx/events_subscribe/subscribe_again": 409,
    "vpbx/events_subscribe/subscribe_badly": 400,
    "vpbx/originate/bad_number": 400,
    "vpbx/originate/no_token": 401,
    "vpbx/originate/start": 200,
    "vpbx/originate/start_other_path": 200,
    "vpbx/originate/unknown_extension": 404,
    "vpbx/phones_local/list": 200,
    "vpbx/phones_local/no_token": 401,
    "vpbx/record/a_part": 206,
    "vpbx/record/download": 200,
    "vpbx/record/no_token": 401,
    "vpbx/record/unknown_call": 404,
    "vpbx/voicemail/download": 200,
    "vpbx/voicemail/unknown_call": 404,
    "webhooks/callevents/create_inc_call": 200,
    "webhooks/callevents/end_inc_call": 200,
    "webhooks/callevents/no_object": 400,
    "webhooks/route/ask": 200,
    "webhooks/route/ask_for_json": 200,
    "webhooks/route/no_number": 400,
    "webhooks/route/unknown_source": 404,
    "webhooks/sprecord/incoming_call": 200,
    "webhooks/sprecord/unknown_source": 404,
    "webhooks/sprecord/verification": 200,
    "webhooks/vpbx/end_call": 200,
    "webhooks/vpbx/no_json": 400,
    "webhooks/vpbx/start_call": 200,
    "webhooks/vpbx/unknown_source": 404,
}
CONDUCT, WAKE = "workers/conduct_dialling/one_account", "workers/wake_dialling/one_account"
FIFO = ("workers/apply_call_event/one_call", "workers/deliver/one_delivery", "workers/deliver/one_lane", CONDUCT)
ADVANCE = "workers/advance_simulated_call/one_call"
MAKE = "workers/make_crm_call/one_call"
QUEUES = (
    *FIFO,
    "workers/retry_lane/one_endpoint",
    "workers/retry_lane/one_lane",
    "workers/settle_command/one_command",
    ADVANCE,
    MAKE,
    WAKE,
)
MISSED = ("workflows/register_missed_calls/every_night", "workflows/register_missed_calls/one_account")
WORKFLOWS = (
    *MISSED,
    "workflows/check_sources/every_hour",
    "workflows/fetch_recording/first_turn",
    "workflows/fetch_recording/unknown_recording",
    "workflows/poll_campaign/first_turn",
    "workflows/poll_campaign/unknown_execution",
    "workflows/redeliver/first_turn",
    "workflows/redeliver/last_of_a_part",
    "workflows/run_campaign/first_turn",
    "workflows/run_campaign/unknown_execution",
    "workflows/watch_campaigns/at_once",
    "workflows/watch_campaigns/every_ten_minutes",
    "workflows/watch_endpoints/at_once",
    "workflows/watch_endpoints/every_five_minutes",
    "workflows/watch_recordings/at_once",
    "workflows/watch_recordings/every_five_minutes",
)
RECORDED = "0f5e3a7c9b1d4e6f8a0b2c4d6e8f0a1b"  # the call that the fixtures of recordings are about
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
def values(hub: Hub, crm: Receiver, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the placeholders stand for, on a hub with the account `demo`, a call and its delivery."""
    monkeypatch.setattr(audio, "speaker", lambda _engine: Robot())
    auth = hub.account("demo")
    for dialect in ("vpbx", "callevents", "sprecord"):
        hub.source(f"s-{dialect}", account="demo", dialect=dialect)
    hub.operator("POST", "/admin/extensions", {"account": "demo", "number": "101"})
    hub.request("POST", "/api/v1/events/subscribe", WISH, auth)
    token = hub.operator("POST", "/admin/tokens", {"account": "demo", "kind": "vpbx"}).json
    known = {
        "operator_token": OPERATOR_TOKEN,
        "vpbx_token": auth["Authorization"].removeprefix("Bearer "),
        "token": token["id"],
        **{f"{dialect}_source": f"s-{dialect}" for dialect in ("vpbx", "callevents", "sprecord")},
    }
    hub.answer("webhooks/vpbx", read("webhooks/vpbx/start_call", **known))
    hub.work_events()
    (message,) = hub.stack.drain("DeliveriesQueue")
    delivery = load(message["body"], Delivery)
    known |= {"hook": crm.url, "bad_hook": f"{crm.url}?unverified", **heard(hub)}
    known |= {**recorded(hub), **simulated(hub), **connected(hub), **notifying(hub), **a_campaign(hub, "demo")}
    return {**known, "delivery": delivery.id, "endpoint": delivery.endpoint}


def heard(hub: Hub) -> dict[str, str]:
    """What opens the account's stream: a token, and a ticket."""
    token = hub.operator("POST", "/admin/tokens", {"account": "demo", "kind": "sprecord"}).json["token"]
    auth = {"Authorization": f"Bearer {token}"}
    return {"sprecord_token": token, "ticket": hub.request("POST", "/sys/events/ticket", headers=auth).json["ticket"]}


def notifying(hub: Hub) -> dict[str, str]:
    """A client of campaigns' API, a file of its, one whose bytes have been uploaded, and one whose bytes have not."""
    auth = cato_token(hub, "demo")
    bucket = hub.stack.refs["CampaignsBucket"]
    file, sound = an_audio_file(account="demo"), wav(tone(0.1))
    AudioFilesTable(hub.stack.dynamodb, hub.stack.table("CampaignsTable")).add(file)
    for rendition in Rendition:
        hub.stack.clients.s3.put_object(Bucket=bucket, Key=file.key(rendition), Body=bytes(file.sizes[rendition]))
    begun = [hub.request("POST", f"{AUDIO}/uploads", {"name": "x", "size": 9}, auth).json["id"] for _ in range(2)]
    hub.stack.clients.s3.put_object(Bucket=bucket, Key=f"uploads/demo/{begun[0]}", Body=sound)
    token = auth["Authorization"].removeprefix("Bearer plain:")
    return {"cato_token": token, "audio": file.id, "upload": begun[0], "early_upload": begun[1]}


def simulated(hub: Hub) -> dict[str, str]:
    """A simulated call in which somebody talks, and the command that started it."""
    choose(hub, {**LASTING, "speed": 10}, "demo")
    hub.operator("POST", "/admin/extensions", {"account": "demo", "number": "104"})
    command = call(hub, account="demo").json["command"]
    play(hub)
    return {"command": command["id"], "simulated_call": command["call_id"]}


def recorded(hub: Hub) -> dict[str, str]:
    """A call with a recording and a message, and one whose recording could not be had."""
    table = RecordingsTable(hub.stack.dynamodb, hub.stack.table("RecordingsTable"))
    data = mp3_of(2)
    done: dict[str, Any] = {"account": "demo", "state": RecordingState.AVAILABLE, "next_at": None}
    done["audio"] = Audio("audio/mpeg", len(data), "ab" * 32, 2)
    kept = [a_recording(RECORDED, media=media, **done) for media in Media]
    dead = a_recording("another", account="demo", state=RecordingState.DEAD, next_at=None)
    number = record_number("demo", RECORDED)
    table.number(kept[0], number)
    for recording in (*kept, dead):
        table.add(recording)
        hub.stack.clients.s3.put_object(Bucket=hub.stack.refs["RecordingsBucket"], Key=recording.key, Body=data)
    return {"recording": kept[0].id, "dead_recording": dead.id, "record_number": str(number)}


def connected(hub: Hub) -> dict[str, str]:
    """A CRM, and a call that a telephony tells the hub of as it would tell a CRM."""
    wish = {"account": "demo", "kind": "kontur", "base_url": "https://crm.example", "workspace": "demo",
            "access_key": "key-of-the-crm", "users": [{"crm_user": "a71c-anna", "extension": "104"}]}  # fmt: skip
    connector = hub.operator("POST", "/admin/connectors", wish).json
    key = hub.operator("POST", "/admin/tokens", {"account": "demo", "kind": "kontur", "name": "demo"}).json["token"]
    hub.answer("kontur/call_started", read("kontur/call_started/incoming", kontur_key=key))
    return {"kontur_key": key, "connector": connector["id"]}


def test_every_function_has_a_fixture() -> None:
    """Whoever looks for an event to try a function with finds one."""
    have = {path.parent.relative_to(EVENTS).as_posix() for path in FIXTURES}
    assert have == set(function_folders())


def test_every_fixture_is_tried() -> None:
    """None is left lying about that nobody knows the answer to."""
    assert {name_of(path) for path in FIXTURES} == {*STATUSES, *QUEUES, *WORKFLOWS}


@pytest.mark.parametrize(("name", "status"), STATUSES.items(), ids=STATUSES)
def test_a_request_is_answered_as_its_fixture_promises(
    hub: Hub, values: dict[str, str], name: str, status: int
) -> None:
    """With the status that belongs to it."""
    answer = hub.answer(name.rpartition("/")[0], read(name, **values))
    assert answer.status == status


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
    assert hub.invoke(name.rpartition("/")[0], read(name)) == {"restarted": []}


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


def test_the_execution_of_a_workflow_fixture_takes_its_turn(hub: Hub) -> None:
    """And comes again soon; one that is not there is over."""
    execution = started(hub, cato_account(hub, "demo"), [0], "demo")
    told = hub.invoke("workflows/run_campaign", read("workflows/run_campaign/first_turn", execution=execution))
    assert (told["done"], told["turn"], told["wait"]) == (False, 1, 15)
    assert hub.invoke("workflows/run_campaign", read("workflows/run_campaign/unknown_execution"))["done"]


def test_the_account_of_the_queues_fixtures_is_dialled_for(hub: Hub) -> None:
    """When it is woken as when it is told of calls, of which none is its own."""
    execution = started(hub, cato_account(hub, "demo"), [0], "demo")
    hub.stack.drain("DiallingQueue")
    assert hub.invoke("workers/wake_dialling", read(WAKE)) == {"batchItemFailures": []}
    assert [one["attributes"]["MessageGroupId"] for one in hub.stack.messages("DiallingQueue")] == ["demo"]
    assert hub.invoke("workers/conduct_dialling", read(CONDUCT)) == {"batchItemFailures": []}
    assert counters(hub, execution, "demo")["calls"] == 1
