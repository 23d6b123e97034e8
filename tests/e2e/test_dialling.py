"""Campaigns on the deployed hub that are hindered, steered and overtaken; the whole way is in `test_campaign_books`."""

import json
from collections.abc import Callable
from typing import Any

import httpx

from tests.e2e.conftest import Hub
from tests.e2e.tenants import new_tenant
from tests.support.sounds import tone, wav

SIMULATOR = {"ring": 2, "talk": 5, "speed": 20, "channels": 20, "cps": 20}
PROFILE = {
    "name": "evening",
    "attemptCount": 2,
    "attemptDelayS": 3,
    "successCondition": "PICKUP_AND_LISTEN_SOME",
    "successPlaybackDurationS": 1,
    "maxCallDurationS": 20,
    "maxAnswerDelayS": 10,
}
PATIENCE = 240


class Client:
    """A client of SP5000 CATO's API, with an account and a simulator of its own."""

    def __init__(self, hub: Hub) -> None:
        self.hub, self.tenant = hub, new_tenant(hub)
        token = hub.operator("POST", "/tokens", json={"account": self.tenant.id, "kind": "cato"}).json()["token"]
        self.auth = {"Authorization": f"Bearer plain:{token}"}
        account = f"/accounts/{self.tenant.id}"
        telephony = {"provider": "simulator", "settings": SIMULATOR}
        assert hub.operator("PUT", f"{account}/telephony", json=telephony).is_success
        assert hub.operator("PUT", f"{account}/campaigns", json={"channels": 8, "cps": 5}).is_success

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """The body of an answer that is well."""
        answer: httpx.Response = self.hub.http.request(
            method, f"/api/v1/{path}", headers={**self.auth, **options.pop("headers", {})}, **options
        )
        assert answer.is_success, answer.text
        return answer.json()

    def task(self, people: list[dict[str, Any]], priority: int = 5, **settings: Any) -> str:
        """A new task, from its audio file on."""
        kind = {"Content-Type": "application/octet-stream"}
        file = self.ask("PUT", "audio-files/add/flood.wav", content=wav(tone(2.0)), headers=kind)["id"]
        group = self.ask("PUT", "subscriber-groups/add/river", json=people)["id"]
        profile = self.ask("POST", "notification-settings/", json={**PROFILE, **settings})["id"]
        wish = {"name": "flood", "settings": profile, "files": file, "groups": group, "priority": priority}
        return str(self.ask("POST", "tasks/", json=wish)["id"])

    def start(self, task: str) -> str:
        """The id of an execution."""
        return str(self.ask("PUT", f"tasks/{task}/start")["taskExecId"])

    def report(self, execution: str) -> dict[str, Any]:
        """How far it is."""
        found: dict[str, Any] = self.ask("GET", f"task-execs/{execution}")
        return found

    def simulated(self) -> list[str]:
        """The numbers that the simulator called, one for each call."""
        table = self.hub.aws("dynamodb").get_paginator("scan").paginate(TableName=self.hub.resource("TelephonyTable"))
        items = [item for page in table for item in page["Items"]]
        own = [item for item in items if item["pk"]["S"].startswith(f"{self.tenant.id}#simulated:")]
        return sorted(json.loads(item["data"]["S"])["number"] for item in own)


LISTENS, HANGS_UP, BUSY, NO_ANSWER, INVALID, CONGESTION, NEVER_ENDS = 0, 50, 65, 70, 75, 80, 85
# What somebody's numbers do, and how many calls they get in two waves.
FATES: list[tuple[tuple[int, ...], int, bool]] = [
    ((LISTENS,), 1, True),
    ((HANGS_UP,), 1, True),
    ((BUSY, LISTENS), 2, True),
    ((INVALID, NO_ANSWER), 3, False),
    ((CONGESTION,), 2, False),
    ((INVALID,), 1, False),
    ((NO_ANSWER, BUSY), 4, False),
    ((LISTENS, BUSY), 1, True),
]


