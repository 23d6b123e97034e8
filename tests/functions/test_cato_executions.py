"""Starts, dry runs and reports of SP5000 CATO (sections 3.5 and 3.6), and what we have beyond."""

from typing import Any

import pytest

from switchboard.campaigns.dialling.bounds import MOST_CPS
from switchboard.kernel.campaign import Execution, Phase
from tests.support.calling import choose
from tests.support.campaigning import EXECUTIONS, TASKS, dialling, finished, prepared, start
from tests.support.cato import assert_refused_by_cato, cato_account
from tests.support.gateway import proxy_event
from tests.support.hub import Hub

LIMITS = "/admin/accounts/acme/campaigns"


def begun(hub: Hub, auth: dict[str, str], **settings: Any) -> str:
    """An execution of a task for Anna and Boris."""
    return str(start(hub, auth, prepared(hub, auth, **settings)).json["taskExecId"])


def execution_of(hub: Hub, id_: str, account: str = "acme") -> Execution:
    return dialling(hub).load(account).executions[id_]


def finish(hub: Hub, id_: str) -> None:
    """Let Anna be notified, Boris fail, and the execution be over."""
    finished(hub, execution_of(hub, id_))


def report(hub: Hub, auth: dict[str, str], id_: str, **query: str) -> dict[str, Any]:
    found: dict[str, Any] = hub.request("GET", f"{EXECUTIONS}/{id_}", headers=auth, query=query).json
    return found


def test_a_task_is_started_as_documented(hub: Hub) -> None:
    """An id, and that it was a success."""
    auth = cato_account(hub)
    answer = start(hub, auth, prepared(hub, auth))
    told = answer.json
    assert (answer.status, told.keys(), told["result"]) == (200, {"taskExecId", "result"}, "SUCCESS")
    execution = execution_of(hub, told["taskExecId"])
    assert (execution.audience.size, execution.timezone, execution.clips[0].seconds) == (2, "Europe/Moscow", 8.0)


def test_two_starts_at_the_same_instant_are_one_execution(hub: Hub) -> None:
    """Both are told the same id, and so is whoever comes later, as long as it runs."""
    auth = cato_account(hub)
    task = prepared(hub, auth)
    event = proxy_event("PUT", f"{TASKS}/{task}/start", None, auth)
    answers = {answer["body"] for answer in hub.race("cato/start_task", [event] * 4)}
    assert answers == {start(hub, auth, task).text}
    assert len(dialling(hub).load("acme").executions) == 1
    listed = hub.stack.clients.s3.list_objects_v2(Bucket=hub.stack.refs["CampaignsBucket"], Prefix="executions/")
    assert len(listed["Contents"]) == 1


def no_channels(hub: Hub) -> None:
    hub.operator("PUT", LIMITS, {"channels": 0})


def no_telephony(hub: Hub) -> None:
    hub.operator("DELETE", "/admin/accounts/acme/telephony")


def cannot_play(hub: Hub) -> None:
    wish = {"provider": "vpbx", "settings": {"base_url": "https://pbx.example", "token": "t"}}
    hub.operator("PUT", "/admin/accounts/acme/telephony", wish)


@pytest.mark.parametrize("lacks", [no_channels, no_telephony, cannot_play])
def test_without_channels_a_start_fails_as_documented(hub: Hub, lacks: Any) -> None:
    """No channels, no telephony, or one that plays nothing."""
    auth = cato_account(hub)
    task = prepared(hub, auth)
    lacks(hub)
    answer = start(hub, auth, task)
    assert (answer.status, answer.json) == (200, {"taskExecId": "", "result": "FAIL_NO_CHANNELS"})
    assert hub.request("GET", EXECUTIONS, headers=auth).json == []
    assert hub.request("POST", f"{TASKS}/{task}/dry-run", None, auth).json["result"] == "FAIL_NO_CHANNELS"


def test_a_task_that_lacks_something_is_a_conflict(hub: Hub) -> None:
    """For a start, and for a dry run."""
    auth = cato_account(hub)
    task = prepared(hub, auth)
    group = hub.request("GET", f"{TASKS}/{task}", headers=auth).json["groups"][0]
    hub.request("DELETE", f"/api/v1/subscriber-groups/{group}", headers=auth)
    assert_refused_by_cato(start(hub, auth, task), 409, "Conflict", f"{TASKS}/{task}/start", "groups")
    path = f"{TASKS}/{task}/dry-run"
    assert_refused_by_cato(hub.request("POST", path, None, auth), 409, "Conflict", path, "groups")


