"""A campaign that is handed over to another CATO, here the hub itself with another account."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.e2e.conftest import Hub
from tests.e2e.tenants import new_tenant
from tests.support.sounds import tone, wav

API = "/api/v1"
LISTENS, BUSY, INVALID = "00", "65", "75"
ENDINGS = (LISTENS, LISTENS, BUSY, INVALID)
PROFILE = {
    "name": "profile",
    "attemptCount": 2,
    "attemptDelayS": 1,
    "successCondition": "PICKUP_PHONE",
    "successPlaybackDurationS": 5,
    "maxCallDurationS": 90,
    "maxAnswerDelayS": 30,
    "userId": "user",
}


class Cato:
    """A new account with a token of CATO's."""

    def __init__(self, hub: Hub) -> None:
        self.hub, self.account = hub, new_tenant(hub).id
        wish = {"account": self.account, "kind": "cato", "name": "user"}
        self.token = hub.operator("POST", "/tokens", json=wish).json()["token"]

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer plain:{self.token}", **options.pop("headers", {})}
        return self.hub.http.request(method, f"{API}{path}", headers=headers, **options)

    def chooses(self, provider: str, **settings: Any) -> None:
        body = {"provider": provider, "settings": settings}
        assert self.hub.operator("PUT", f"/accounts/{self.account}/telephony", json=body).status_code == 200

    def task(self, count: int) -> str:
        """A task over so many people."""
        audio = self.ask(
            "PUT", "/audio-files/add/flood", content=wav(tone(2)), headers={"Content-Type": "application/octet-stream"}
        ).json()["id"]
        people = [
            {"fullName": f"Person {number}", "phones": f"7901{number:05d}{ENDINGS[number % 4]}", "emails": ""}
            for number in range(count)
        ]
        group = self.ask("PUT", "/subscriber-groups/add/river", json=people).json()["id"]
        settings = self.ask("POST", "/notification-settings/", json=PROFILE).json()["id"]
        wish = {"name": "flood", "settings": settings, "files": audio, "groups": group, "userId": "user"}
        return str(self.ask("POST", "/tasks/", json=wish).json()["id"])

    def report(self, execution: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", f"/task-execs/{execution}?details=true").json()
        return found


def test_a_campaign_is_called_by_another_system_and_reported_here(hub: Hub, wait_for: Callable[..., Any]) -> None:
    """Our client asks our server, whose simulator calls; both reports say the same in the end."""
    office, station = Cato(hub), Cato(hub)
    station.chooses("simulator", speed=200, channels=100, cps=100)
    limits = {"channels": 8, "cps": 50}
    assert hub.operator("PUT", f"/accounts/{station.account}/campaigns", json=limits).status_code == 200
    office.chooses("cato", base_url=hub.base_url, token=station.token, user_id="office")
    started = office.ask("PUT", f"/tasks/{office.task(20)}/start").json()
    assert started["result"] == "SUCCESS"
    execution = started["taskExecId"]
    told = wait_for(lambda: over(office.report(execution)), timeout=180)
    assert (told["state"], told["report"]["subscriberNotified"], told["report"]["subscriberFailed"]) == (
        "finished",
        10,
        10,
    )
    (theirs,) = station.ask("GET", "/task-execs").json()
    assert {**theirs["report"], "name": "flood"} == told["report"]
    assert [ends(one) for one in told["subscribers"]] == [
        ends(one) for one in station.report(theirs["id"])["subscribers"]
    ]
    refused = office.ask("PUT", f"/task-execs/{execution}/stop")
    assert refused.status_code == 409


def over(report: dict[str, Any]) -> dict[str, Any] | None:
    """A report of what is over."""
    return None if report["report"]["activePhase"] else report


def ends(subscriber: dict[str, Any]) -> Any:
    """How the calls to somebody ended."""
    calls = [(phone["number"], call["disposition"]) for phone in subscriber["phones"] for call in phone["calls"]]
    return subscriber["subscriber"]["fullName"], subscriber["notified"], subscriber["reason"], calls
