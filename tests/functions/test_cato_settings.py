"""Settings and tasks of SP5000 CATO (sections 3.3 and 3.4, rulings cato 2 to 6)."""

from typing import Any

import pytest

from tests.support.campaigning import (
    PROFILE,
    SETTINGS,
    TASKS,
    add_group,
    add_settings,
    audio_file,
    prepared,
    start,
)
from tests.support.cato import assert_refused_by_cato, cato_account, with_bytes
from tests.support.hub import Hub


def test_settings_are_made_as_documented(hub: Hub) -> None:
    """At the path with the slash at its end; the answer is what was sent, and an id."""
    auth = cato_account(hub)
    answer = hub.request("POST", f"{SETTINGS}/", PROFILE, auth)
    told = answer.json
    id_ = told.pop("id")
    assert (answer.status, told) == (200, PROFILE)
    assert hub.request("GET", f"{SETTINGS}/{id_}", headers=auth).json == {"id": id_, **PROFILE}
    assert hub.request("GET", f"{SETTINGS}/", headers=auth).json == [{"id": id_, **PROFILE}]


def test_settings_are_replaced_and_deleted(hub: Hub) -> None:
    """As a whole: what is left out is left out."""
    auth = cato_account(hub)
    path = f"{SETTINGS}/{add_settings(hub, auth, timeRestrictions={'fromHour': 8, 'tillHour': 18}).json['id']}"
    told = hub.request("PUT", path, {**PROFILE, "attemptCount": 5}, auth).json
    assert (told["attemptCount"], "timeRestrictions" in told) == (5, False)
    assert hub.request("GET", path, headers=auth).json == told
    assert hub.request("DELETE", path, headers=auth).status == 204
    for method in ("GET", "PUT", "DELETE"):
        assert_refused_by_cato(hub.request(method, path, PROFILE, auth), 404, "Not Found", path)


@pytest.mark.parametrize("body", ["", "[]", "7", "{", "nonsense", '{"a":' * 100])
def test_settings_that_are_no_object_are_400(hub: Hub, body: str) -> None:
    """Whatever else they are."""
    auth = cato_account(hub)
    assert_refused_by_cato(hub.request("POST", SETTINGS, body, auth), 400, "Bad Request", SETTINGS)


@pytest.mark.parametrize("path", [SETTINGS, TASKS])
def test_bodies_have_their_limit_and_their_kind(hub: Hub, path: str) -> None:
    """413 and 415."""
    auth = cato_account(hub)
    answer = hub.request("POST", path, {**PROFILE, "name": "x" * 70_000}, auth)
    assert_refused_by_cato(answer, 413, "Request Entity Too Large", path)
    folder = {SETTINGS: "cato/notification_settings", TASKS: "cato/tasks"}[path]
    answer = hub.answer(folder, with_bytes("POST", path, b"<a/>", {**auth, "Content-Type": "text/xml"}))
    assert_refused_by_cato(answer, 415, "Unsupported Media Type", path)
    assert hub.request("GET", path, headers=auth).json == []


def test_a_bad_field_is_400_by_its_name(hub: Hub) -> None:
    """The rest is in the tests of the dialect."""
    auth = cato_account(hub)
    answer = add_settings(hub, auth, attemptCount=0)
    assert_refused_by_cato(answer, 400, "Bad Request", SETTINGS, "attemptCount")


def a_wish(hub: Hub, auth: dict[str, str], account: str = "acme", **fields: Any) -> dict[str, Any]:
    wish = {
        "name": "task_2026-03-24",
        "settings": add_settings(hub, auth).json["id"],
        "files": audio_file(hub, account),
        "groups": [add_group(hub, auth).json["id"]],
        "userId": "user",
    }
    return {**wish, **fields}


def test_a_task_is_made_as_documented(hub: Hub) -> None:
    """A file as text and groups as a list; the answer has lists."""
    auth = cato_account(hub)
    wish = a_wish(hub, auth)
    told = hub.request("POST", f"{TASKS}/", wish, auth).json
    id_ = told.pop("id")
    assert told == {**wish, "files": [wish["files"]]}
    assert hub.request("GET", f"{TASKS}/{id_}", headers=auth).json == {"id": id_, **told}
    assert hub.request("GET", TASKS, headers=auth).json == [{"id": id_, **told}]


def test_a_task_may_have_a_priority(hub: Hub) -> None:
    """Shown where it was given."""
    auth = cato_account(hub)
    wish = a_wish(hub, auth, priority=9)
    assert hub.request("POST", TASKS, wish, auth).json["priority"] == 9


