"""What the functions ask of AWS is what the template lets them, and the other way round."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from switchboard.accounts.terms import rates
from switchboard.aws.recordings_table import RecordingsTable
from switchboard.calls.record_numbers import record_number
from switchboard.recordings.model import Media, RecordingState, recording_id
from switchboard.routing import route
from tests.aws_rules.checker import CHECKER
from tests.aws_rules.roles import role_of
from tests.support.amocrm_day import rest_crms_day
from tests.support.audio import mp3_of
from tests.support.builders import an_event
from tests.support.calling import LASTING, choose, play
from tests.support.calling import call as start_call
from tests.support.campaigns_day import campaigns_day
from tests.support.chime_day import telephony_day
from tests.support.crm import KEY, SERGEY, Crm, connected, tell_inbound
from tests.support.erasing import erasing_day
from tests.support.forms import form, upload_event
from tests.support.gateway import proxy_event
from tests.support.hub import Hub
from tests.support.integration import integration_day
from tests.support.kontur import CALLBACKS, a_key, tell
from tests.support.operators_day import operators_day
from tests.support.poison_day import by_poison
from tests.support.receiver import Exchange, Received, answer, answering, receiving
from tests.support.redirects_day import redirects_day
from tests.support.replays_day import replays_day
from tests.support.silence import begin_silence
from tests.support.spilling import spilling_day
from tests.support.sprecord_day import sprecord_day, sprecord_token
from tests.support.stack import function_folders
from tests.support.stuck import stuck_call
from tests.support.upstream_day import upstream_day
from tests.unit.builders import sample

SECRET = "0Xv3-a-secret-of-the-pbx"
RING = "local.in.call"  # happens once for each extension of a call
PATHS = ("record", "voicemail")  # of each of Media

Grant = tuple[str, str, str]  # a function's folder, an action, and the resource as the template names it
# The service itself uses these on the function's behalf.
POLLER = {"ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility"}
POLLER |= {"DeleteMessageBatch", "ChangeMessageVisibilityBatch"}


def a_day(hub: Hub) -> None:
    """Use everything: each route, each worker, and what goes wrong."""
    hub.operator("POST", "/admin/accounts", {"id": "acme", "name": "Acme"})
    _ = [hub.operator("GET", f"/admin/accounts{one}") for one in ("", "/acme")]
    hub.operator("POST", "/admin/extensions", {"account": "acme", "number": "101"})
    hub.operator("GET", "/admin/extensions", account="acme")
    hub.operator("DELETE", "/admin/extensions/101", account="acme")
    operators_day(hub)
    token = hub.operator("POST", "/admin/tokens", {"account": "acme", "kind": "vpbx"}).json
    auth = {"Authorization": f"Bearer {token['token']}"}
    hub.request("GET", "/api/v1/phones/local", headers=auth)
    with receiving() as receiver:
        subscribe(hub, auth, receiver.url)
        sprecord_day(hub)
        for dialect in ("vpbx", "callevents", "sprecord"):
            events_of(hub, dialect)
        by_other_webhook(hub)
        hub.work()
        receiver.behave = answering(503)
        calls(hub, "lost", calls=1, events=27)
        receiver.behave = answering(200)
        by_watch(hub)
        for status in (422, 410):
            receiver.behave = answering(status)
            calls(hub, f"refused-{status}")
            hub.operator("PATCH", "/admin/subscriptions/1", {"state": "active"}, account="acme")
        for drive in (by_workflow, by_operator):
            for status, variables in LATER:
                receiver.behave = answering(500, Retry_After="3600" if status == 500 else "0")
                calls(hub, f"{drive.__name__}-{status}-{len(variables)}")
                hub.invoke("workflows/watch_endpoints", {"at_once": True})
                hub.operator("GET", "/admin/deliveries", state="parked")
                hub.operator("PATCH", "/admin/accounts/acme", {"state": "active"})
                receiver.behave = answering(status)
                drive(hub, variables)
                hub.operator("PATCH", "/admin/subscriptions/1", {"state": "active"}, account="acme")
    telephony(hub, auth)
    campaigns_day(hub)
    by_poison(hub)
    overdue(hub, "/webhooks/sprecord/s-sprecord")
    for media in PATHS:
        recordings(hub, media, auth)
    kontur(hub, auth)
    dead = hub.operator("GET", "/admin/deliveries").json["deliveries"][0]
    hub.operator("GET", f"/admin/deliveries/{dead['id']}")
    hub.operator("POST", f"/admin/deliveries/{dead['id']}/replay")
    replays_day(hub)
    hub.request("DELETE", "/api/v1/events/subscribe", None, auth, {"event_name": "start.call"})
    hub.work()
    for call in hub.operator("GET", "/admin/calls").json["calls"]:
        hub.operator("GET", f"/admin/calls/{call['id']}")
    _ = [hub.operator("GET", f"/admin/{one}", number="79161234567", account="acme") for one in ("calls", "explain")]
    hub.operator("GET", "/admin/deliveries", account="acme")
    upstream_day(hub, auth)
    hub.operator("DELETE", f"/admin/tokens/{token['id']}")
    erasing_day(hub)


def by_other_webhook(hub: Hub) -> None:
    """An event at the webhook of all dialects that have none of their own."""
    event = proxy_event("POST", "/webhooks/any/s-callevents", "{}", {"Content-Type": "application/json"})
    event["pathParameters"]["dialect_or_source"] = "callevents"
    assert hub.answer("webhooks/other", event).status == 200
    path, auth = "/admin/sources/s-callevents", {"hmac": {"header": "X-Signature", "secret": SECRET}}
    hub.operator("PATCH", path, {"auth": auth})
    hub.restart()
    assert hub.answer("webhooks/other", event).status == 401
    hub.operator("PATCH", path, {"auth": {"type": "none"}})
    hub.restart()
    assert hub.answer("webhooks/other", event | {"body": "nonsense"}).status == 400


def kontur(hub: Hub, auth: dict[str, str]) -> None:
    """Tell of calls as a telephony does; tell a CRM of calls, and make and end those that it asks for."""
    key = a_key(hub)
    rest_crms_day(hub)
    for name in CALLBACKS:
        tell(hub, key, name)
    tell(hub, key, "call-started", externalId="not-made")
    tell(hub, key, "call-failed", externalId="not-made")
    tell(hub, key, "register-call", externalId="another")
    redirects_day(hub, key)
    file = hub.answer("kontur/files", upload_event("/api/v1/acme/files", form(mp3_of(1)), key)).json["fileId"]
    tell(hub, key, "call-recording", recordingFileId=file)
    hub.work()
    hub.fetches()
    with connected(hub) as crm:
        crm.refusals = dict(TAKEN)
        hub.invoke("workflows/register_missed_calls", {})
        hub.work()
        asked_for(hub)
        asked_of_pbx(hub)
        integration_day(hub, auth, "crm", KEY, SERGEY)
        told_of(hub, crm)
        with receiving(answering(200, mp3_of(1))) as pbx:
            name_recording(hub, "record", "of-crm", pbx.url)
            hub.fetches()
        hub.work()
        whom_the_crm_names(hub, crm)
        connectors = hub.operator("GET", "/admin/connectors", account="acme").json["connectors"]
        path = f"/admin/connectors/{connectors[0]['id']}"
        hub.operator("GET", path, account="acme")
        hub.operator("PATCH", path, {"access_key": "another-key-of-the-crm-0"}, account="acme")
        hub.operator("DELETE", path, account="acme")
    spilling_day(hub)


def whom_the_crm_names(hub: Hub, crm: Crm) -> None:
    """A PBX asks, and a call comes in that can be put through, of which the CRM was told before."""
    crm.refusals = {**TAKEN, "call-redirect": (200, f'{{"userIds":["{SERGEY}"]}}')}
    hub.operator("PUT", "/admin/accounts/acme/routing", {"rules": [{"responsible_user": True}], "default": ""})
    assert hub.request("GET", "/webhooks/s-vpbx/route", None, None, {"phone": "79161234567"}).text == "101"
    hub.source("s-megafon", dialect="megafon")
    assert hub.request("POST", "/webhooks/megafon/s-megafon", sample("megafon/contact")).json == {"responsible": "101"}
    (connector,) = hub.operator("GET", "/admin/connectors", account="acme").json["connectors"]
    path = f"/admin/connectors/{connector['id']}"
    hub.operator("PATCH", path, {"redirect_inbound": True}, account="acme")
    tell_inbound(hub, "79161234567")
    hub.work()
    hub.poll("CrmCallsQueue", "workers/make_crm_call")
    assert [set(query) for query in crm.asked] == [{"phoneNumber"}, {"phoneNumber"}, {"externalId"}]
    an_unknown_call_waits(hub, crm)
    telephony_day(hub)


def an_unknown_call_waits(hub: Hub, crm: Crm) -> None:
    """A call comes in whose client the CRM does not know; the hub asks again by the call."""
    crm.refusals = {**TAKEN, "call-redirect": (200, '{"userIds":[]}')}
    tell_inbound(hub, "79161234568", "in-2")
    hub.work_events()
    hub.poll("CrmCallsQueue", "workers/make_crm_call")
    hub.work()


# A CRM of its own, so that no function is asked while another one is at work.
TAKEN = {**dict.fromkeys(CALLBACKS, (200, '"OK"')), "call-started": (200, '{"id":"c-9"}')}


def asked_for(hub: Hub) -> None:
    """A call that is made and hung up, and one for which the extension is too busy."""
    choose(hub, LASTING)
    path, auth = "/api/v1/crm/communications", {"X-XCOM-AccessKey": KEY}
    for id_ in ("c-1", "c-2"):
        wish = {"communicationId": id_, "fromUserId": SERGEY, "clientPhone": "79012345600"}
        for _ in range(2):
            hub.request("POST", f"{path}/call", wish, auth)
        records = hub.stack.messages("CrmCallsQueue")
        hub.invoke("workers/make_crm_call", {"Records": records})
        hub.stack.delete("CrmCallsQueue", records)
        play(hub)
    hub.work()
    assert hub.request("POST", f"{path}/c-1/hangup", {}, auth).status == 200
    play(hub)
    hub.work()


def asked_of_pbx(hub: Hub) -> None:
    """A call that a PBX refuses, one that it starts, and the wish to end a call of its."""
    path, auth = "/api/v1/crm/communications", {"X-XCOM-AccessKey": KEY}
    with receiving(answering(409)) as pbx:
        wish = {"provider": "vpbx", "settings": {"base_url": pbx.url, "token": "t"}}
        hub.operator("PUT", "/admin/accounts/acme/telephony", wish)
        for status in (409, 200):
            pbx.behave = answering(status, b"{}")
            body = {"communicationId": f"p-{status}", "fromUserId": SERGEY, "clientPhone": f"79012345{status}"}
            hub.request("POST", f"{path}/call", body, auth)
            hub.poll("CrmCallsQueue", "workers/make_crm_call")
        assert len(pbx.requests) == len((409, 200))
    hub.request("POST", "/webhooks/vpbx/s-vpbx", {**an_event().raw, "params": {"call_id": "of-pbx"}})
    hub.work()
    refused = hub.request("POST", f"{path}/hangup", {"realtimeCallItemId": "of-pbx-101"}, auth)
    assert refused.json["status"] == "notSupported"


def told_of(hub: Hub, crm: Crm) -> None:
    """Calls that go out, of which the CRM hears at once, when it is tried again, and by the workflow."""
    lost = (409, '{"status":"communicationNotFound"}')
    for place, wait in enumerate(("", "0", "3600")):
        crm.headers = {"Retry_After": wait} if wait else {}
        crm.refusals = {**TAKEN, "call-event": lost, **({"call-started": (503, "{}")} if wait else {})}
        params = {"call_id": f"out-{place}", "src_phone": "101", "dst_phone": "79012345609", "direction": 2}
        hub.request("POST", "/webhooks/vpbx/s-vpbx", {**an_event().raw, "params": params})
        hub.work_events()
        hub.poll("DeliveriesQueue", "workers/deliver")
        crm.headers, crm.refusals = {}, {**TAKEN, "call-event": lost}
        if wait == "3600":
            by_workflow(hub, {})
        hub.work()


def telephony(hub: Hub, auth: dict[str, str]) -> None:
    """Choose a telephony, start calls in either way, redirect and hang up, and let calls end."""
    path = "/admin/accounts/acme/telephony"
    hub.operator("PUT", path, {"provider": "vpbx", "settings": {"base_url": "https://pbx.example", "token": "t"}})
    choose(hub, {**LASTING, "speed": 10})
    for extension in ("104", "105"):
        hub.operator("POST", "/admin/extensions", {"account": "acme", "number": extension})
    order = {"local_num": "105", "phone2call": "79012345601"}
    call_id = start_call(hub, idempotency_key="k").json["command"]["call_id"]
    for _ in range(2):
        start_call(hub, idempotency_key="k")
        hub.request("POST", "/api/v1/application/originate", order, auth)
    play(hub)
    stuck_call(hub)
    hub.operator("POST", f"/admin/calls/{call_id}/redirect", {"to": "106"})
    hub.operator("POST", f"/admin/calls/{call_id}/hangup")
    play(hub)
    (command, *_) = hub.operator("GET", "/admin/commands").json["commands"]
    hub.operator("GET", f"/admin/commands/{command['id']}")
    hub.operator("GET", path)
    hub.operator("DELETE", path)


# What a receiver says that has said 500 so far, and variables that make something of it.
LATER: list[tuple[int, dict[str, str]]] = [(500, {}), (200, {}), (500, {"DISABLE_AFTER": "0"}), (410, {})]


def calls(hub: Hub, name: str, calls: int = 3, events: int = 2) -> None:
    """Let a few calls happen, each with one event more at least than is sent before it fails."""
    for number in range(calls):
        for event in range(events):
            params = {"call_id": f"{name}-{number}", "src_phone": "79161234567", "real_local_number": str(100 + event)}
            told = {"event_name": RING if event else "start.call", "params": params}
            hub.request("POST", "/webhooks/vpbx/s-vpbx", {**an_event().raw, **told})
            hub.work_events()
            hub.poll("DeliveriesQueue", "workers/deliver")
    if calls > 1:
        hub.work()


def by_watch(hub: Hub) -> None:
    """Lose the message of a lane, which has more in it than one message drains."""
    hub.stack.delete("RetriesQueue", hub.stack.messages("RetriesQueue"))
    for _ in range(2):
        forget_times(hub)
        hub.invoke("workflows/watch_endpoints", {})
        hub.work()


def recordings(hub: Hub, media: str, auth: dict[str, str]) -> None:
    """One that is there at last, one that breaks off, one that is deleted while it comes, one that cannot be had."""
    with receiving(answering(404)) as pbx:
        for call in ("good", "broken", "deleted", "bad"):
            name_recording(hub, media, f"{media}-{call}", "ftp://pbx/8" if call == "bad" else f"{pbx.url}?{call}")
        for state in hub.stack.executions("FetchRecordingWorkflow"):
            hub.invoke("workflows/fetch_recording", {**state, "turn": 999})
        hub.fetches()
        hub.invoke("workflows/watch_recordings", {"at_once": True})
        pbx.behave = partial(as_its_name_says, hub)
        hub.fetches()
    hub.work_events()
    hub.request("GET", f"/api/v1/{media}/{media}-good", headers=auth)
    number = record_number("acme", f"{media}-good")
    hub.request("GET", f"/sys/records/{number}", headers=sprecord_token(hub))
    for one in hub.operator("GET", "/admin/recordings", account="acme").json["recordings"]:
        path = f"/admin/recordings/{one['id']}"
        hub.operator("GET", path)
        hub.operator("GET", "/admin/recordings", call=one["call_id"])
        hub.operator("POST", f"{path}/retry")
        hub.operator("DELETE", path)


def name_recording(hub: Hub, media: str, call: str, link: str) -> None:
    """An event that does so, twice, and applied twice."""
    params = {"call_id": call, "record": link, "vm_record_url": link}
    event = {"record": "end.call", "voicemail": "vm.record.new"}[media]
    hub.request("POST", "/webhooks/vpbx/s-vpbx", {**an_event().raw, "event_name": event, "params": params})
    records = hub.stack.messages("EventsQueue")
    for _ in range(2):
        hub.invoke("workers/apply_call_event", {"Records": records})
    hub.stack.delete("EventsQueue", records)


def as_its_name_says(hub: Hub, exchange: Exchange, request: Received) -> bool:
    """Audio: whole, less than was promised after a part or more, or such as nobody wants any more."""
    if request.path.endswith("broken"):
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + mp3_of(1) + bytes(9 * 1024 * 1024))
        return False
    if request.path.endswith("deleted"):
        table = RecordingsTable(hub.stack.dynamodb, hub.stack.table("RecordingsTable"))
        ids = [recording_id("acme", f"{path}-deleted", media) for path, media in zip(PATHS, Media, strict=True)]
        for one in filter(None, map(table.get, ids)):
            table.save(one, replace(one, state=RecordingState.DELETED, next_at=None))
    exchange.send(answer(200, mp3_of(1)))
    return True


def by_workflow(hub: Hub, variables: dict[str, str]) -> None:
    """Take a turn of every workflow there is, the last of its part."""
    forget_times(hub)
    for state in hub.stack.executions():
        hub.invoke("workflows/redeliver", state, **variables)
        hub.work()
        hub.invoke("workflows/redeliver", {**state, "turn": 999}, **variables)


def by_operator(hub: Hub, variables: dict[str, str]) -> None:
    """Look at the receivers, set their limits, and have them tried now."""
    for endpoint in hub.operator("GET", "/admin/endpoints", account="acme").json["endpoints"]:
        path = f"/admin/endpoints/{endpoint['id']}"
        hub.operator("GET", path, account="acme")
        hub.operator("PATCH", path, {"rate": 100}, account="acme")
        for action in ("pause", "resume", "try"):
            hub.operator("POST", f"{path}/{action}", account="acme")
    records = hub.stack.messages("RetriesQueue")
    hub.invoke("workers/retry_lane", {"Records": records}, **variables)
    hub.stack.delete("RetriesQueue", records)
    hub.work()


def forget_times(hub: Hub) -> None:
    """Let the time of every lane and receiver have come."""
    table = hub.stack.table("EndpointsTable")
    for row in hub.stack.items("EndpointsTable"):
        key = {name: row[name] for name in ("pk", "sk")}
        if "next_at" in row:
            values = {":past": {"S": "2020-01-01T00:00:00.000000+00:00"}}
            hub.stack.dynamodb.update_item(
                TableName=table, Key=key, UpdateExpression="SET next_at = :past", ExpressionAttributeValues=values
            )


def subscribe(hub: Hub, auth: dict[str, str], url: str) -> None:
    path = "/api/v1/events/subscribe"
    wish = {"event_name": "start.call", "webhook_url": url, "auth_type": "BearerTokenAuth", "auth_string": "token"}
    hub.request("POST", path, wish, auth)
    hub.request("PUT", path, wish, auth)
    hub.request("PATCH", path, wish, auth)
    hub.request("GET", path, None, auth)
    hub.operator("GET", "/admin/subscriptions", account="acme")
    hub.operator("POST", "/admin/subscriptions/1/secret", account="acme")
    destinations(hub, url)
    hub.request("POST", path, {**wish, "event_name": RING}, auth)


def destinations(hub: Hub, url: str) -> None:
    """One of each dialect; the first is looked at, changed, tried and removed."""
    for dialect in ("standard", "vpbx", "callevents", "sprecord"):
        hub.operator("POST", "/admin/destinations", {"account": "acme", "dialect": dialect, "url": url})
    hub.operator("GET", "/admin/destinations", account="acme")
    hub.operator("GET", "/admin/destinations/2", account="acme")
    hub.operator("PATCH", "/admin/destinations/2", {"name": "CRM"}, account="acme")
    hub.operator("POST", "/admin/destinations/2/secret", account="acme")
    hub.operator("POST", "/admin/destinations/2/test", account="acme")
    for destination in ("2", "3", "4", "5"):
        hub.operator("DELETE", f"/admin/destinations/{destination}", account="acme")


def events_of(hub: Hub, dialect: str) -> None:
    source = hub.operator("POST", "/admin/sources", {"account": "acme", "dialect": dialect}).json["id"]
    hub.operator("GET", "/admin/sources", account="acme")
    hub.operator("PATCH", f"/admin/sources/{source}", {"name": "x"})
    hub.source(f"s-{dialect}", dialect=dialect)
    call = {"call_id": "call-1", "src_phone": "79161234567"}
    body: dict[str, Any] = {"event_name": "start.call", "HookType": "CreateIncCall", "SessionID": "1"}
    body["Caller"] = "79161234567"
    body |= {"params": call, "event_type": "incoming_call", "payload": {"call_id": "1", "call_src": "79161234567"}}
    for _ in range(2):
        hub.request("POST", f"/webhooks/{dialect}/s-{dialect}", body)
        records = hub.stack.messages("EventsQueue")
        for _ in range(2 if records else 0):
            hub.invoke("workers/apply_call_event", {"Records": records})
        hub.stack.delete("EventsQueue", records)
    reuse(hub)
    watched(hub, dialect, source)
    of_no_call = {"type": "custom_event", "event_name": "custom.queue.full", "params": {"queue": "sales"}}
    hub.request("POST", f"/webhooks/{dialect}/{source}", of_no_call)
    hub.work_events()
    signed = {"auth": {"hmac": {"header": "X-Signature", "secret": SECRET}}}
    hub.operator("PATCH", f"/admin/sources/{source}", signed)
    hub.request("POST", f"/webhooks/{dialect}/{source}", of_no_call)
    hub.operator("GET", f"/admin/sources/{source}/events")
    hub.operator("DELETE", f"/admin/sources/{source}")


def watched(hub: Hub, dialect: str, source: str) -> None:
    hub.request("POST", f"/webhooks/{dialect}/s-{dialect}", "nonsense")
    path = f"/admin/sources/{source}"
    hub.operator("PATCH", path, {"silent_after": 3600})
    hub.operator("GET", path)
    hub.operator("GET", f"{path}/refused")
    begin_silence(hub, source)
    hub.invoke("workflows/check_silences", {})


def overdue(hub: Hub, path: str) -> None:
    start = {"event_type": "incoming_call", "payload": {"call_id": "open", "call_src": "79160000104"}}
    for body in (start, {"event_type": "startup"}, start | {"payload": {"call_id": "open-2"}}):
        hub.request("POST", path, {"device_id": "d-1", **body})
        hub.work_events()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("switchboard.bootstrap.open_calls.now", lambda: datetime.now(UTC) + timedelta(hours=9))
        hub.invoke("workflows/expire_overdue_calls", {})
    hub.work_events()


def reuse(hub: Hub) -> None:
    """A device that counts its calls from one again."""
    for event, at in (("call_end", "2026-03-14 12:00:00"), ("incoming_call", "2026-03-15 12:00:00")):
        body = {"event_type": event, "payload": {"call_id": "1", "date": at}}
        hub.request("POST", "/webhooks/sprecord/s-sprecord", body)
    hub.work_events()


@pytest.fixture
def used(hub: Hub, links: None, monkeypatch: pytest.MonkeyPatch) -> set[Grant]:
    """The grants that let each function do what it did in the course of a day, none of them remembering anything.

    What no grant lets a function do fails this test and every other, by the rules that all requests are held against.
    """
    hub.cold = True
    monkeypatch.setattr(route, "TIME_LIMIT", 30.0)  # nothing is asked for after a function has answered
    monkeypatch.setattr(rates, "PARTS", 10**9)  # each request is counted
    a_day(hub)
    return hub.granted


def test_nothing_is_allowed_that_nobody_needs(hub: Hub, used: set[Grant]) -> None:
    """Each function has the narrowest policy that lets it do its work."""
    granted = {(folder, *grant) for folder in function_folders() for grant in grants_of(hub, folder)}
    unused = set(map(without_index, granted)) - set(map(without_index, used))
    # SES uses the default configuration set of the sender's identity, which no request names.
    unused = {grant for grant in unused if not grant[2].endswith(":configuration-set/*")}
    assert sorted(one for one in unused if one[1].partition(":")[2] not in POLLER) == []


def test_what_no_grant_allows_is_told(hub: Hub) -> None:
    """Of whatever function asked, on whatever path of errors."""
    with hub.asking_as("webhooks/vpbx"):
        hub.stack.dynamodb.scan(TableName=hub.stack.table("CallsTable"))
    (found,) = CHECKER.take()
    assert found.startswith("the role allows no dynamodb:Scan upon arn:aws:dynamodb:")


def grants_of(hub: Hub, folder: str) -> set[tuple[str, str]]:
    role = role_of(folder, hub.stack)
    return {(action, name) for one in role for action in one.actions for _, name in one.resources}


def without_index(grant: Grant) -> Grant:
    """Statements name a table and its indexes together."""
    folder, action, where = grant
    return folder, action, where.partition("/index/")[0]
