"""IS.VPBX's printed examples (is-vpbx-openapi)."""

from __future__ import annotations

from typing import Any

from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest
from switchboard.dialects.vpbx.client import VpbxClient
from switchboard.errors import Conflict, ProviderRefused, Refusal
from switchboard.net.download import Download
from switchboard.net.guard import Guard
from switchboard.net.resolver import Resolver
from switchboard.net.session import vetted_session
from switchboard.recordings.model import Media, RecordingState, StoredAudio
from switchboard.recordings.ports import NotYetAvailable
from switchboard.recordings.serve import ConditionalHeaders, ServeRecording
from tests.fakes.recordings import MemoryRecordings, MemoryStore
from tests.printed.table import Case, Role, assert_shape, check, example, meant, printed
from tests.support.builders import NOON, a_recording
from tests.support.calling import LASTING, choose
from tests.support.receiver import answering, receiving
from tests.unit.builders import BASE_URL, parsed, played, rendered_as

SUBSCRIBE = "/api/v1/events/subscribe"
EVENTS = (
    "13-start-call-without-params.json",
    "14-start-call.json",
    "15-start-talk.json",
    "16-end-call.json",
    "17-local-in-call.json",
    "18-vm-record-start.json",
    "19-vm-record-end.json",
    "20-vm-record-new.json",
)
UNCHECKED: dict[str, str] = {}
CALL = "1b4e8bbf413a24309c0d51f6bb3fb713"


def raising(error: type[Exception], do: Any) -> Any:
    """Return the error that a function raises."""
    try:
        do()
    except error as raised:
        return raised
    raise AssertionError(f"{error.__name__} was not raised")


class AnsweringPbx:
    """A PBX that gives one answer, and keeps the requests."""

    def __init__(self, text: str = "{}", status: int = 200) -> None:
        self.answer = VendorAnswer(status, meant(text))
        self.asked: list[VendorRequest] = []

    def __call__(self, request: VendorRequest) -> VendorAnswer:
        self.asked.append(request)
        return self.answer


def subscribed(case: Case, auth: dict[str, str], *names: str) -> None:
    for name in names:
        case.hub.request("POST", SUBSCRIBE, {"event_name": name, "webhook_url": "https://crm.example/h"}, auth)


@check("vpbx", Role.SERVER, "01-unauthorized.json")
def _(case: Case) -> None:
    answer = case.hub.request("GET", SUBSCRIBE)
    assert (answer.status, answer.json) == (401, case.shown)


@check("vpbx", Role.SERVER, "02-subscriptions.json")
def _(case: Case) -> None:
    auth = case.hub.account(case.name())
    subscribed(case, auth, "start.talk", "end.call")
    told = case.hub.request("GET", "/api/v1/event/subscribe", headers=auth).json
    assert_shape(told, case.shown)
    shown = [{name: value for name, value in one.items() if name != "id"} for one in case.shown["active_events"]]
    listed = [{name: value for name, value in one.items() if name != "id"} for one in told["active_events"]]
    assert sorted(listed, key=str) == sorted(shown, key=str)


@check("vpbx", Role.SERVER, "03-subscribe-request.json", "04-subscribed.json")
def _(case: Case) -> None:
    auth = case.hub.account(case.name())
    body = printed("vpbx", "03-subscribe-request.json")
    answer = case.hub.request("POST", SUBSCRIBE, body, auth)
    wanted = example("vpbx", "04-subscribed.json")
    wanted["insert_data"]["webhook_url"] = meant(body)["webhook_url"]  # the document prints two addresses
    assert (answer.status, answer.json) == (200, wanted)


@check("vpbx", Role.SERVER, "05-already-subscribed.json")
def _(case: Case) -> None:
    auth = case.hub.account(case.name())
    body = printed("vpbx", "03-subscribe-request.json")
    answers = [case.hub.request("POST", SUBSCRIBE, body, auth) for _ in range(2)]
    assert (answers[-1].status, answers[-1].json) == (409, case.shown)


