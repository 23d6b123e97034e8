"""One account's things are out of another's reach, on every route there is."""

import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

import pytest

from switchboard.aws.recordings_table import RecordingsTable
from switchboard.calls.record_numbers import record_number
from switchboard.deliveries.fan_out import endpoint_id
from switchboard.lambdas.known_names import BODYLESS
from switchboard.lambdas.routes import Route, dialect_of, routes
from switchboard.recordings.model import Media, RecordingState, StoredAudio
from tests.conftest import CLIENTS
from tests.support.builders import a_recording, an_event
from tests.support.calling import LASTING, call, choose, play
from tests.support.campaigning import TASKS, add_group, add_settings, audio_file, start
from tests.support.cato import AUDIO, add, cato_token
from tests.support.credentials import Credential, every_credential, source_auth, source_login
from tests.support.gateway import Answer
from tests.support.hub import OPERATOR, Hub, close_hub, open_hub
from tests.support.kontur import a_key, tell
from tests.support.operators_day import an_account_token, an_operator
from tests.support.sounds import tone, wav
from tests.support.sprecord_day import sprecord_token
from tests.support.stack import Clients, Stack, resources

ROUTES = routes()
# A simulated call of acme's advances by itself, in a queue of its own.
QUEUES = tuple(sorted(resources("AWS::SQS::Queue").keys() - {"AdvancesQueue"}))
SUBSCRIBE = {"event_name": "start.call", "webhook_url": "https://intruder.example/"}
# Refused requests are counted in the activity of the source that they named: that table changes.
TABLES = tuple(sorted(resources("AWS::DynamoDB::Table").keys() - {"ActivityTable"}))
BUCKETS = tuple(sorted(resources("AWS::S3::Bucket")))
MARK = "acme-only"  # stands in everything that is acme's


class World:
    """Two accounts; everything there is belongs to acme."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.owner, self.stranger = hub.account("acme"), hub.account("other")
        self.bounded = an_operator(hub, "bounded", accounts=["other"])
        self.own = an_account_token(hub, account="other")
        self.listener = sprecord_token(hub, "other")
        hub.request("GET", "/sys/events", headers=sprecord_token(hub))
        self.key = a_key(hub, "other")
        self.notifier = cato_token(hub, "other")
        notifier = cato_token(hub)
        hub.source("s-office", name=MARK, auth=source_auth("acme"))
        wish = {"event_name": "start.call", "webhook_url": f"https://{MARK}.example/"}
        hub.request("POST", "/api/v1/events/subscribe", wish, self.owner)
        hub.operator("POST", "/admin/extensions", {"account": "acme", "number": "101", "name": MARK})
        token = hub.operator("POST", "/admin/tokens", {"account": "acme", "kind": "vpbx", "name": MARK}).json
        body = {**an_event().raw, "params": {"call_id": "call-1", "mark": MARK}}
        hub.request("POST", "/webhooks/vpbx/s-office", body, source_login("acme"))
        hub.poll("EventsQueue", "workers/apply_call_event")
        (delivery,) = hub.operator("GET", "/admin/deliveries", state="pending").json["deliveries"]
        choose(hub, {**LASTING, "caller_id": "73512250000"})
        command = call(hub, extension="101", idempotency_key=MARK).json["command"]
        play(hub)
        hub.subscribe("*", id=90, dialect="sprecord", url=f"https://{MARK}.example/")
        wish = {"account": "acme", "kind": "kontur", "base_url": f"https://{MARK}.example", "workspace": "sales",
                "access_key": f"{MARK}-key-of-the-crm-0", "name": MARK}  # fmt: skip
        connector = hub.operator("POST", "/admin/connectors", wish).json
        tell(hub, a_key(hub, "acme"), "call-started", communicationId="c-1", clientPhone=MARK)
        hub.operator("PUT", "/admin/accounts/acme/do-not-call/101", {"reason": MARK})
        uploaded = hub.request("POST", f"{AUDIO}/uploads", {"name": MARK, "size": 9}, notifier).json["id"]
        self.ids = {
            **self._notifying(notifier),
            "audio": add(hub, notifier, wav(tone(1)), MARK).json["id"], "upload": uploaded, "filename": "new",
            "command": command["id"], "operator": "stack",
            "account": "acme", "token": token["id"], "erasure": self._erased(), "replay": self._replayed(),
            "build": "x", "file": "x", "ticket": "x", "source": "s-office", "number": "101", "subscription": "1",
            "destination": "1", "connector": connector["id"], "ws": "acme", "hook": "handler", "communication": "c-1",
            "event": "x", "detail": "x", "call": "call-1", "delivery": delivery["id"], "endpoint": endpoint_id(f"https://{MARK}.example"),
            "record_id": str(record_number("acme", "call-1")), "call_id": "call-1", "recording": self._recorded(),
        }  # fmt: skip
        for queue in QUEUES:
            hub.stack.drain(queue)

    @cached_property
    def credentials(self) -> dict[str, Credential]:
        """Those of the other account."""
        return every_credential(self.hub, "other")

    def _notifying(self, auth: dict[str, str]) -> dict[str, str]:
        """A campaign of acme's that runs, and an upload that is to become a group."""
        hub = self.hub
        audio = audio_file(hub, "acme", "a-of-acme")
        group = add_group(hub, auth, [{"fullName": MARK, "phones": "776429"}], MARK).json["id"]
        settings = add_settings(hub, auth, name=MARK).json["id"]
        wish = {"name": MARK, "settings": settings, "files": audio, "groups": group}
        task = hub.request("POST", TASKS, wish, auth).json["id"]
        hub.operator("PUT", "/admin/accounts/acme/campaigns", {"channels": 1})
        hub.operator("PUT", "/admin/accounts/other/campaigns", {"channels": 1})
        execution = start(hub, auth, task).json["taskExecId"]
        return {"group": group, "settings": settings, "task": task, "execution": execution, "name": "new"}

    def _erased(self) -> str:
        """An erasure in acme that only looks."""
        wish = {"number": "79161234567", "dry_run": True}
        return str(self.hub.operator("POST", "/admin/accounts/acme/erase", wish).json["id"])

    def _replayed(self) -> str:
        """A replay of acme's dead letters that only counts."""
        wish = {"account": "acme", "dry_run": True}
        return str(self.hub.operator("POST", "/admin/deliveries/replay", wish).json["replay"])

    def _recorded(self) -> str:
        """A recording of acme's call, and a message."""
        stack = self.hub.stack
        table = RecordingsTable(stack.dynamodb, stack.table("RecordingsTable"))
        audio = StoredAudio("audio/mpeg", len(MARK), "ab" * 32)
        for media in Media:
            kept = a_recording(media=media, state=RecordingState.AVAILABLE, audio=audio, next_at=None)
            table.add(kept)
            table.number(kept, record_number("acme", "call-1"))
            stack.clients.s3.put_object(Bucket=stack.refs["RecordingsBucket"], Key=kept.key, Body=MARK.encode())
        return kept.id

    def path(self, route: Route) -> str:
        path = route.path.replace("{dialect_or_source}", "vpbx" if "{source}" in route.path else "s-office")
        for name, value in self.ids.items():
            path = path.replace(f"{{{name}}}", value)
        return path


