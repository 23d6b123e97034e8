"""The end of an account, and the erasure of a number: routes, workflow and watch."""

import json

import pytest
from moto.sqs.models import sqs_backends

from switchboard.aws.row_owners import RULES
from switchboard.bootstrap.erasures import FOLDERS, QUEUES
from switchboard.erasures.begin import BeginErasure
from switchboard.erasures.progress import QUIET_AFTER
from tests.support.erasing import ERASE, WATCH, run_erasure, stored
from tests.support.hub import Hub
from tests.support.receiver import receiving
from tests.support.stack import resources, template

NUMBER = "+79163334455"
SPELLINGS = ("79163334455", "8 (916) 333-44-55", "+7-916-333-44-55", "9163334455")
OTHERS = "79169998877"


def an_account_with_calls(hub: Hub, id_: str) -> dict[str, str]:
    """An account with a source, a subscription, and calls of two people."""
    auth = hub.account(id_)
    source = f"s-{id_}"
    hub.source(source, account=id_)
    with receiving() as receiver:
        wish = {"event_name": "start.call", "webhook_url": receiver.url}
        assert hub.request("POST", "/api/v1/events/subscribe", wish, auth).status == 200
        for place, number in enumerate((*SPELLINGS, OTHERS)):
            params = {"call_id": f"{id_}-{place}", "src_phone": number, "dst_phone": "73433000100", "direction": 1}
            for name in ("start.call", "end.call"):
                body = {"type": "call_event", "event_name": name, "params": params}
                assert hub.request("POST", f"/webhooks/vpbx/{source}", body).status == 200
        hub.work()
    hub.request("POST", f"/webhooks/vpbx/{source}", f"nonsense from {SPELLINGS[1]}")
    return auth


def test_an_account_ends_with_all_its_data(hub: Hub) -> None:
    """Nothing of the account is found afterwards, another account has everything, and the id can be taken again."""
    for id_ in ("acme", "other"):
        an_account_with_calls(hub, id_)
    hub.stack.bury("RetriesQueue", "RetriesDeadQueue", json.dumps({"key": {"account": "acme", "id": "e"}}))
    before = [one for one in stored(hub) if "other" in one[1]]
    asked = hub.operator("DELETE", "/admin/accounts/acme")
    assert (asked.status, asked.json["of"], asked.json["state"]) == (202, "account", "running")
    assert hub.operator("DELETE", "/admin/accounts/acme").json["id"] == asked.json["id"]
    report = run_erasure(hub, asked.json["id"])
    assert report["state"] == "done"
    assert report["left"] == 0
    wanted = {"accounts": 1, "calls": 5, "events": 10, "tokens": 1, "sources": 1, "dead_messages": 1}
    assert wanted.items() <= report["erased"].items()
    left = [place for place, text in stored(hub) if "acme" in text and "ERASURE#" not in text]
    assert [place for place in left if "AUDIT# " not in place] == []
    assert [one for one in stored(hub) if "other" in one[1]] == before
    assert hub.operator("POST", "/admin/accounts", {"id": "acme", "name": "New"}).status == 201