def test_a_dry_run_says_what_would_happen(hub: Hub) -> None:
    """How many would be called, who not and why, and how long it takes; nobody is called."""
    auth = cato_account(hub)
    people = [{"fullName": "A", "phones": "776429"}, {"fullName": "B", "phones": "", "emails": "b@x.example"}]
    task = prepared(hub, auth, people)
    told = hub.request("POST", f"{TASKS}/{task}/dry-run", None, auth).json
    assert (told["result"], told["subscriberCount"], told["wouldBeCalled"]) == ("SUCCESS", 2, 1)
    assert told["first"] == [{"fullName": "A", "number": "776429"}]
    examples = [{"fullName": "B", "phones": []}]
    assert told["skipped"] == [{"reason": "no_number", "count": 1, "examples": examples}]
    assert (told["channels"], told["callsPerSecond"], told["ifAllAnswer"]["calls"]) == (4, 10, 1)
    assert told["ifAllAnswer"]["seconds"] < told["ifNobodyAnswers"]["seconds"]
    assert hub.request("GET", EXECUTIONS, headers=auth).json == []


def test_a_report_says_how_far_an_execution_is(hub: Hub) -> None:
    """Before anybody was called, and when it is over; the numbers add up."""
    auth = cato_account(hub)
    id_ = begun(hub, auth)
    first = report(hub, auth, id_)
    assert (first["id"], first["report"]["activePhase"], first["report"]["subscriberNotYetNotified"]) == (id_, True, 2)
    assert [one["subscriber"]["fullName"] for one in first["subscribers"]] == ["Анна Ли", "Boris Ore"]
    finish(hub, id_)
    last = report(hub, auth, id_)
    assert (last["report"]["activePhase"], last["report"]["waveCurrent"]) == (False, 2)
    assert [one["notified"] for one in last["subscribers"]] == [True, False]
    (call,) = last["subscribers"][0]["phones"][0]["calls"]
    assert (call["callStart"], call["callEnd"], call["success"]) == (1773489600000, 1773489609000, True)
    assert [one["status"] for one in call["events"]] == ["STARTED", "CS_DEFINED"]
    assert call["events"][1]["data"] == call["csId"]
    assert last.keys() == {"id", "report", "subscribers"}


def test_a_report_tells_more_if_asked(hub: Hub) -> None:
    """Why somebody was not reached."""
    auth = cato_account(hub)
    id_ = begun(hub, auth)
    finish(hub, id_)
    told = report(hub, auth, id_, details="true")
    assert (told["state"], told["subscribers"][1]["reason"]) == ("finished", "busy")


def test_a_report_is_read_by_the_page(hub: Hub) -> None:
    """By limit and cursor."""
    auth = cato_account(hub)
    id_ = begun(hub, auth)
    first = report(hub, auth, id_, limit="1")
    second = report(hub, auth, id_, limit="1", cursor=first["cursor"])
    names = [one["subscriber"]["fullName"] for one in (*first["subscribers"], *second["subscribers"])]
    assert (names, "cursor" in second) == (["Анна Ли", "Boris Ore"], False)


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "1001"}, {"cursor": "x"}, {"details": "maybe"}])
def test_a_bad_page_is_400(hub: Hub, query: dict[str, str]) -> None:
    """By the name of the parameter."""
    auth = cato_account(hub)
    path = f"{EXECUTIONS}/{begun(hub, auth)}"
    answer = hub.request("GET", path, headers=auth, query=query)
    assert_refused_by_cato(answer, 400, "Bad Request", path, next(iter(query)))


def test_a_report_of_two_thousand_is_read_a_thousand_at_a_time(hub: Hub) -> None:
    """Without a limit the first thousand come."""
    auth = cato_account(hub)
    people = [{"fullName": f"P{number}", "phones": f"79{number:09d}"} for number in range(2000)]
    id_ = start(hub, auth, prepared(hub, auth, people)).json["taskExecId"]
    first = report(hub, auth, id_)
    assert (len(first["subscribers"]), first["cursor"]) == (1000, "1000")
    second = report(hub, auth, id_, cursor="1000")
    assert (len(second["subscribers"]), "cursor" in second) == (1000, False)
    assert second["subscribers"][-1]["subscriber"]["fullName"] == "P1999"