@pytest.fixture
def world(hub: Hub) -> World:
    return World(hub)


@pytest.fixture(scope="module")
def shared(aws: None) -> Iterator[World]:
    """One world for all the tests that end by saying that nothing of acme's has changed."""
    with pytest.MonkeyPatch.context() as patch:
        hub = open_hub(Stack(Clients(*(client() for client in CLIENTS))), patch)
        world = World(hub)
        assert world.credentials
        yield world
        close_hub(hub)


def by_token(world: World, route: Route) -> Answer:
    """With the stranger's own token."""
    query = {"event_name": "start.call", "account": "acme", "last_event_id": "0"}
    tokens = {"sprecord": world.listener, "cato": world.notifier}
    token = tokens.get(dialect_of(route.path) or "", world.stranger)
    headers = {**token, **world.key}
    return world.hub.request(route.method, world.path(route), {**SUBSCRIBE, "subscribe": []}, headers, query)


# Bodies of routes that take no `account` in the body.
OWN_BODIES = {
    "PATCH /admin/subscriptions/{subscription}": {"timeout": 5},
    "POST /admin/calls/{call}/redirect": {"to": "105"},
}


def by_account(world: World, route: Route) -> Answer:
    """By the operator, who asks for the stranger's things alone."""
    body = OWN_BODIES.get(route.name, None if route.name in BODYLESS else {"account": "other"})
    return world.hub.request(route.method, world.path(route), body, OPERATOR, {"account": "other"})


# What a client of another account may call as it likes.
FREE_NAMES = {"{filename}", "{name}"}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_no_credential_of_a_stranger_shows_or_changes_anything(shared: World, route: Route) -> None:
    """Each credential of the other account with acme's ids: no answer has acme's data, and acme's rows stay."""
    before = own_rows(shared)
    for name, credential in shared.credentials.items():
        answer = tried(shared, route, credential)
        told = f"{name}: {answer.status} {answer.text[:300]}"
        assert MARK not in answer.text + str(answer.headers), told
        assert answer.content == b"", told
        assert answer.status >= 400 or not set(re.findall(r"\{\w+\}", route.path)) - FREE_NAMES, told
    assert own_rows(shared) == before


