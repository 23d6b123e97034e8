"""A day on which campaigns use what follows dialling: restrictions, events, and e-mail."""

from __future__ import annotations

from typing import Any

from tests.support.calling import AT_ONCE, choose
from tests.support.campaigning import EXECUTIONS, TASKS, prepared, start
from tests.support.cato import cato_account
from tests.support.dialled_hub import dial, turn
from tests.support.dialling_day import BUSY, NEVER_ENDS, lose
from tests.support.hub import Hub

SEND, SENDER = "workers/send_email", "hub@hub.example"
LIST = "/admin/accounts/{account}/do-not-call"
LIMITS = {"channels": 1, "cps": 50, "calls_per_number_per_day": 5}


def followers_day(hub: Hub, account: str = "river") -> None:
    """One call that fails and one that is lost, so that conductor and workflow both go on with somebody else."""
    auth = cato_account(hub, account)
    hub.operator("PATCH", f"/admin/accounts/{account}", {"limits": {"email": True}})
    hub.stack.clients.sesv2.create_email_identity(EmailIdentity=SENDER)
    hub.operator("PUT", LIST.format(account=account), {"entries": [{"number": "112"}, {"number": "7999*"}]})
    wish = {"account": account, "dialect": "standard", "url": "https://crm.example/campaigns"}
    destination = hub.operator("POST", "/admin/destinations", wish).json["id"]
    settings = {"attemptCount": 1, "successCondition": "PICKUP_AND_LISTEN_FULL", "email": words(always=False)}
    task = prepared(hub, auth, people(BUSY, NEVER_ENDS, BUSY), account, **settings)
    choose(hub, AT_ONCE, account)
    hub.operator("PUT", f"/admin/accounts/{account}/campaigns", LIMITS)
    hub.request("POST", f"{TASKS}/{task}/dry-run", None, auth)
    execution = str(start(hub, auth, task).json["taskExecId"])
    dial(hub)
    lose(hub, account)
    turn(hub, execution, account)
    dial(hub)
    everybody = prepared(hub, auth, people(*[BUSY] * 11), account, attemptCount=1, email=words(always=True))
    choose(hub, AT_ONCE, account)
    start(hub, auth, everybody)
    dial(hub)
    twice = hub.stack.messages("MailingsQueue")
    for _ in range(2):
        hub.invoke(SEND, {"Records": twice})
    hub.stack.delete("MailingsQueue", twice)
    mail(hub)
    hub.request("GET", f"{EXECUTIONS}/{execution}", None, auth, {"details": "true"})
    hub.request("GET", f"{EXECUTIONS}/{execution}/report.csv", None, auth)
    hub.operator("DELETE", f"/admin/destinations/{destination}", account=account)


def people(*suffixes: int) -> list[dict[str, Any]]:
    """Subscribers whose numbers do what their last two digits say, each with an address."""
    return [
        {"fullName": f"Person {place}", "phones": [number(place, end)], "emails": [f"p{place}@people.example"]}
        for place, end in enumerate(suffixes)
    ]


def number(place: int, end: int) -> str:
    """The number of a place."""
    return f"7916000{place:02d}{end:02d}"


def words(*, always: bool) -> dict[str, Any]:
    """What is written."""
    return {"subject": "{name}", "text": "Dear {fullName}!", "always": always}


def mail(hub: Hub) -> None:
    """Let the worker send until there is nothing that it can do."""
    while hub.visible("MailingsQueue"):
        hub.poll("MailingsQueue", SEND)


def do_not_call(hub: Hub) -> None:
    """Put numbers on the list, read it, and take one off."""
    path = "/admin/accounts/acme/do-not-call"
    hub.operator("PUT", path, {"entries": [{"number": "112"}]})
    hub.operator("GET", path)
    for method in ("PUT", "GET", "DELETE"):
        hub.operator(method, f"{path}/112", {} if method == "PUT" else None)