def test_a_report_is_a_table_as_well(hub: Hub) -> None:
    """With a mark for spreadsheets, and semicolons unless told."""
    auth = cato_account(hub)
    id_ = begun(hub, auth)
    finish(hub, id_)
    answer = hub.request("GET", f"{EXECUTIONS}/{id_}/report.csv", headers=auth)
    headings, anna, boris, end = answer.text.replace('"', "").split("\r\n")
    assert (answer.status, answer.headers["Content-Type"], end) == (200, "text/csv; charset=utf-8", "")
    assert headings.startswith("\ufefffullName;phones;notified")
    assert anna.startswith("Анна Ли;'776429;true;;'776429;1;2026-03-14T15:00:00.000+03:00;")
    assert boris.startswith("Boris Ore;'776413; 89160001122;false;busy;'776413;1;")
    commas = hub.request("GET", f"{EXECUTIONS}/{id_}/report.csv", headers=auth, query={"delimiter": "comma"})
    assert '"fullName","phones","notified"' in commas.text
    excel = hub.request("GET", f"{EXECUTIONS}/{id_}/report.xlsx", headers=auth)
    assert (excel.status, excel.content[:2]) == (200, b"PK")
    page = hub.request("GET", f"{EXECUTIONS}/{id_}/report.html", headers={**auth, "Accept-Language": "ru-RU,ru"})
    assert (page.status, page.headers["Content-Security-Policy"][:18]) == (200, "default-src 'none'")
    assert '<html lang="ru">' in page.text
    assert "Boris Ore" in page.text


def test_a_table_that_cannot_be_had_is_refused_in_the_documented_shape(hub: Hub) -> None:
    """No token, no such execution, no such delimiter."""
    auth = cato_account(hub)
    path = f"{EXECUTIONS}/{begun(hub, auth)}/report.csv"
    assert_refused_by_cato(hub.request("GET", path), 401, "Not Authorized", path)
    answer = hub.request("GET", path, headers=auth, query={"delimiter": "x"})
    assert_refused_by_cato(answer, 400, "Bad Request", path, "delimiter")
    missing = f"{EXECUTIONS}/x9/report.csv"
    assert_refused_by_cato(hub.request("GET", missing, headers=auth), 404, "Not Found", missing)


def test_executions_are_listed_newest_first(hub: Hub) -> None:
    """As they stand, without their subscribers."""
    auth = cato_account(hub)
    first = begun(hub, auth)
    finish(hub, first)
    task = report(hub, auth, first, details="true")["taskId"]
    second = start(hub, auth, task).json["taskExecId"]
    told = hub.request("GET", EXECUTIONS, headers=auth).json
    assert [(one["id"], one["state"]) for one in told] == [(second, "running"), (first, "finished")]
    assert "subscribers" not in told[0]


@pytest.mark.parametrize("by_body", [False, True])
def test_an_execution_is_paused_resumed_and_stopped(hub: Hub, by_body: bool) -> None:  # noqa: FBT001
    """By a path of its own, or by a PUT that says so; what is so already stays so."""
    auth = cato_account(hub)
    id_ = begun(hub, auth)

    def steer(word: str) -> Any:
        if by_body:
            return hub.request("PUT", f"{EXECUTIONS}/{id_}", {"action": word}, auth)
        return hub.request("PUT", f"{EXECUTIONS}/{id_}/{word}", None, auth)

    words = ("pause", "pause", "resume", "resume", "stop", "stop")
    states = [steer(word).json["state"] for word in words]
    assert states == ["paused", "paused", "running", "running", "stopping", "stopping"]
    assert steer("resume").status == 409
    finish(hub, id_)
    assert [steer(word).status for word in ("pause", "resume", "stop")] == [409] * 3


@pytest.mark.parametrize("body", ["", "{}", '{"action": "halt"}', '{"action": 7}', '{"action": ["stop"]}', "[]"])
def test_an_execution_that_is_told_nothing_is_400(hub: Hub, body: str) -> None:
    """And goes on."""
    auth = cato_account(hub)
    path = f"{EXECUTIONS}/{begun(hub, auth)}"
    assert_refused_by_cato(hub.request("PUT", path, body, auth), 400, "Bad Request", path)
    assert report(hub, auth, path.rpartition("/")[2])["report"]["activePhase"] is True


def test_a_report_is_deleted_when_it_is_over(hub: Hub) -> None:
    """409 before."""
    auth = cato_account(hub)
    id_ = begun(hub, auth)
    path = f"{EXECUTIONS}/{id_}"
    assert_refused_by_cato(hub.request("DELETE", path, headers=auth), 409, "Conflict", path)
    finish(hub, id_)
    assert hub.request("DELETE", path, headers=auth).status == 204
    assert_refused_by_cato(hub.request("GET", path, headers=auth), 404, "Not Found", path)
    assert hub.request("GET", EXECUTIONS, headers=auth).json == []