@check("vpbx", Role.SERVER, "06-unsubscribed.json", "07-not-subscribed.txt")
def _(case: Case) -> None:
    auth = case.hub.account(case.name())
    subscribed(case, auth, "start.talk")
    query = {"event_name": "start.talk"}
    first, second = (case.hub.request("DELETE", SUBSCRIBE, None, auth, query) for _ in range(2))
    assert (first.status, first.json) == (200, example("vpbx", "06-unsubscribed.json"))
    assert (f"{second.status} No Content", second.text) == (printed("vpbx", "07-not-subscribed.txt").strip(), "")


@check("vpbx", Role.SERVER, "08-recording-headers.txt")
def _(case: Case) -> None:
    recordings, store = MemoryRecordings(), MemoryStore()
    audio = StoredAudio("audio/mpeg", 4, "ab" * 32)
    recordings.add(a_recording(CALL, state=RecordingState.AVAILABLE, audio=audio))
    store.objects[next(iter(recordings.rows.values())).key] = b"mp3!"
    serve = ServeRecording(recordings, store, lambda: NOON)
    headers = serve("acme", CALL, Media.RECORDING, ConditionalHeaders()).headers
    lines = [line.replace("<call_id>", CALL).split(" →") for line in case.text.splitlines()]
    assert {name: headers[name] for name, _ in lines} == dict(lines)


@check("vpbx", Role.SERVER, "09-no-recording.json")
def _(case: Case) -> None:
    auth = case.hub.account(case.name())
    answer = case.hub.request("GET", f"/api/v1/record/{CALL}", headers=auth)
    assert answer.status == 404
    assert answer.json.items() >= case.shown.items()


@check("vpbx", Role.SERVER, "10-originate-request.json", "11-originated.json")
def _(case: Case) -> None:
    account = case.name()
    auth = case.hub.account(account)
    order = example("vpbx", "10-originate-request.json")
    case.hub.operator("POST", "/admin/extensions", {"account": account, "number": order["local_num"]})
    choose(case.hub, LASTING, account)
    answer = case.hub.request(
        "POST", "/api/v1/application/originate", printed("vpbx", "10-originate-request.json"), auth
    )
    assert (answer.status, answer.json) == (200, example("vpbx", "11-originated.json"))
    (command,) = case.hub.operator("GET", "/admin/commands", account=account).json["commands"]
    assert (command["extension"], command["caller_id"]) == (order["local_num"], order["callerid_num"])


@check("vpbx", Role.SERVER, "12-local-numbers.json")
def _(case: Case) -> None:
    account = case.name()
    auth = case.hub.account(account)
    for one in case.shown["local_numbers"]:
        case.hub.operator("POST", "/admin/extensions", {"account": account, "number": str(one["number"])})
    assert case.hub.request("GET", "/api/v1/phones/local", headers=auth).json == case.shown


@check("vpbx", Role.CLIENT, *EVENTS)
def _(case: Case) -> None:
    """The webhook of a source takes the event."""
    source = case.source()
    answer = case.hub.request("POST", f"/webhooks/vpbx/{source.id}", case.text)
    event = parsed("vpbx", case.shown)
    assert (answer.status, event.name, event.external_id) == (
        200, case.shown["event_name"], case.shown["params"].get("call_id", ""),
    )  # fmt: skip


@check("vpbx", Role.SERVER, *EVENTS)
def _(case: Case) -> None:
    """A subscriber of the hub gets the event as printed; the address of a file is the hub's."""
    (told,) = rendered_as("vpbx", played([parsed("vpbx", case.shown)])[-1], BASE_URL)
    shown = case.shown
    for name in {"record", "vm_record_url"} & shown["params"].keys():
        shown["params"][name] = shown["params"][name].replace("http://vpbx.is74.ru", BASE_URL)
    added = {"vm_record_url"} if shown["event_name"] == "vm.record.start" else set()  # required, yet not printed
    params = {name: value for name, value in told.body["params"].items() if name not in added}
    assert {**told.body, "params": params} == shown


