"""SP5000 CATO's printed examples (sp5000-cato)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from switchboard.dialects.campaign_system import CampaignObject, TaskParts
from switchboard.dialects.cato.client import CatoClient
from switchboard.dialects.cato.report import call_view
from switchboard.kernel.campaign import CallRecord, CallStep, Subscriber
from tests.printed.table import Case, Role, assert_shape, check, example, meant, printed
from tests.printed.vpbx import AnsweringPbx
from tests.support.campaigning import (
    GROUPS,
    SETTINGS,
    TASKS,
    add_group,
    add_settings,
    audio_file,
    prepared,
    start,
)
from tests.support.campaigns import a_profile, an_execution
from tests.support.cato import add, cato_account
from tests.support.sounds import tone, wav

MOMENTS = ("callStart", "callRingStart", "callTalkingStart", "callEnd")
UNCHECKED: dict[str, str] = {}
SPELT = {"attemptDelays", "successPlaybackDurations", "maxCallDurations", "maxAnswerDelays"}


@check("cato", Role.SERVER, "01-error.json")
def _(case: Case) -> None:
    auth = cato_account(case.hub, case.name())
    answer = case.hub.request("PUT", case.shown["path"], None, auth)
    assert answer.status == answer.json["status"] == 404  # the ruling; the document prints 500
    assert_shape(answer.json, case.shown)
    assert answer.json["path"] == case.shown["path"]


@check("cato", Role.SERVER, "02-audio-file.json")
def _(case: Case) -> None:
    auth = cato_account(case.hub, case.name())
    answer = add(case.hub, auth, wav(tone(1)), case.shown["name"])
    assert (answer.status, answer.json["name"]) == (200, case.shown["name"])
    assert_shape(answer.json, case.shown)


@check("cato", Role.SERVER, "03-group-request.json", "04-group.json")
def _(case: Case) -> None:
    auth = cato_account(case.hub, case.name())
    wanted = example("cato", "04-group.json")
    answer = add_group(case.hub, auth, printed("cato", "03-group-request.json"), wanted["name"])
    assert (answer.status, answer.json["name"], answer.json["subscriberCount"]) == (200, wanted["name"], 2)
    assert_shape(answer.json, wanted)
    listed = case.hub.request("GET", f"{GROUPS}/{answer.json['id']}/content", headers=auth).json
    assert [one["phones"] for one in listed] == [["776429"], ["776413", "776450"]]


@check("cato", Role.SERVER, "05-settings-request.json", "06-settings.json")
def _(case: Case) -> None:
    auth = cato_account(case.hub, case.name())
    answer = case.hub.request("POST", f"{SETTINGS}/", printed("cato", "05-settings-request.json"), auth)
    wanted = example("cato", "06-settings.json")
    assert (answer.status, answer.json) == (200, {**wanted, "id": answer.json["id"]})


@check("cato", Role.SERVER, "07-task-request.json", "08-task.json")
def _(case: Case) -> None:
    """The printed ids become the ids of the account's own objects."""
    account = case.name()
    auth = cato_account(case.hub, account)
    shown = example("cato", "07-task-request.json")
    file = audio_file(case.hub, account, shown["files"])
    ids = {shown["settings"]: add_settings(case.hub, auth).json["id"], shown["files"]: file}
    ids |= {group: add_group(case.hub, auth, name=group).json["id"] for group in shown["groups"]}
    texts = [printed("cato", file) for file in ("07-task-request.json", "08-task.json")]
    for old, new in ids.items():
        texts = [text.replace(old, new) for text in texts]
    answer = case.hub.request("POST", f"{TASKS}/", texts[0], auth)
    assert answer.status == 200
    assert answer.json.items() >= {**meant(texts[1]), "id": answer.json["id"]}.items()


@check("cato", Role.SERVER, "09-started.json", "10-report.json")
def _(case: Case) -> None:
    """A new execution has the printed fields; a call with the printed times is told as printed."""
    account = case.name()
    auth = cato_account(case.hub, account)
    started = start(case.hub, auth, prepared(case.hub, auth, account=account))
    wanted = example("cato", "09-started.json")
    assert_shape(started.json, wanted)
    assert started.json["result"] == wanted["result"]
    report = case.hub.request("GET", f"/api/v1/task-execs/{started.json['taskExecId']}", headers=auth).json
    assert_shape(report["report"], example("cato", "10-report.json")["report"])
    _check_call(printed("cato", "10-report.json"))