def test_a_task_is_replaced_and_deleted(hub: Hub) -> None:
    """Under its id."""
    auth = cato_account(hub)
    wish = a_wish(hub, auth)
    path = f"{TASKS}/{hub.request('POST', TASKS, wish, auth).json['id']}"
    assert hub.request("PUT", path, {**wish, "name": "other"}, auth).json["name"] == "other"
    assert hub.request("GET", path, headers=auth).json["name"] == "other"
    assert hub.request("DELETE", path, headers=auth).status == 204
    for method in ("GET", "PUT", "DELETE"):
        assert_refused_by_cato(hub.request(method, path, wish, auth), 404, "Not Found", path)


BAD: list[tuple[dict[str, Any], int, str]] = [
    ({"name": ""}, 400, "name"),
    ({"name": ["x"]}, 400, "name"),
    ({"settings": 7}, 400, "settings"),
    ({"settings": ""}, 400, "settings"),
    ({"files": ""}, 400, "files"),
    ({"files": []}, 400, "files"),
    ({"files": {"a": 1}}, 400, "files"),
    ({"files": ["x"] * 51}, 400, "files"),
    ({"groups": ""}, 400, "groups"),
    ({"groups": [7]}, 400, "groups.0"),
    ({"priority": 10}, 400, "priority"),
    ({"userId": {}}, 400, "userId"),
    ({"settings": "n9"}, 404, "settings"),
    ({"files": "a9"}, 404, "files"),
    ({"groups": "g9"}, 404, "groups"),
]


@pytest.mark.parametrize(("fields", "status", "field"), BAD, ids=lambda value: str(value)[:40])
def test_a_bad_task_is_refused_by_the_name_of_its_field(
    hub: Hub, fields: dict[str, Any], status: int, field: str
) -> None:
    """400 for what cannot be, 404 for what is not there."""
    auth = cato_account(hub)
    answer = hub.request("POST", TASKS, a_wish(hub, auth, **fields), auth)
    assert_refused_by_cato(answer, status, {400: "Bad Request", 404: "Not Found"}[status], TASKS, field)
    assert hub.request("GET", TASKS, headers=auth).json == []


@pytest.mark.parametrize("field", ["settings", "files", "groups"])
def test_what_belongs_to_another_account_is_not_there(hub: Hub, field: str) -> None:
    """A task stands on its own account's things alone."""
    mine, other = cato_account(hub), cato_account(hub, "other")
    foreign = {**a_wish(hub, other, "other"), "files": audio_file(hub, "other", "foreign")}
    wish = {**a_wish(hub, mine), field: foreign[field]}
    assert_refused_by_cato(hub.request("POST", TASKS, wish, mine), 404, "Not Found", TASKS, field)


@pytest.mark.parametrize("kind", [SETTINGS, TASKS])
def test_another_accounts_are_neither_shown_nor_changed(hub: Hub, kind: str) -> None:
    """404, whatever is asked."""
    mine, other = cato_account(hub), cato_account(hub, "other")
    wish = a_wish(hub, other, "other") if kind == TASKS else PROFILE
    path = f"{kind}/{hub.request('POST', kind, wish, other).json['id']}"
    body = a_wish(hub, mine) if kind == TASKS else PROFILE
    for method in ("GET", "PUT", "DELETE"):
        assert_refused_by_cato(hub.request(method, path, body, mine), 404, "Not Found", path)
    assert hub.request("GET", path, headers=other).status == 200


@pytest.mark.parametrize("id_", ["x", "x" * 3000, "%00", "ё", "..", "{task}"])
def test_no_id_makes_a_failure(hub: Hub, id_: str) -> None:
    """Whatever somebody asks for is a 404."""
    auth = cato_account(hub)
    for kind in (SETTINGS, TASKS):
        assert hub.request("GET", f"{kind}/{id_}", headers=auth).status == 404


def test_what_a_running_task_uses_is_a_conflict(hub: Hub) -> None:
    """To delete or to change: the task, its settings, its group, its audio."""
    auth = cato_account(hub)
    task = prepared(hub, auth)
    assert start(hub, auth, task).json["result"] == "SUCCESS"
    used = hub.request("GET", f"{TASKS}/{task}", headers=auth).json
    paths = {
        f"{TASKS}/{task}": {**used, "name": "other"},
        f"{SETTINGS}/{used['settings']}": PROFILE,
        f"/api/v1/subscriber-groups/{used['groups'][0]}": [{"phones": "776429"}],
    }
    for path, body in paths.items():
        assert_refused_by_cato(hub.request("DELETE", path, headers=auth), 409, "Conflict", path)
        assert_refused_by_cato(hub.request("PUT", path, body, auth), 409, "Conflict", path)
    audio = f"/api/v1/audio-files/{used['files'][0]}"
    assert_refused_by_cato(hub.request("DELETE", audio, headers=auth), 409, "Conflict", audio)
    assert hub.request("GET", f"{TASKS}/{task}", headers=auth).json == used