def people(count: int) -> list[dict[str, Any]]:
    """So many, of every fate in turn; nobody has anybody else's number."""
    found = []
    for index in range(count):
        ends = FATES[index % len(FATES)][0]
        phones = [f"79{place}{index:06d}{end:02d}" for place, end in enumerate(ends)]
        found.append({"fullName": f"Person {index}", "phones": phones, "emails": ""})
    return found


def test_a_call_whose_end_is_never_told_ends_all_the_same(hub: Hub, wait_for: Callable[..., Any]) -> None:
    """As lost, when its time is over; its channel is free again for others."""
    client = Client(hub)
    lost = [{"fullName": f"Lost {n}", "phones": f"790000000{n}{NEVER_ENDS}", "emails": ""} for n in range(8)]
    task = client.task([*lost, *people(8)], attemptCount=1, maxAnswerDelayS=3, maxCallDurationS=3)
    execution = client.start(task)
    wait_for(lambda: not client.report(execution)["report"]["activePhase"], PATIENCE)
    found = client.report(execution)
    assert found["report"]["subscriberNotYetNotified"] == 0
    assert found["report"]["callsInProgress"] == 0
    ends = [call["events"][-1]["status"] for one in found["subscribers"][:8] for call in one["phones"][0]["calls"]]
    assert ends == ["LOST"] * 8


def test_a_campaign_is_paused_resumed_and_stopped(hub: Hub, wait_for: Callable[..., Any]) -> None:
    """What is paused calls nobody new, and what was stopped adds up."""
    client = Client(hub)
    hub.operator("PUT", f"/accounts/{client.tenant.id}/campaigns", json={"channels": 2, "cps": 2})
    execution = client.start(client.task(people(40)))
    wait_for(lambda: client.report(execution)["report"]["callsTotal"] >= 2, PATIENCE)
    client.ask("PUT", f"task-execs/{execution}/pause")
    wait_for(lambda: not client.report(execution)["report"]["callsInProgress"], PATIENCE)
    paused = client.report(execution)["report"]["callsTotal"]
    client.ask("PUT", f"task-execs/{execution}/resume")
    wait_for(lambda: client.report(execution)["report"]["callsTotal"] > paused, PATIENCE)
    client.ask("PUT", f"task-execs/{execution}/stop")
    wait_for(lambda: not client.report(execution)["report"]["activePhase"], PATIENCE)
    told = client.report(execution)["report"]
    assert told["subscriberNotified"] + told["subscriberFailed"] == told["subscriberCount"] == 40
    assert told["callsTotal"] == len(client.simulated()) < 40


def is_over(client: Client, execution: str) -> bool:
    """Whether an execution has ended."""
    return not client.report(execution)["report"]["activePhase"]


def began(client: Client, execution: str) -> list[int]:
    """When the calls of an execution began, in milliseconds."""
    people = client.report(execution)["subscribers"]
    return sorted(call["callStart"] for one in people for phone in one["phones"] for call in phone["calls"])


def test_an_emergency_overtakes(hub: Hub, wait_for: Callable[..., Any]) -> None:
    """From its first call to its last nobody else is called."""
    client = Client(hub)
    hub.operator("PUT", f"/accounts/{client.tenant.id}/campaigns", json={"channels": 2, "cps": 2})
    listeners = [{"fullName": f"Person {n}", "phones": f"7911000{n:02d}{LISTENS:02d}", "emails": ""} for n in range(50)]
    slow = client.start(client.task(listeners[:40], priority=1))
    emergency = client.task(listeners[40:], priority=9)
    wait_for(lambda: client.report(slow)["report"]["callsTotal"] >= 2, PATIENCE)
    urgent = client.start(emergency)
    wait_for(lambda: is_over(client, urgent), PATIENCE)
    client.ask("PUT", f"task-execs/{slow}/stop")
    wait_for(lambda: is_over(client, slow), PATIENCE)
    mine, others = began(client, urgent), began(client, slow)
    assert len(mine) == 10
    assert [at for at in others if mine[0] < at < mine[-1]] == []