def _check_call(text: str) -> None:
    """A call is told byte for byte as printed. The print has a gap between `Trying` and the end of the audio."""
    begins, _, ends = text.partition('"calls": [')[2].partition("...")
    shown = json.loads(f"[{begins.rstrip()},{ends.partition(']')[0]}]}}]")[0]
    steps = [CallStep(_moment(one["time"]), one["name"], one["status"], _text(one["data"])) for one in shown["events"]]
    number = shown["events"][0]["data"]["phones"][0]
    call = CallRecord("c1", number, 1, *(_moment(shown[name]) for name in MOMENTS), success=True, steps=tuple(steps))
    made = call_view(an_execution(), call, details=False)
    made["events"][0]["data"]["id"] = shown["events"][0]["data"]["id"]  # the hub's own id of the callee
    assert json.dumps(made, indent=2) == json.dumps(shown, indent=2)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _text(data: Any) -> str | None:
    return data if isinstance(data, str) else None


def _client(text: str, status: int = 200) -> tuple[CatoClient, AnsweringPbx]:
    cato = AnsweringPbx(text, status)
    return CatoClient(cato, "default", "user"), cato


@check("cato", Role.CLIENT, "01-error.json")
def _(case: Case) -> None:
    assert not _client(case.text, 500)[0].has(CampaignObject.TASK, "cfd3ace3")


@check("cato", Role.CLIENT, "02-audio-file.json")
def _(case: Case) -> None:
    client, cato = _client(case.text)
    assert client.add_audio(case.shown["name"], b"RIFF") == case.shown["id"]
    assert cato.asked[0].paths == (f"/api/v1/audio-files/add/{case.shown['name']}",)


@check("cato", Role.CLIENT, "03-group-request.json", "04-group.json")
def _(case: Case) -> None:
    made = example("cato", "04-group.json")
    client, cato = _client(printed("cato", "04-group.json"))
    people = [Subscriber("Ivan Potapov", ("776429",)), Subscriber("Olga Popova", ("776413", "776450"))]
    assert client.add_group(made["name"], people) == made["id"]
    assert [one["phones"] for one in _items(cato)] == [["776429"], ["776413", "776450"]]


@check("cato", Role.CLIENT, "05-settings-request.json", "06-settings.json")
def _(case: Case) -> None:
    client, cato = _client(printed("cato", "06-settings.json"))
    assert client.add_settings("profile_1", a_profile()) == example("cato", "06-settings.json")["id"]
    names = {name[:-1] + "S" if name in SPELT else name for name in example("cato", "05-settings-request.json")}
    assert set(cato.asked[0].json or ()) == names - {"timeRestrictions"}  # without a window there is none


@check("cato", Role.CLIENT, "07-task-request.json", "08-task.json")
def _(case: Case) -> None:
    client, cato = _client(printed("cato", "08-task.json"))
    task = example("cato", "08-task.json")
    parts = TaskParts(task["settings"], task["files"], task["groups"])
    assert client.add_task(task["name"], parts) == task["id"]
    wanted = {name: value for name, value in task.items() if name != "id"}
    assert cato.asked[0].json == {**wanted, "userId": "user"}  # the print closes the object before this field


@check("cato", Role.CLIENT, "09-started.json")
def _(case: Case) -> None:
    assert _client(case.text)[0].start("862ceccb") == case.shown["taskExecId"]


@check("cato", Role.CLIENT, "10-report.json")
def _(case: Case) -> None:
    """The print has gaps (`...`): the report is read, and of the first subscriber what is printed of it."""
    (page,) = _client(case.text)[0].report("02cd00d1")
    counters = page.counters
    assert (counters.total, counters.notified, counters.failed, counters.calls, page.wave) == (2, 1, 1, 3, 2)
    assert (page.is_active, page.subscribers[0].full_name, page.subscribers[0].notified) == (
        False,
        "Ivan Potapov",
        True,
    )


def _items(cato: AnsweringPbx) -> list[Any]:
    return list(cato.asked[0].json or ())