@check("vpbx", Role.CLIENT, "01-unauthorized.json")
def _(case: Case) -> None:
    refused = raising(ProviderRefused, VpbxClient(AnsweringPbx(case.text, 401), "t").subscriptions)
    assert refused.refusal is Refusal.FORBIDDEN


@check("vpbx", Role.CLIENT, "02-subscriptions.json")
def _(case: Case) -> None:
    assert VpbxClient(AnsweringPbx(case.text), "t").subscriptions() == {"start.talk": "79", "end.call": "77"}


@check("vpbx", Role.CLIENT, "03-subscribe-request.json", "04-subscribed.json")
def _(case: Case) -> None:
    pbx, wanted = AnsweringPbx(printed("vpbx", "04-subscribed.json")), example("vpbx", "03-subscribe-request.json")
    made = VpbxClient(pbx, "t").subscribe(wanted["event_name"], wanted["webhook_url"], wanted["auth_string"])
    assert (made, pbx.asked[0].json) == ("1", wanted)


@check("vpbx", Role.CLIENT, "05-already-subscribed.json")
def _(case: Case) -> None:
    pbx = AnsweringPbx(case.text, 409)
    raising(Conflict, lambda: VpbxClient(pbx, "t").subscribe("start.call", "https://hub.example/w", "a:b"))


@check("vpbx", Role.CLIENT, "06-unsubscribed.json", "07-not-subscribed.txt")
def _(case: Case) -> None:
    for pbx in (AnsweringPbx(printed("vpbx", "06-unsubscribed.json")), AnsweringPbx("null", 204)):
        VpbxClient(pbx, "t").unsubscribe("start.talk")
        assert pbx.asked[0].query == {"event_name": "start.talk"}


def fetched(status: int, body: bytes, **headers: str) -> bytes:
    """What the hub fetches from a PBX that gives this answer to a recording's address."""
    session = vetted_session(Guard(Resolver(), allow_private=True))
    with receiving(answering(status, body, **headers)) as pbx:
        download = Download(session, WithoutCredentials(), 10.0, lambda: NOON)
        with download.open(a_recording(CALL, reference=f"{pbx.url}/api/v1/record/{CALL}")) as found:
            return b"".join(found.chunks)


class WithoutCredentials:
    """Port SourceCredentials: none."""

    def headers_for(self, account: str, source: str, url: str) -> dict[str, str]:  # noqa: ARG002 - the port's
        return {}


@check("vpbx", Role.CLIENT, "08-recording-headers.txt")
def _(case: Case) -> None:
    """The printed headers of an answer do not matter: the bytes tell the kind of the file."""
    lines = dict(line.replace("<call_id>", CALL).split(" →") for line in case.text.splitlines())
    assert fetched(200, b"mp3!", **{name.replace("-", "_"): value for name, value in lines.items()}) == b"mp3!"


@check("vpbx", Role.CLIENT, "09-no-recording.json")
def _(case: Case) -> None:
    """A recording that is still being converted is a 404 at first: the hub asks again (ruling vpbx 10)."""
    assert raising(NotYetAvailable, lambda: fetched(404, case.text.encode())).reason == "status_404"


@check("vpbx", Role.CLIENT, "10-originate-request.json", "11-originated.json")
def _(case: Case) -> None:
    pbx, wanted = AnsweringPbx(printed("vpbx", "11-originated.json")), example("vpbx", "10-originate-request.json")
    VpbxClient(pbx, "t").originate(wanted["local_num"], wanted["phone2call"], wanted["callerid_num"])
    assert pbx.asked[0].json == wanted


@check("vpbx", Role.CLIENT, "12-local-numbers.json")
def _(case: Case) -> None:
    assert VpbxClient(AnsweringPbx(case.text), "t").extensions() == ["100", "101"]
