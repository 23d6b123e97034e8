"""A campaign on the deployed hub: who is left out, who is written to, and who hears of it."""

from collections.abc import Callable
from typing import Any

from local.receiver import Receiver
from tests.e2e.conftest import Hub
from tests.e2e.test_dialling import BUSY, LISTENS, PATIENCE, Client

SENT = "sent"
WRITTEN_TO = (0, 1, 3)
WORDS = {"subject": "About {name}", "text": "Dear {fullName}!"}

TOLD = [
    *("campaign.finished", "campaign.started"),
    *("subscriber.failed", "subscriber.failed", "subscriber.failed", "subscriber.notified"),
]


def test_restrictions_e_mail_and_events(
    hub: Hub, receiver: Callable[..., Receiver], wait_for: Callable[..., Any]
) -> None:
    """Whom the list forbids is not called, whom no call notifies gets an e-mail, and the receiver is told of all."""
    client, crm = Client(hub), receiver()
    account = client.tenant.id
    assert hub.operator("PATCH", f"/accounts/{account}", json={"limits": {"email": True}}).status_code == 200
    wish = {"account": account, "dialect": "standard", "url": crm.url}
    assert hub.operator("POST", "/destinations", json=wish).status_code == 201
    entries = [{"number": "8 916 000-01-00", "reason": "asked us to"}, {"number": "+7917*"}]
    kept = hub.operator("PUT", f"/accounts/{account}/do-not-call", json={"entries": entries})
    assert kept.json() == {"kept": 2}
    numbers = [f"791600001{LISTENS:02d}", f"791700002{LISTENS:02d}", f"791800003{LISTENS:02d}", f"791800004{BUSY}"]
    people = [
        {"fullName": f"Person {place}", "phones": number, "emails": f"p{place}@{account}.example"}
        for place, number in enumerate(numbers)
    ]
    task = client.task(people, attemptCount=1, email=WORDS)
    dry = client.ask("POST", f"tasks/{task}/dry-run")
    (skipped,) = dry["skipped"]
    assert (dry["wouldBeCalled"], skipped["reason"], skipped["count"]) == (2, "do_not_call", 2)
    execution = client.start(task)
    wait_for(lambda: not client.report(execution)["report"]["activePhase"], PATIENCE)
    assert client.simulated() == sorted(numbers[2:])

    wait_for(lambda: SENT in outcomes(client, execution)[-1], PATIENCE)
    wait_for(lambda: len(mail(hub, account)) >= len(WRITTEN_TO), PATIENCE)
    expected = [("do_not_call", SENT), ("do_not_call", SENT), ("", ""), ("busy", SENT)]
    wait_for(lambda: outcomes(client, execution) == expected)
    assert mail(hub, account) == [
        (f"p{place}@{account}.example", "About flood", f"Dear Person {place}!") for place in WRITTEN_TO
    ]
    wait_for(lambda: len(without_progress(crm)) == len(TOLD))
    assert without_progress(crm) == TOLD


def outcomes(client: Client, execution: str) -> list[tuple[str, str]]:
    """Why each was not notified, and what came of the e-mail."""
    found = client.ask("GET", f"task-execs/{execution}?details=true")["subscribers"]
    return [(one["reason"], one["emailed"]) for one in found]


def mail(hub: Hub, account: str) -> list[tuple[str, str, str]]:
    """What the emulator took to send to the account's people: to whom, subject, text."""
    messages = hub.http.get(f"{hub.emulator}/_ministack/ses/messages").json()["messages"]
    mine = [one for some in messages.values() for one in some if account in one["To"][0]]
    return sorted((one["To"][0], one["Subject"], one["BodyText"]) for one in mine)


def without_progress(crm: Receiver) -> list[str]:
    """What was told, but for how often it was told how far it is."""
    kinds = [request.json()["type"] for request in crm.requests]
    return sorted(kind for kind in kinds if kind != "campaign.progress")
