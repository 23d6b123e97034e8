"""A campaign on the deployed hub: from an audio file to the last line of its report, by the simulator at speed."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import httpx

from chaos.deployed.injector import Injector
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

    def task(self, people: list[dict[str, Any]], **settings: Any) -> str:
        """A new task, from its audio file on."""
        kind = {"Content-Type": "application/octet-stream"}
        file = self.ask("PUT", "audio-files/add/flood.wav", content=wav(tone(2.0)), headers=kind)["id"]
        group = self.ask("PUT", "subscriber-groups/add/river", json=people)["id"]
        profile = self.ask("POST", "notification-settings/", json={**PROFILE, **settings})["id"]
        wish = {"name": "flood", "settings": profile, "files": file, "groups": group}
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


def test_a_campaign_is_dialled_from_its_audio_to_its_report(hub: Hub, wait_for: Callable[..., Any]) -> None:
    """Two waves, every fate; the report is what the simulator's own records say."""
    client = Client(hub)
    execution = client.start(client.task(people(48)))
    wait_for(lambda: not client.report(execution)["report"]["activePhase"], PATIENCE)
    found = client.report(execution)
    told = found["report"]
    assert (told["subscriberCount"], told["subscriberNotYetNotified"]) == (48, 0)
    assert (told["subscriberNotified"], told["subscriberFailed"]) == (24, 24)
    assert (told["callsTotal"], told["callsSucceeded"], told["callsFailed"]) == (90, 24, 66)
    assert (told["waveCurrent"], told["waveTotal"]) == (2, 2)
    called = sorted(one["number"] for person in found["subscribers"] for one in person["phones"] for _ in one["calls"])
    assert called == client.simulated()


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


def test_killed_workers_keep_no_campaign_from_its_end(hub: Hub, wait_for: Callable[..., Any]) -> None:
    """Nobody is called twice for an attempt, and everybody is reported."""
    client = Client(hub)
    execution = client.start(client.task(people(160), attemptDelayS=1, maxAnswerDelayS=60))
    dialling = ("WorkersConductDiallingFunction", "WorkersAdvanceSimulatedCallFunction")
    with Injector(hub.home, Random(3), 2, 6, dialling) as injector:  # noqa: S311 - chance, not secrecy
        wait_for(lambda: len(injector.kills) >= 3 or is_over(client, execution), PATIENCE)
    wait_for(lambda: is_over(client, execution), PATIENCE * 2)
    found = client.report(execution)
    told = found["report"]
    called = sorted(one["number"] for person in found["subscribers"] for one in person["phones"] for _ in one["calls"])
    assert injector.kills
    assert told["subscriberNotified"] + told["subscriberFailed"] == told["subscriberCount"] == 160
    assert (told["callsTotal"], told["callsInProgress"]) == (len(called), 0)
    assert called == client.simulated()


def is_over(client: Client, execution: str) -> bool:
    """Whether an execution has ended."""
    return not client.report(execution)["report"]["activePhase"]