def tried(world: World, route: Route, credential: Credential) -> Answer:
    """A request with ids of acme's in path, query and body."""
    query = {"event_name": "start.call", "account": "acme", "last_event_id": "0"}
    if route.path.startswith("/admin/"):
        query = {"account": "acme"}
        body = None if route.name in BODYLESS else OWN_BODIES.get(route.name, {"account": "acme"})
    else:
        named = {"account": "acme", "settings": world.ids["settings"], "groups": world.ids["group"],
                 "files": world.ids["audio"], "call_id": "call-1", "communicationId": "c-1", "name": "x", "to": "105",
                 "local_num": "101", "phone2call": "79012345600"}  # fmt: skip
        body = {**SUBSCRIBE, "subscribe": [], **named}
    return world.hub.request(route.method, world.path(route), body, credential.headers, {**query, **credential.query})


def test_the_sweep_is_complete(shared: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Every part of every path stands for a thing of acme's, and no request of the sweep queued anything of acme's."""
    parts = {part for route in ROUTES for part in re.findall(r"\{(\w+)\}", route.path)}
    assert parts <= shared.ids.keys() | {"dialect_or_source"}
    left = [(queue, one) for queue in QUEUES for one in shared.hub.stack.drain(queue) if "acme" in json.dumps(one)]
    assert left == []
    with capsys.disabled():
        tries = len(ROUTES) * len(shared.credentials)
        print(f"\n{len(ROUTES)} routes x {len(shared.credentials)} credentials: {tries} combinations")  # noqa: T201


def own_rows(world: World) -> str:
    """All rows of acme, with what is compressed in them, and its objects."""
    rows = [
        json.dumps(row, sort_keys=True, default=lambda packed: zlib.decompress(packed).decode())
        for table in TABLES
        for row in world.hub.stack.items(table)
    ]
    objects = [
        f"{one['Key']} {one['ETag']}"
        for bucket in BUCKETS
        for one in world.hub.stack.clients.s3.list_objects_v2(Bucket=world.hub.stack.refs[bucket]).get("Contents", [])
    ]
    return "\n".join(row for row in sorted([*rows, *objects]) if "acme" in row)


def test_a_strangers_stream_and_hook_are_those_of_an_empty_account(world: World) -> None:
    """Though acme has both, and its events were told while it listened."""
    hub = world.hub
    told = hub.request("GET", "/sys/events", headers=world.listener, query={"last_event_id": "0"})
    hook = hub.request("GET", "/sys/subscribe_events", headers=world.listener)
    assert (told.status, "data:" in told.text, hook.json) == (200, False, {"hook": "", "subscribe": []})
    assert [row["pk"]["S"] for row in hub.stack.items("StreamsTable") if "body" in row] == ["acme"] * _told(hub)


def _told(hub: Hub) -> int:
    """How many of acme's events were told: some at least."""
    heads = [row for row in hub.stack.items("StreamsTable") if row["sk"]["S"] == "HEAD"]
    assert [row["pk"]["S"] for row in heads] == ["acme"]
    return int(heads[0]["last"]["N"])


VPBX = [route for route in ROUTES if route.path.startswith(("/api/v1/event", "/api/v1/phones"))]
BY_METHOD = ("GET", "PUT", "PATCH", "DELETE", "POST")
EXPECTED: dict[str, Callable[[Answer], bool]] = {
    "GET": lambda answer: answer.status == 200 and list(answer.json.values()) == [[]],
    "POST": lambda answer: (answer.status, answer.json["id"] in (1, 2)) == (200, True),
    "PUT": lambda answer: answer.status == 404,
    "PATCH": lambda answer: answer.status == 404,
    "DELETE": lambda answer: answer.status == 204,
}


def test_a_strangers_view_is_that_of_an_empty_account(world: World) -> None:
    """As if there were nobody else: lists are empty, names are free, what is acme's is not there."""
    for route in sorted(VPBX, key=lambda route: (route.path, BY_METHOD.index(route.method))):
        answer = by_token(world, route)
        assert answer.status == 404 if "{" in route.path else EXPECTED[route.method](answer), route.name
        if route.method == "POST":
            world.hub.request("DELETE", route.path, SUBSCRIBE, world.stranger, {"event_name": "start.call"})


ADMIN = [route for route in ROUTES if route.path.startswith("/admin/")]


def reached(world: World, route: Route, auth: Mapping[str, str], query: dict[str, str] | None, **fields: str) -> Answer:
    """With an id of acme's, wherever the path has one."""
    body = None if route.name in BODYLESS else {**OWN_BODIES.get(route.name, {}), **fields}
    return world.hub.request(route.method, world.path(route), body, auth, query)


@pytest.mark.parametrize("who", ["bounded", "own"])
def test_a_bounded_operator_reaches_no_other_account(shared: World, who: str) -> None:
    """Nor does another account's token with every scope, on any route, whether acme is named anywhere or not."""
    before, auth = own_rows(shared), getattr(shared, who)
    for route in ADMIN:
        for query, fields in ((None, {}), ({"account": "acme"}, {}), (None, {"account": "acme"})):
            answer = reached(shared, route, auth, query, **fields)
            assert MARK not in answer.text, route.name
            assert answer.status not in (204, 500), route.name
            if "{" in route.path or query:
                assert answer.status in (400, 403, 404), route.name
        assert own_rows(shared) == before, route.name


NARROWED = [route for route in ROUTES if route.path.startswith("/admin/") and (route.method, route.path) not in {
    ("GET", "/admin/accounts"), ("POST", "/admin/accounts"), ("GET", "/admin/accounts/{account}"),
    ("PATCH", "/admin/accounts/{account}"), ("DELETE", "/admin/accounts/{account}"),
    ("POST", "/admin/accounts/{account}/erase"), ("GET", "/admin/sources/{source}"),
    ("PATCH", "/admin/sources/{source}"),
    ("DELETE", "/admin/sources/{source}"), ("GET", "/admin/sources/{source}/events"),
    ("GET", "/admin/accounts/{account}/telephony"), ("PUT", "/admin/accounts/{account}/telephony"),
    ("DELETE", "/admin/accounts/{account}/telephony"), ("POST", "/admin/accounts/{account}/telephony/check"),
    ("POST", "/admin/sources/{source}/connect"), ("POST", "/admin/sources/{source}/check"),
    ("POST", "/admin/sources/{source}/disconnect"), ("GET", "/admin/accounts/{account}/routing"),
    ("PUT", "/admin/accounts/{account}/routing"), ("DELETE", "/admin/accounts/{account}/routing"),
    ("GET", "/admin/accounts/{account}/campaigns"), ("PUT", "/admin/accounts/{account}/campaigns"),
} and not route.path.startswith(("/admin/accounts/{account}/do-not-call", "/admin/operators"))]  # fmt: skip


@pytest.mark.parametrize("route", NARROWED, ids=lambda route: route.name)
def test_the_operator_who_names_an_account_gets_that_account(shared: World, route: Route) -> None:
    """An id of acme's under the name of another account is not found, and nothing of acme's is changed."""
    before = own_rows(shared)
    answer = by_account(shared, route)
    assert answer.status in ((404,) if "{" in route.path else (200, 201, 202, 400))
    assert MARK not in answer.text
    assert own_rows(shared) == before


def test_a_stranger_rings_no_extension_of_anothers(world: World) -> None:
    """With a telephony and an extension of its own, neither acme's extension nor acme's line is there."""
    hub, order = world.hub, {"local_num": "101", "phone2call": "79012345600"}
    choose(hub, LASTING, "other")
    before = own_rows(world)
    assert hub.request("POST", "/api/v1/application/originate", order, world.stranger).status == 404
    hub.operator("POST", "/admin/extensions", {"account": "other", "number": "101"})
    assert hub.request("POST", "/api/v1/application/originate", order, world.stranger).status == 200
    assert own_rows(world) == before


def test_events_go_to_their_own_account(world: World) -> None:
    """The same call id from another account's source is another call."""
    hub = world.hub
    hub.source("s-foreign", account="other")
    hub.request("POST", "/webhooks/vpbx/s-foreign", {**an_event().raw, "params": {"call_id": "call-1"}})
    hub.poll("EventsQueue", "workers/apply_call_event")
    calls: list[dict[str, Any]] = hub.operator("GET", "/admin/calls").json["calls"]
    assert sorted((one["account"], one["id"], one["events_count"]) for one in calls if one["dialect"] == "vpbx") == [
        ("acme", "call-1", 1),
        ("other", "call-1", 1),
    ]
    pending = hub.operator("GET", "/admin/deliveries", state="pending").json["deliveries"]
    assert [one["account"] for one in pending if one["call_id"] == "call-1"] == ["acme"]


def test_an_event_cannot_name_another_account(world: World) -> None:
    """The account is the source's, whatever the payload says."""
    hub = world.hub
    hub.source("s-foreign", account="other")
    body = {**an_event().raw, "account": "acme", "params": {"call_id": "call-9", "account": "acme"}}
    hub.request("POST", "/webhooks/vpbx/s-foreign", body)
    hub.poll("EventsQueue", "workers/apply_call_event")
    assert hub.operator("GET", "/admin/calls/call-9").json["account"] == "other"
