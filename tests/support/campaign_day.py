"""Everything that is done with campaigns' resources and reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from switchboard.campaigns.dialling.desk import ExecutionDesk
from tests.support.campaigning import (
    ANNA,
    BORIS,
    EXECUTIONS,
    GROUPS,
    PROFILE,
    SETTINGS,
    TASKS,
    add_group,
    add_settings,
    dialling,
    finished,
    prepared,
    start,
)
from tests.support.cato import cato_token
from tests.support.hub import Hub


def campaign_day(hub: Hub) -> None:
    """Make, change and remove each kind; start a task, also twice at once; steer, report, forget."""
    auth = cato_token(hub)
    hub.operator("GET", "/admin/accounts/acme/campaigns")
    lists(hub, auth)
    path = f"{SETTINGS}/{add_settings(hub, auth).json['id']}"
    hub.request("PUT", path, PROFILE, auth)
    task = prepared(hub, auth)
    hub.request("POST", f"{TASKS}/{task}/dry-run", None, auth)
    execution = start(hub, auth, task).json["taskExecId"]
    with nothing_seems_to_run():
        start(hub, auth, task)
    # What is asked while one runs looks at it.
    hub.request("POST", f"{TASKS}/{task}/dry-run", None, auth)
    hub.request("DELETE", f"{TASKS}/{task}", None, auth)
    hub.request("DELETE", f"{GROUPS}/{add_group(hub, auth, [ANNA], 'hill').json['id']}", None, auth)
    hub.operator("PUT", "/admin/accounts/acme/campaigns", {"channels": 3})
    for kind, id_ in ((SETTINGS, path.rpartition("/")[2]), (TASKS, task), (EXECUTIONS, execution)):
        hub.request("GET", kind, None, auth)
        hub.request("GET", f"{kind}/{id_}", None, auth)
    hub.request("DELETE", path, None, auth)
    for word in ("pause", "resume"):
        hub.request("PUT", f"{EXECUTIONS}/{execution}", {"action": word}, auth)
    for word in ("pause", "resume", "stop"):
        hub.request("PUT", f"{EXECUTIONS}/{execution}/{word}", None, auth)
    hub.request("PUT", f"{EXECUTIONS}/{execution}", {"action": "stop"}, auth)
    end(hub, execution)
    hub.request("GET", f"{EXECUTIONS}/{execution}", None, auth)
    for word in ("pause", "stop"):
        hub.request("PUT", f"{EXECUTIONS}/{execution}/{word}", None, auth)
        hub.request("PUT", f"{EXECUTIONS}/{execution}", {"action": word}, auth)
    hub.request("GET", f"{EXECUTIONS}/{execution}/report.csv", None, auth)
    hub.request("DELETE", f"{EXECUTIONS}/{execution}", None, auth)
    used = hub.request("GET", f"{TASKS}/{task}", None, auth).json
    hub.request("PUT", f"{TASKS}/{task}", used, auth)
    hub.request("DELETE", f"{TASKS}/{task}", None, auth)


def lists(hub: Hub, auth: dict[str, str]) -> None:
    """A group by a body, and one by an upload."""
    path = f"{GROUPS}/{add_group(hub, auth, [ANNA, BORIS], 'hill').json['id']}"
    hub.request("PUT", path, json.dumps([ANNA]), auth)
    for one in (GROUPS, path, f"{path}/content"):
        hub.request("GET", one, None, auth)
    hub.request("DELETE", path, None, auth)
    data = json.dumps([ANNA])
    upload = hub.request("POST", f"{GROUPS}/uploads", {"name": "sea", "size": len(data)}, auth).json["id"]
    for _ in range(2):
        hub.request("POST", f"{GROUPS}/uploads/{upload}", None, auth)
        bucket = hub.stack.refs["CampaignsBucket"]
        hub.stack.clients.s3.put_object(Bucket=bucket, Key=f"uploads/acme/{upload}", Body=data)


def end(hub: Hub, execution: str) -> None:
    """Let an execution be over."""
    finished(hub, dialling(hub).load("acme").executions[execution])


@contextmanager
def nothing_seems_to_run() -> Iterator[None]:
    """As if somebody else's start were not written yet when one looks for it."""
    active = ExecutionDesk.active
    ExecutionDesk.active = lambda _desk, _account: ()  # type: ignore[method-assign]
    try:
        yield
    finally:
        ExecutionDesk.active = active  # type: ignore[method-assign]
