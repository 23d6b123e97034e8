"""An account whose telephony is another CATO, which is another account of our own server, over HTTP."""

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from switchboard.bootstrap.dialling import executions
from switchboard.kernel.campaign import Phase
from tests.functions.test_events import read
from tests.support.campaigning import EXECUTIONS, TASKS, dialling, start
from tests.support.cato import assert_refused_by_cato, cato_account
from tests.support.cato_vendor import AUDIO_KEY, POLL, CatoVendor, followed, handed, other_cato, poll, started_there
from tests.support.dialled_hub import WATCH, dial
from tests.support.hub import Hub

pytestmark = pytest.mark.usefixtures("links")  # addresses of the store's are opened

LISTENS, BUSY, INVALID = 0, 65, 75
LIMITS = "/admin/accounts/acme/campaigns"
KINDS = ("audio-files", "subscriber-groups", "notification-settings", "tasks", "task-execs")


@pytest.fixture
def auth(hub: Hub) -> Mapping[str, str]:
    return cato_account(hub)


@pytest.fixture
def station(hub: Hub) -> Iterator[CatoVendor]:
    with other_cato(hub) as vendor:
        yield vendor


def report(hub: Hub, auth: Mapping[str, str], execution: str, **query: str) -> dict[str, Any]:
    found: dict[str, Any] = hub.request("GET", f"{EXECUTIONS}/{execution}", headers=auth, query=query).json
    return found


def counted(hub: Hub, auth: Mapping[str, str]) -> list[int]:
    """How many of each kind an account has."""
    return [len(hub.request("GET", f"/api/v1/{kind}", headers=auth).json) for kind in KINDS]


def test_a_campaign_is_called_by_the_other_system_and_mirrored(
    hub: Hub, auth: Mapping[str, str], station: CatoVendor
) -> None:
    """Audio, group, settings and task are made there; in the end both reports say the same, down to the calls."""
    execution = started_there(hub, station, auth, [LISTENS, (BUSY, LISTENS), INVALID], attemptDelayS=0)
    assert followed(hub, execution)["done"]
    ours = report(hub, auth, execution, details="true")
    (theirs,) = hub.request("GET", EXECUTIONS, headers=station.auth).json
    theirs = report(hub, station.auth, theirs["id"], details="true")
    assert {**theirs["report"], "name": "flood"} == ours["report"]
    assert (ours["report"]["subscriberNotified"], ours["report"]["subscriberFailed"]) == (2, 1)
    assert not ours["report"]["activePhase"]
    assert [said(one) for one in ours["subscribers"]] == [said(one) for one in theirs["subscribers"]]
    assert counted(hub, station.auth) == [1, 1, 1, 1, 1]


def said(subscriber: Mapping[str, Any]) -> Any:
    """What a report says of somebody, but for what is each system's own: the document has no `reached`."""
    calls = [
        (phone["number"], {**call, "csId": 0, "events": 0, "reached": ""})
        for phone in subscriber["phones"]
        for call in phone["calls"]
    ]
    return subscriber["subscriber"], subscriber["notified"], subscriber["reason"], calls


def test_nothing_is_dialled_here(hub: Hub, auth: Mapping[str, str], station: CatoVendor) -> None:
    """However many channels the account has: what another system calls is not the conductor's."""
    hub.operator("PUT", LIMITS, {"channels": 50})
    execution = started_there(hub, station, auth, [LISTENS, BUSY])
    dial(hub)
    state = dialling(hub).load("acme")
    assert (state.lines, state.executions[execution].wave, station.asked) == ({}, 0, [])


def test_a_start_twice_is_one_execution(hub: Hub, auth: Mapping[str, str], station: CatoVendor) -> None:
    """Here, and there; one workflow drives it."""
    task = handed(hub, station, auth, [LISTENS])
    first, second = (start(hub, auth, task).json for _ in range(2))
    assert first == second
    assert len(hub.stack.executions("PollCampaignWorkflow")) == 1
    assert hub.stack.executions("RunCampaignWorkflow") == []
    followed(hub, first["taskExecId"])
    assert counted(hub, station.auth)[-1] == 1


def test_channels_are_those_of_the_other_system(hub: Hub, auth: Mapping[str, str], station: CatoVendor) -> None:
    """The account needs none; a limit of 0 that the operator set forbids it all the same."""
    task = handed(hub, station, auth, [LISTENS])
    hub.operator("PUT", LIMITS, {"channels": 0})
    assert start(hub, auth, task).json == {"taskExecId": "", "result": "FAIL_NO_CHANNELS"}
    assert station.asked == []