def test_a_newer_account_of_the_same_id_is_left_alone(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two requests at one instant are two erasures. The second ends with the account that both were for."""
    hub.account()
    with monkeypatch.context() as at_once:
        at_once.setattr(BeginErasure, "_running", lambda *_, **__: None)
        first, second = (hub.operator("DELETE", "/admin/accounts/acme").json["id"] for _ in range(2))
    assert run_erasure(hub, first)["state"] == "done"
    assert hub.operator("POST", "/admin/accounts", {"id": "acme", "name": "New"}).status == 201
    hub.source()
    assert run_erasure(hub, second)["state"] == "done"
    assert hub.operator("GET", "/admin/accounts/acme").json["state"] == "active"
    assert hub.operator("GET", "/admin/sources/s-office").status == 200


def test_an_account_that_is_being_deleted_takes_nothing(hub: Hub) -> None:
    """Its token, its source and the operator's changes are refused, and its queued events are dropped."""
    auth = an_account_with_calls(hub, "acme")
    body = {"type": "call_event", "event_name": "start.call", "params": {"call_id": "late"}}
    hub.request("POST", "/webhooks/vpbx/s-acme", body)
    hub.operator("DELETE", "/admin/accounts/acme")
    hub.restart()
    assert hub.request("POST", "/webhooks/vpbx/s-acme", body).status == 403
    assert hub.request("GET", "/api/v1/phones/local", headers=auth).status == 403
    assert hub.operator("PATCH", "/admin/accounts/acme", {"name": "New"}).status == 409
    assert hub.operator("POST", "/admin/tokens", {"account": "acme", "kind": "vpbx"}).status == 409
    assert hub.operator("POST", "/admin/sources", {"account": "acme", "dialect": "vpbx"}).status == 409
    hub.work_events()
    assert hub.operator("GET", "/admin/calls/late", account="acme").status == 404


def test_an_erased_number_is_found_nowhere(hub: Hub) -> None:
    """In no spelling, raw payloads included; calls of others stay, and so does another account's call."""
    for id_ in ("acme", "other"):
        an_account_with_calls(hub, id_)
    hub.operator("PUT", "/admin/accounts/acme/do-not-call", {"entries": [{"number": NUMBER}]})
    hub.operator("PATCH", "/admin/accounts/acme", {"callerid_num": "79163334455"})
    asked = hub.operator("POST", "/admin/accounts/acme/erase", {"number": SPELLINGS[1]})
    assert (asked.status, asked.json["of"], asked.json["number"]) == (202, "number", "…55")
    report = run_erasure(hub, asked.json["id"])
    assert report["state"] == "done"
    wanted = {"calls": 4, "events": 8, "do_not_call": 1, "accounts": 1, "refused_requests": 1}
    assert wanted.items() <= report["erased"].items()
    named = [text for _, text in stored(hub) if is_named(text)]
    assert named
    assert all("other" in text for text in named)
    assert {call["id"] for call in hub.operator("GET", "/admin/calls", account="acme").json["calls"]} == {"acme-4"}
    assert hub.operator("GET", "/admin/accounts/acme").json["callerid_num"] == ""


def test_a_dry_run_counts_and_changes_nothing(hub: Hub) -> None:
    """Of an account and of a number; the account stays active."""
    an_account_with_calls(hub, "acme")
    before = {one for one in stored(hub) if "ERASURE" not in one[0] and "AUDIT" not in one[0]}
    of_account = hub.operator("DELETE", "/admin/accounts/acme", dry_run="true").json["id"]
    assert run_erasure(hub, of_account)["erased"]["calls"] == 5
    asked = {"number": NUMBER, "dry_run": True}
    of_number = hub.operator("POST", "/admin/accounts/acme/erase", asked).json["id"]
    counted = run_erasure(hub, of_number)["erased"]
    assert {"calls": 4, "events": 8, "deliveries": 4}.items() <= counted.items()
    assert {one for one in stored(hub) if "ERASURE" not in one[0] and "AUDIT" not in one[0]} == before
    listed = hub.operator("GET", "/admin/erasures", account="acme").json["erasures"]
    assert {one["id"] for one in listed} == {of_account, of_number}
    assert hub.operator("GET", "/admin/erasures", account="other").json == {"erasures": [], "cursor": None}


BAD_REQUESTS = (
    ("POST", "/admin/accounts/acme/erase", {"number": "101"}, 400),
    ("POST", "/admin/accounts/acme/erase", {"number": ""}, 400),
    ("POST", "/admin/accounts/acme/erase", {}, 400),
    ("POST", "/admin/accounts/acme/erase", {"number": NUMBER, "dry_run": "perhaps"}, 400),
    ("POST", "/admin/accounts/nobody/erase", {"number": NUMBER}, 404),
    ("DELETE", "/admin/accounts/nobody", None, 404),
    ("GET", "/admin/erasures/unknown", None, 404),
)


def test_a_bad_request_erases_nothing(hub: Hub) -> None:
    """Unknown accounts and erasures, and what is no number, are refused."""
    hub.account("acme")
    for method, path, body, status in BAD_REQUESTS:
        assert hub.operator(method, path, body).status == status, (method, path, body)
    assert hub.operator("DELETE", "/admin/accounts/acme", dry_run="perhaps").status == 400
    assert hub.stack.executions("EraseWorkflow") == []


def test_a_watch_restarts_an_erasure(hub: Hub) -> None:
    """A lost workflow is started again under a newer part, and the older part ends."""
    hub.account("acme")
    erasure = hub.operator("POST", "/admin/accounts/acme/erase", {"number": NUMBER}).json["id"]
    assert hub.invoke(WATCH, {}) == {"restarted": []}
    assert hub.invoke(WATCH, {"at_once": True}) == {"restarted": [erasure]}
    started = {one["part"] for one in hub.stack.executions("EraseWorkflow")}
    assert len(started) == 2
    assert hub.invoke(ERASE, {"erasure": erasure, "part": 0, "turn": 0})["done"]
    assert hub.invoke(ERASE, {"erasure": "unknown", "part": 0, "turn": 0})["done"]
    newest = hub.invoke(ERASE, {"erasure": erasure, "part": max(started), "turn": 999})
    assert newest["wait"] > QUIET_AFTER.total_seconds() / 2
    assert len(hub.stack.executions("EraseWorkflow")) == 3


def is_named(text: str) -> bool:
    """Whether a text holds the digits of the number, whatever stands between."""
    return "9163334455" in "".join(char for char in text if char.isdigit() or char == "\n")


def test_every_store_of_the_template_is_covered() -> None:
    """A new table, bucket, folder of a bucket or queue fails here until the erasure knows of it."""
    variables = template()["Globals"]["Function"]["Environment"]["Variables"]
    named = {name: value["Ref"] for name, value in variables.items() if isinstance(value, dict) and "Ref" in value}
    tables = {named[f"{name.upper()}_TABLE"] for name in RULES}
    assert tables == set(resources("AWS::DynamoDB::Table"))
    assert {named[bucket] for bucket, *_ in FOLDERS} == set(resources("AWS::S3::Bucket"))
    queues = {name for name in resources("AWS::SQS::Queue") if not name.endswith("DeadQueue")}
    own = template()["Resources"]["WorkflowsEraseFunction"]["Properties"]["Environment"]["Variables"]
    assert {{**named, "PBX_QUEUE_URL": own["PBX_QUEUE_URL"]["Ref"]}[url] for url in QUEUES} == queues
    # An object that is deleted in a bucket with versions is still there, for a time.
    for bucket in resources("AWS::S3::Bucket").values():
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        rules = bucket["LifecycleConfiguration"]["Rules"]
        assert [rule["NoncurrentVersionExpiration"] for rule in rules if rule["Id"] == "old-versions"] == [
            {"NoncurrentDays": 7}
        ]


def test_old_versions_and_markers_go_too(hub: Hub) -> None:
    """Of a number those that name it, of an account all. Another account's versions stay."""
    hub.account()
    hub.account("other")
    s3, bucket = hub.stack.clients.s3, hub.stack.refs["CampaignsBucket"]
    for account in ("acme", "other"):
        for body in (f"to {NUMBER}", "to nobody"):
            s3.put_object(Bucket=bucket, Key=f"uploads/{account}/list", Body=body.encode())
        s3.put_object(Bucket=bucket, Key=f"spilled/{account}/call/event", Body=NUMBER.encode())
        s3.delete_object(Bucket=bucket, Key=f"spilled/{account}/call/event")
    of_number = hub.operator("POST", "/admin/accounts/acme/erase", {"number": NUMBER}).json["id"]
    assert run_erasure(hub, of_number)["erased"] == {"uploads_files": 1, "events_files": 1}
    assert _versions(hub, "acme") == [("uploads/acme/list", "version"), ("spilled/acme/call/event", "marker")]
    assert len(_versions(hub, "other")) == 4
    report = run_erasure(hub, hub.operator("DELETE", "/admin/accounts/acme").json["id"])
    assert {"uploads_files": 1, "events_files": 1}.items() <= report["erased"].items()
    assert (_versions(hub, "acme"), len(_versions(hub, "other"))) == ([], 4)


def _versions(hub: Hub, account: str) -> list[tuple[str, str]]:
    found = hub.stack.clients.s3.list_object_versions(Bucket=hub.stack.refs["CampaignsBucket"])
    versions = [(one["Key"], "version") for one in found.get("Versions", [])]
    markers = [(one["Key"], "marker") for one in found.get("DeleteMarkers", [])]
    return [one for one in versions + markers if f"/{account}/" in one[0]]


def test_a_number_behind_many_dead_letters_of_a_group_is_found(hub: Hub) -> None:
    """SQS shows ten messages of a group. The others go round once, keep their order, and stay."""
    hub.account()
    dead, group = "EventsDeadQueue", "acme:call-1"
    bodies = [json.dumps({"account": "acme", "place": place}) for place in range(25)]
    for place in (24, 13, 10):
        bodies.insert(place, json.dumps({"account": "acme", "src": NUMBER, "place": -place}))
    for body in bodies:
        hub.stack.bury("EventsQueue", dead, body, group)
    of_number = hub.operator("POST", "/admin/accounts/acme/erase", {"number": NUMBER}).json["id"]
    report = run_erasure(hub, of_number)
    assert (report["erased"], report["left"]) == ({"dead_messages": 3}, 0)
    queues = sqs_backends["123456789012"]["us-east-1"].queues
    kept = queues[hub.stack.queue(dead).rpartition("/")[2]]._messages
    assert [json.loads(message.body)["place"] for message in kept] == list(range(25))
