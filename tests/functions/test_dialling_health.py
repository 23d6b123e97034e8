"""Nothing that follows dialling stops an account, and the operator sees what fails."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from switchboard.campaigns.dialling.conduct import Conduct
from switchboard.campaigns.dialling.state import DiallingNews
from switchboard.campaigns.emails.order import OrderEmails
from switchboard.campaigns.events import SendCampaignEvents
from switchboard.errors import Invalid, TooLarge
from tests.support.campaigning import EXECUTIONS
from tests.support.cato import cato_account
from tests.support.dialled_hub import CONDUCT, dial, started
from tests.support.hub import Hub
from tests.support.receiver import receiving

HEALTH = "/admin/accounts/acme/campaigns"
MAIL = {"subject": "{name}", "text": "Dear {fullName}!"}


@pytest.fixture
def auth(hub: Hub) -> Mapping[str, str]:
    return cato_account(hub)


def health(hub: Hub) -> dict[str, Any]:
    told: dict[str, Any] = hub.operator("GET", HEALTH).json["conductor"]
    return told


def failing(call: Callable[..., None], poison: Callable[[DiallingNews], bool], error: Exception) -> Callable[..., None]:
    """A follower that fails with news of some kind."""

    def follower(self: Any, account: str, news: Sequence[DiallingNews]) -> None:
        if any(map(poison, news)):
            raise error
        call(self, account, news)

    return follower


@pytest.mark.parametrize("error", [Invalid("no"), TooLarge("no"), RuntimeError("79160000000"), KeyError("x")])
@pytest.mark.parametrize("follower", [SendCampaignEvents, OrderEmails])
def test_a_follower_that_fails_never_stops_dialling(
    hub: Hub, auth: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, follower: Any, error: Exception
) -> None:
    """Every start is dialled to its end. The answer names the class of the error, and never a number."""
    monkeypatch.setattr(follower, "__call__", failing(follower.__call__, lambda one: one.subscriber == 1, error))
    hub.operator("PATCH", "/admin/accounts/acme", {"limits": {"email": True}})
    with receiving() as crm:
        hub.operator("POST", "/admin/destinations", {"account": "acme", "dialect": "standard", "url": crm.url})
        for _ in range(2):
            execution = started(hub, auth, [65, 65, 65], attemptCount=1, email=MAIL)
            dial(hub)
            report = hub.request("GET", f"{EXECUTIONS}/{execution}", headers=auth).json["report"]
            assert (report["subscriberFailed"], report["activePhase"]) == (3, False)
    told = health(hub)
    assert told["errors"].keys() == {"followers"}
    assert told["errors"]["followers"]["last"].startswith(type(error).__name__)
    assert "7916" not in json.dumps(told)
    assert (told["state"], told["backlog"]["executions"]) == ("idle", 0)


def read(request: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(request.body)
    return body


def test_news_that_failed_is_told_when_the_follower_works_again(
    hub: Hub, auth: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue brings the single item again: nothing else waits behind this message."""
    own = SendCampaignEvents.__call__
    monkeypatch.setattr(SendCampaignEvents, "__call__", failing(own, lambda one: one.subscriber == 1, RuntimeError()))
    with receiving() as crm:
        hub.operator("POST", "/admin/destinations", {"account": "acme", "dialect": "standard", "url": crm.url})
        started(hub, auth, [65, 65], attemptCount=1)
        failed: list[dict[str, Any]] = []
        monkeypatch.setattr(hub, "poll", remembering(hub, failed))
        dial(hub)
        (left,) = {record["messageId"]: record for record in failed}.values()
        assert json.loads(left["body"])["untold"]["follower"] == "events"
        monkeypatch.setattr(SendCampaignEvents, "__call__", own)
        assert hub.invoke(CONDUCT, {"Records": [left]}) == {"batchItemFailures": []}
        hub.work()
        names = [one["data"]["full_name"] for one in map(read, crm.requests) if one["type"] == "subscriber.failed"]
    assert sorted(names) == ["Person 0", "Person 1"]


def remembering(hub: Hub, failed: list[dict[str, Any]]) -> Callable[[str, str], list[dict[str, Any]]]:
    """Poll as ever, and keep the messages that failed."""
    poll = hub.poll

    def polled(queue: str, folder: str) -> list[dict[str, Any]]:
        found = poll(queue, folder)
        failed.extend(found)
        return found

    return polled


def test_a_conductor_that_fails_is_shown_and_counted(
    hub: Hub, auth: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its last error, until the messages that came again are handled; the metric is behind an alarm."""
    assert health(hub) == {
        "state": "idle",
        "last_turn_at": None,
        "backlog": dict.fromkeys(health(hub)["backlog"], 0),
        "errors": {},
    }
    started(hub, auth, [0, 0])
    own = Conduct.__call__

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(Conduct, "__call__", broken)
    records = hub.stack.messages("DiallingQueue")
    for _ in range(2):
        assert hub.invoke(CONDUCT, {"Records": records})["batchItemFailures"]
    told = health(hub)
    assert (told["state"], told["errors"]["conductor"]["count"]) == ("failing", 2)
    assert told["errors"]["conductor"]["last"] == "ZeroDivisionError"
    assert (told["backlog"]["executions"], told["backlog"]["subscribers"]) == (1, 2)
    monkeypatch.setattr(Conduct, "__call__", own)
    for record in records:
        record["attributes"]["ApproximateReceiveCount"] = "2"
    assert hub.invoke(CONDUCT, {"Records": records}) == {"batchItemFailures": []}
    told = health(hub)
    assert (told["state"], told["errors"]) == ("dialling", {})
    assert told["last_turn_at"]


def test_a_failure_is_counted_as_the_metric_of_the_alarm(
    hub: Hub, auth: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the embedded metric format, by the worker itself."""
    started(hub, auth, [0])
    monkeypatch.setattr(Conduct, "__call__", lambda *_: 1 / 0)
    hub.poll("DiallingQueue", CONDUCT)
    assert '"dialling.failed"' in capsys.readouterr().out


def test_a_healthy_account_never_writes_its_health(hub: Hub, auth: Mapping[str, str]) -> None:
    """A campaign without failures costs no write more."""
    started(hub, auth, [0, 65])
    dial(hub)
    writes = [params for _, _, name, params in hub.calls if name == "UpdateItem" and "health" in str(params.get("Key"))]
    assert writes == []
