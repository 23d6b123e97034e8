"""Campaigns as a client prepares, starts and follows them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from switchboard.aws.audio_files_table import AudioFilesTable
from switchboard.aws.dialling_table import DiallingTable
from switchboard.campaigns.dialling.state import Change, DiallingState
from switchboard.kernel.campaign import CallRecord, CallStep, Counters, Execution, Phase, SubscriberRecord
from switchboard.kernel.campaign_audio import AudioFile
from tests.support.builders import NOON
from tests.support.calling import choose
from tests.support.cato import cato_token, with_bytes
from tests.support.gateway import Answer
from tests.support.hub import Hub

GROUPS, SETTINGS = "/api/v1/subscriber-groups", "/api/v1/notification-settings"
TASKS, EXECUTIONS = "/api/v1/tasks", "/api/v1/task-execs"
LIMITS = {"channels": 4, "cps": 10}
ANNA: dict[str, Any] = {"fullName": "Анна Ли", "phones": "776429", "emails": ""}
BORIS: dict[str, Any] = {
    "fullName": "Boris Ore",
    "phones": ["776413", "8 (916) 000-11-22"],
    "emails": ["b@ore.example"],
}
PROFILE: dict[str, Any] = {
    "name": "evening",
    "attemptCount": 2,
    "attemptDelayS": 60,
    "successCondition": "PICKUP_PHONE",
    "successPlaybackDurationS": 5,
    "maxCallDurationS": 90,
    "maxAnswerDelayS": 30,
    "userId": "user",
}
ANSWERED = CallRecord(
    "c1", "776429", 1, NOON, NOON, NOON, NOON + timedelta(seconds=9), success=True, disposition="answered",
    steps=(CallStep(NOON, "CallStarted", "STARTED"), CallStep(NOON, "CS defined", "CS_DEFINED")),
)  # fmt: skip
Auth = Mapping[str, str]


def add_group(hub: Hub, auth: Auth, people: Any = (ANNA, BORIS), name: str = "river", **query: str) -> Answer:
    """Add a group; `people` may be the text of a list."""
    text = people if isinstance(people, str) else json.dumps(people)
    return hub.request("PUT", f"{GROUPS}/add/{name}", text, auth, query)


def add_table(hub: Hub, auth: Auth, data: bytes, kind: str = "text/csv", **query: str) -> Answer:
    """Add a group by a table in bytes."""
    headers = {**auth, "Content-Type": kind}
    return hub.answer("cato/subscriber_groups", with_bytes("PUT", f"{GROUPS}/add/river", data, headers, query))


def add_settings(hub: Hub, auth: Auth, **fields: Any) -> Answer:
    """Add settings."""
    return hub.request("POST", SETTINGS, {**PROFILE, **fields}, auth)


def audio_file(hub: Hub, account: str = "acme", id_: str = "a88a6210-0000-4ee6-886a-7e43f0beeb4f") -> str:
    """An audio file of eight seconds, without its bytes; its id."""
    file = AudioFile(account, id_, "flood", "user", NOON, "ab" * 32, "audio/mpeg", 8.0, {"wav": 128_044})
    AudioFilesTable(hub.stack.dynamodb, hub.stack.table("CampaignsTable")).add(file)
    return id_


def prepared(hub: Hub, auth: Auth, people: Any = (ANNA, BORIS), account: str = "acme", **settings: Any) -> str:
    """A task that can be started on an account with a telephony and channels; its id."""
    choose(hub, {}, account)
    hub.operator("PUT", f"/admin/accounts/{account}/campaigns", LIMITS)
    wish = {
        "name": "flood",
        "settings": add_settings(hub, auth, **settings).json["id"],
        "files": audio_file(hub, account),
        "groups": add_group(hub, auth, people).json["id"],
        "userId": "user",
    }
    return str(hub.request("POST", TASKS, wish, auth).json["id"])


def start(hub: Hub, auth: Auth, task: str) -> Answer:
    """Start a task."""
    return hub.request("PUT", f"{TASKS}/{task}/start", None, auth)


def a_campaign(hub: Hub, account: str) -> dict[str, str]:
    """A campaign that runs on an account that is there, and what else fixtures name."""
    auth = cato_token(hub, account)
    task = prepared(hub, auth, account=account)
    used = hub.request("GET", f"{TASKS}/{task}", headers=auth).json
    wish = {"name": "river", "size": 70, "contentType": "text/csv"}
    return {
        "cato_token": auth["Authorization"].removeprefix("Bearer plain:"),
        "task": task,
        "settings": used["settings"],
        "group": used["groups"][0],
        "audio_file": used["files"][0],
        "spare_group": add_group(hub, auth, [ANNA], "spare").json["id"],
        "list_upload": hub.request("POST", f"{GROUPS}/uploads", wish, auth).json["id"],
        "execution": start(hub, auth, task).json["taskExecId"],
    }


def dialling(hub: Hub) -> DiallingTable:
    """What is kept of dialling."""
    return DiallingTable(hub.stack.dynamodb, hub.stack.table("DiallingTable"), hub.stack.table("RestrictionsTable"))


def went_on(hub: Hub, execution: Execution, records: Mapping[int, SubscriberRecord]) -> None:
    """Write how far an execution is, as its conductor would: over where it has ended."""
    table = dialling(hub)
    state = table.load(execution.account)
    others = {id_: one for id_, one in state.executions.items() if id_ != execution.id}
    over = execution.finished_at is not None
    dialler = replace(state.dialler, version=state.dialler.version + 1)
    after = DiallingState(dialler, others if over else {**others, execution.id: execution}, state.lines)
    keyed = {(execution.id, index): record for index, record in records.items()}
    assert table.commit(state.dialler.version, Change(after, records=keyed, over=[execution] if over else []))


def finished(hub: Hub, execution: Execution) -> None:
    """Let an execution be over: Anna was notified, Boris was not."""
    counters = Counters(total=2, notified=1, failed=1, calls=2, succeeded=1, failed_calls=1)
    busy = replace(ANSWERED, id="c2", number="776413", success=False, disposition="busy", answered_at=None)
    records = {
        0: SubscriberRecord(0, notified=True, final=True, calls=(ANSWERED,)),
        1: SubscriberRecord(1, final=True, reason="busy", calls=(busy,)),
    }
    over = replace(execution, phase=Phase.FINISHED, finished_at=NOON, wave=2, counters=counters)
    went_on(hub, over, records)
