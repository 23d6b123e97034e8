"""Names in paths are decoded once; extreme times are refused."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.campaigning import GROUPS, add_group
from tests.support.cato import AUDIO, cato_account
from tests.support.gateway import proxy_event
from tests.support.hub import OPERATOR, Hub

TIMES = [
    "9999-12-31T23:59:59",
    "9999-12-31T23:59:59+00:00",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00",
    "3000-01-01T00:00:00Z",
    "1969-12-31T23:59:59Z",
]
NAMES = [
    ("a%252Fb", "a%2Fb"),
    ("a%2Fb", "a/b"),
    ("100%25", "100%"),
    ("%D0%9F%D0%B0%D0%B2%D0%BE%D0%B4%D0%BE%D0%BA", "Паводок"),
    ("a+b", "a+b"),
    ("%F0%9F%94%A5", "🔥"),
]
BROKEN = ["%D0", "a%FFb", "%C0%80", "%ED%A0%80", "%F8%88%80%80%80"]


@pytest.fixture
def auth(hub: Hub) -> Mapping[str, str]:
    return cato_account(hub)


def as_sent(method: str, path: str, name: str, headers: Mapping[str, str], body: Any = None) -> dict[str, Any]:
    """The event of a request whose last parameter API Gateway hands over as sent."""
    event = proxy_event(method, path, body, headers)
    parameters = event["pathParameters"]
    last = list(parameters)[-1]
    return {**event, "path": path.replace("NAME", name), "pathParameters": {**parameters, last: name}}


@pytest.mark.parametrize("at", TIMES)
def test_a_time_beyond_all_calendars_is_refused(hub: Hub, at: str) -> None:
    """Wherever a time is read: in queries, filters of replays, tokens and do-not-call lists."""
    hub.account("acme")
    answers = [hub.operator("GET", "/admin/calls", account="acme", **{name: at}) for name in ("since", "until")]
    answers += [
        hub.operator("POST", "/admin/deliveries/replay", {"account": "acme", "dry_run": True, name: at})
        for name in ("since", "until")
    ]
    answers.append(hub.operator("PUT", "/admin/accounts/acme/do-not-call/+79161234567", {"until": at}))
    wish = {"account": "acme", "kind": "cato", "expires_at": at}
    answers.append(hub.operator("POST", "/admin/tokens", wish))
    assert [answer.status for answer in answers] == [400] * 6
    assert "between the years" in answers[0].json["error"]["message"]


@pytest.mark.parametrize(("sent", "name"), NAMES)
def test_a_name_in_a_path_is_decoded_once(hub: Hub, auth: Mapping[str, str], sent: str, name: str) -> None:
    """A percent sign that was sent encoded stays."""
    body = '[{"fullName": "Anna", "phones": "776429"}]'
    answer = hub.answer("cato/subscriber_groups", as_sent("PUT", f"{GROUPS}/add/NAME", sent, auth, body))
    assert (answer.status, answer.json["name"]) == (200, name)


@pytest.mark.parametrize("sent", BROKEN)
def test_a_name_that_is_no_text_is_refused(hub: Hub, auth: Mapping[str, str], sent: str) -> None:
    """In every function that reads a parameter of the path."""
    for folder, path in (
        ("cato/subscriber_groups", f"{GROUPS}/add/NAME"),
        ("cato/audio_files", f"{AUDIO}/add/NAME"),
        ("cato/tasks", "/api/v1/tasks/NAME"),
    ):
        method = "GET" if "tasks" in path else "PUT"
        answer = hub.answer(folder, as_sent(method, path, sent, auth, None if method == "GET" else "[]"))
        assert (answer.status, answer.json["error"]) == (400, "Bad Request"), path
    path = "/admin/accounts/acme/do-not-call/NAME"
    assert hub.answer("admin/do_not_call", as_sent("GET", path, sent, OPERATOR)).status == 400


def test_a_renamed_group_keeps_its_letters(hub: Hub, auth: Mapping[str, str]) -> None:
    """A name in the query is decoded by API Gateway, and by nobody else."""
    id_ = add_group(hub, auth).json["id"]
    answer = hub.request("PUT", f"{GROUPS}/{id_}", None, auth, {"name": "50%25"})
    assert answer.json["name"] == "50%25"