ROUTES = [
    ("GET", EXECUTIONS), ("GET", f"{EXECUTIONS}/x"), ("PUT", f"{EXECUTIONS}/x"), ("DELETE", f"{EXECUTIONS}/x"),
    ("PUT", f"{EXECUTIONS}/x/pause"), ("PUT", f"{EXECUTIONS}/x/resume"), ("PUT", f"{EXECUTIONS}/x/stop"),
    ("GET", f"{EXECUTIONS}/x/report.csv"), ("PUT", f"{TASKS}/x/start"), ("POST", f"{TASKS}/x/dry-run"),
    ("GET", TASKS), ("POST", TASKS), ("GET", f"{TASKS}/x"), ("PUT", f"{TASKS}/x"), ("DELETE", f"{TASKS}/x"),
    ("GET", "/api/v1/notification-settings"), ("POST", "/api/v1/notification-settings"),
    ("GET", "/api/v1/notification-settings/x"), ("PUT", "/api/v1/notification-settings/x"),
    ("DELETE", "/api/v1/notification-settings/x"), ("PUT", "/api/v1/subscriber-groups/add/x"),
    ("GET", "/api/v1/subscriber-groups"), ("GET", "/api/v1/subscriber-groups/x"),
    ("PUT", "/api/v1/subscriber-groups/x"), ("DELETE", "/api/v1/subscriber-groups/x"),
    ("GET", "/api/v1/subscriber-groups/x/content"), ("POST", "/api/v1/subscriber-groups/uploads"),
    ("POST", "/api/v1/subscriber-groups/uploads/x"),
]  # fmt: skip
SHOWN = [
    {}, {"Authorization": "Bearer plain:nonsense"}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"},
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_a_token_there_is_nothing(hub: Hub, method: str, path: str) -> None:
    """None, one that is unknown, and other schemes: 401 in the documented shape."""
    hub.account("acme")
    for headers in SHOWN:
        assert_refused_by_cato(hub.request(method, path, "[]", headers), 401, "Not Authorized", path)


def test_another_accounts_execution_is_not_there(hub: Hub) -> None:
    """Whatever is asked."""
    mine, other = cato_account(hub), cato_account(hub, "other")
    id_ = begun(hub, mine)
    task = report(hub, mine, id_, details="true")["taskId"]
    choose(hub, {}, "other")
    hub.operator("PUT", "/admin/accounts/other/campaigns", {"channels": 4})
    asked = [(method, path.replace("/x", f"/{id_}")) for method, path in ROUTES if f"{EXECUTIONS}/x" in path]
    asked += [("PUT", f"{TASKS}/{task}/start"), ("POST", f"{TASKS}/{task}/dry-run")]
    for method, path in asked:
        answer = hub.request(method, path, {"action": "stop"} if method == "PUT" else None, other)
        assert_refused_by_cato(answer, 404, "Not Found", path)
    assert hub.request("GET", EXECUTIONS, headers=other).json == []
    assert execution_of(hub, id_).phase is Phase.RUNNING


def test_limits_are_kept_and_shown(hub: Hub) -> None:
    """None before the operator sets any."""
    hub.account("acme")
    told = hub.operator("GET", LIMITS).json
    assert told.pop("conductor")["state"] == "idle"
    assert told == {"channels": 0, "cps": 10, "calls_per_number_per_day": 0}
    wish = {"channels": 30, "cps": 2, "calls_per_number_per_day": 3}
    assert hub.operator("PUT", LIMITS, wish).json == wish
    assert hub.operator("GET", LIMITS).json.items() > wish.items()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "channels"),
        ({"channels": -1}, "channels"),
        ({"channels": "4"}, "channels"),
        ({"channels": 10**9}, "channels"),
        ({"channels": 4, "cps": 0}, "cps"),
        ({"channels": 4, "cps": 1.5}, "cps"),
        ({"channels": 4, "cps": MOST_CPS + 1}, "cps"),
        ({"channels": 4, "calls_per_number_per_day": True}, "calls_per_number_per_day"),
    ],
)
def test_bad_limits_are_refused_by_the_name_of_their_field(hub: Hub, fields: dict[str, Any], field: str) -> None:
    """400 in the hub's own shape."""
    hub.account("acme")
    told = hub.operator("PUT", LIMITS, fields)
    assert (told.status, told.json["error"]["field"]) == (400, field)


def test_the_fastest_rate_is_what_a_conductor_can_do(hub: Hub) -> None:
    """Whoever asks for more is told how much there is."""
    hub.account("acme")
    assert hub.operator("PUT", LIMITS, {"channels": 4, "cps": MOST_CPS}).json["cps"] == MOST_CPS
    told = hub.operator("PUT", LIMITS, {"channels": 4, "cps": 100})
    assert (told.status, told.json["error"]["field"]) == (400, "cps")
    assert str(MOST_CPS) in told.json["error"]["message"]
    assert hub.operator("GET", LIMITS).json["cps"] == MOST_CPS


def test_limits_are_an_accounts_and_the_operators(hub: Hub) -> None:
    """404 for an unknown account, 401 without the operator's token."""
    auth = cato_account(hub)
    for method in ("GET", "PUT"):
        assert hub.operator(method, "/admin/accounts/nobody/campaigns", {"channels": 1}).status == 404
        assert hub.request(method, LIMITS, {"channels": 1}, auth).status == 401