def test_their_lack_of_channels_answers_the_start(
    hub: Hub, auth: Mapping[str, str], station: CatoVendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start waits for the hand-over; the other system's FAIL_NO_CHANNELS is the start's answer."""
    paused = turns_while_waiting(hub, monkeypatch)
    hub.operator("PUT", "/admin/accounts/station/campaigns", {"channels": 0})
    task = handed(hub, station, auth, [LISTENS])
    assert start(hub, auth, task).json == {"taskExecId": "", "result": "FAIL_NO_CHANNELS"}
    hub.operator("PUT", "/admin/accounts/station/campaigns", {"channels": 5})
    assert start(hub, auth, task).json["result"] == "SUCCESS"
    assert len(paused) == 2


def test_a_hand_over_that_takes_long_counts_as_started(
    hub: Hub, auth: Mapping[str, str], station: CatoVendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start waits 15 seconds at most for a system that does not answer."""
    paused = turns_while_waiting(hub, monkeypatch)
    task = handed(hub, station, auth, [LISTENS])
    station.refuses = {"audio-files": 503}
    assert start(hub, auth, task).json["result"] == "SUCCESS"
    assert sum(paused) == 15


def turns_while_waiting(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Take a turn of the hand-over in each pause of a start; return the pauses, in seconds."""
    paused: list[float] = []

    def pause(seconds: float) -> None:
        paused.append(seconds)
        (active,) = [one for one in executions().active("acme") if one.phase is Phase.HANDED_OVER]
        poll(hub, active.id)

    monkeypatch.setattr("switchboard.campaigns.handover.await_start.LOOKS", 30)
    monkeypatch.setattr("switchboard.bootstrap.handover.time", SimpleNamespace(sleep=pause))
    return paused


def test_their_lack_of_channels_is_told(hub: Hub, auth: Mapping[str, str], station: CatoVendor) -> None:
    """The execution has failed with that reason."""
    hub.operator("PUT", "/admin/accounts/station/campaigns", {"channels": 0})
    execution = started_there(hub, station, auth, [LISTENS, BUSY])
    assert poll(hub, execution)["done"]
    told = report(hub, auth, execution, details="true")
    assert (told["state"], told["reason"], told["report"]["subscriberFailed"]) == ("failed", "no_channels", 2)


@pytest.mark.parametrize(
    "lost", ["audio-files/add", "subscriber-groups/add", "POST /api/v1/notif", "POST /api/v1/tasks"]
)
def test_what_was_made_without_an_answer_is_not_made_again(
    hub: Hub, auth: Mapping[str, str], station: CatoVendor, lost: str
) -> None:
    """It is found by its name among what there is."""
    station.loses = {lost}
    execution = started_there(hub, station, auth, [LISTENS])
    assert poll(hub, execution)["wait"] == 5
    assert not poll(hub, execution, turn=1)["done"]
    assert counted(hub, station.auth) == [1, 1, 1, 1, 1]


def test_a_start_without_an_answer_is_not_repeated(hub: Hub, auth: Mapping[str, str], station: CatoVendor) -> None:
    """It is found among what runs there."""
    station.loses = {"start"}
    execution = started_there(hub, station, auth, [LISTENS])
    assert followed(hub, execution)["done"]
    assert counted(hub, station.auth)[-1] == 1
    assert report(hub, auth, execution)["report"]["subscriberNotified"] == 1


def test_a_token_that_is_not_accepted_fails_the_execution(
    hub: Hub, auth: Mapping[str, str], station: CatoVendor
) -> None:
    """With the reason, and without the token anywhere."""
    station.auth = {"Authorization": "Bearer plain:not-a-good-token"}
    execution = started_there(hub, station, auth, [LISTENS])
    assert poll(hub, execution)["done"]
    told = report(hub, auth, execution, details="true")
    assert (told["state"], told["reason"]) == ("failed", "forbidden")
    assert "not-a-good-token" not in hub.log.getvalue() + str(told)


@pytest.mark.parametrize("word", ["pause", "resume", "stop"])
def test_it_is_not_steered(hub: Hub, auth: Mapping[str, str], station: CatoVendor, word: str) -> None:
    """The document has no such requests: 409 in its shape."""
    path = f"{EXECUTIONS}/{started_there(hub, station, auth, [LISTENS])}/{word}"
    assert_refused_by_cato(hub.request("PUT", path, None, auth), 409, "Conflict", path, "no such thing")


def test_it_is_not_forgotten_while_it_runs(hub: Hub, auth: Mapping[str, str], station: CatoVendor) -> None:
    """409; when it is over, 204."""
    execution = started_there(hub, station, auth, [LISTENS])
    path = f"{EXECUTIONS}/{execution}"
    assert hub.request("DELETE", path, None, auth).status == 409
    followed(hub, execution)
    assert hub.request("DELETE", path, None, auth).status == 204


def test_the_fixtures_of_the_workflow_take_their_turns(hub: Hub, auth: Mapping[str, str], station: CatoVendor) -> None:
    """Where the other system is out of order it is asked again soon; an execution that is not there is over."""
    execution = started_there(hub, station, auth, [LISTENS])
    station.refuses = {"audio-files": 503}
    first = {**read("workflows/poll_campaign/first_turn", execution=execution), "account": "acme"}
    told = hub.invoke(POLL, first)
    assert (told["done"], told["turn"], told["wait"]) == (False, 1, 5)
    assert hub.invoke(POLL, read("workflows/poll_campaign/unknown_execution"))["done"]


def test_audio_that_is_gone_is_told(hub: Hub, auth: Mapping[str, str], station: CatoVendor) -> None:
    """The execution has failed with that reason, and nothing was started."""
    execution = started_there(hub, station, auth, [LISTENS])
    hub.stack.clients.s3.delete_object(Bucket=hub.stack.refs["CampaignsBucket"], Key=AUDIO_KEY.format("acme"))
    assert poll(hub, execution)["done"]
    assert report(hub, auth, execution, details="true")["reason"] == "incomplete"
    assert station.asked == []


def test_an_account_that_hands_over_to_itself_is_told(hub: Hub, auth: Mapping[str, str], station: CatoVendor) -> None:
    """The campaign comes back once, and is not handed over again; nobody is called."""
    station.auth = auth
    execution = started_there(hub, station, auth, [LISTENS])
    assert not poll(hub, execution)["done"]
    again = next(one for one in dialling(hub).load("acme").executions if one != execution)
    assert poll(hub, again)["done"]
    assert report(hub, auth, again, details="true")["reason"] == "loop"
    assert poll(hub, execution, turn=1)["done"]
    told = report(hub, auth, execution)["report"]
    assert (told["subscriberFailed"], told["callsTotal"], told["activePhase"]) == (1, 0, False)


def test_the_watch_starts_its_workflow_again(hub: Hub, auth: Mapping[str, str], station: CatoVendor) -> None:
    """A newer part of the one that polls, after which the older one ends."""
    execution = started_there(hub, station, auth, [LISTENS])
    hub.invoke(WATCH, {"at_once": True})
    first, second = sorted(hub.stack.executions("PollCampaignWorkflow"), key=lambda one: one["part"])
    assert poll(hub, execution, first["part"])["done"]
    assert not poll(hub, execution, second["part"])["done"]


def test_a_dry_run_has_no_times(hub: Hub, auth: Mapping[str, str], station: CatoVendor) -> None:
    """How many would be called is known; how fast the other system is is not."""
    task = handed(hub, station, auth, [LISTENS, BUSY])
    told = hub.request("POST", f"{TASKS}/{task}/dry-run", None, auth).json
    assert (told["result"], told["wouldBeCalled"]) == ("SUCCESS", 2)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"base_url": "https://cato.example"},
        {"token": "t"},
        {"base_url": "ftp://cato.example", "token": "t"},
        {"base_url": "https://cato.example?x=1", "token": "t"},
        {"base_url": "https://cato.example", "token": ""},
        {"base_url": "https://cato.example", "token": "два"},
        {"base_url": "https://cato.example", "token": "two words"},
        {"base_url": "https://cato.example", "token": 5},
        {"base_url": "https://cato.example", "token": "t", "user_id": "x" * 256},
    ],
)
def test_settings_that_make_no_sense_are_refused(hub: Hub, auth: Mapping[str, str], settings: dict[str, Any]) -> None:
    """400 names what is wrong."""
    body = {"provider": "cato", "settings": settings}
    answer = hub.operator("PUT", "/admin/accounts/acme/telephony", body)
    assert (answer.status, answer.json["error"]["field"].startswith("settings.")) == (400, True)


def test_single_calls_are_not_supported(hub: Hub, auth: Mapping[str, str], station: CatoVendor) -> None:
    """409: it calls campaigns alone. The token is not shown."""
    handed(hub, station, auth, [LISTENS])
    hub.operator("POST", "/admin/extensions", {"account": "acme", "number": "104"})
    wish = {"account": "acme", "extension": "104", "number": "79012345600"}
    answer = hub.operator("POST", "/admin/calls", wish)
    assert (answer.status, answer.json["error"]["code"]) == (409, "notSupported")
    shown = hub.operator("GET", "/admin/accounts/acme/telephony").json
    assert shown["settings"] == {"base_url": station.url, "user_id": "acme"}
