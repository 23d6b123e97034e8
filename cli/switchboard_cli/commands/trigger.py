"""`trigger`: an event as if the PBX had posted it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import typer

from switchboard_cli.session import WRONG, fail, session
from switchboard_client import Client

LINE, TALK = "73433000100", 42  # an invented line, and seconds
KINDS = ("call.started", "call.answered", "call.ended", "call.missed")
MOSCOW = "Europe/Moscow"  # the zone of the dialect's times, unless the source has another


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(trigger)


def trigger(
    context: typer.Context,
    account: Annotated[str, typer.Argument(help="The account whose source the event comes from.")],
    kind: Annotated[str, typer.Argument(help=f"One of {', '.join(KINDS)}.")] = "call.started",
    number: Annotated[str, typer.Option(help="The caller's number.")] = "79161234567",
    extension: Annotated[str, typer.Option(help="The extension that answers.")] = "101",
    call: Annotated[str, typer.Option(help="The PBX's id of the call; a new one unless told.")] = "",
) -> None:
    """Post a test event to a vpbx source of the account. It goes the way of a real event, to every destination."""
    now = session(context)
    if kind not in KINDS:
        fail(f"KIND is one of {', '.join(KINDS)}.", WRONG)
    with now.client() as client:
        source = _source(client, account)
        call = call or uuid4().hex
        body = message(kind, call, number, extension, source["timezone"] or MOSCOW)
        address = source["webhook_url"].partition("/webhooks/")[2]
        answer = client.ask("POST", f"/webhooks/{address}", body)
    now.out.data({**answer, "external_id": call, "sent": body})
    now.out.say(f"{kind} is stored as event {answer['event_id']} of call {answer['call_id']}.")
    now.out.say(f"The next event of this call: switchboard trigger {account} call.ended --call {call}")
    now.out.say(f"Where it went: switchboard explain {answer['call_id']} --account {account}")


def message(kind: str, call: str, number: str, extension: str, zone: str) -> dict[str, Any]:
    """Return the message of IS.VPBX for a kind of event."""
    at = datetime.now(UTC).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")
    params: dict[str, Any] = {"call_id": call, "event_date": at, "src_phone": number.lstrip("+"), "dst_phone": LINE}
    if kind == "call.started":
        return _named("start.call", {**params, "direction": 1, "real_local_number": ""})
    if kind == "call.answered":
        return _named("start.talk", {**params, "real_local_number": extension})
    answered = kind == "call.ended"
    ended = {"disposition": "ANSWER" if answered else "NOANSWER", "duration": TALK, "billsec": TALK if answered else 0}
    return _named("end.call", {**params, **ended, "wait_time": 0 if answered else TALK})


def _named(name: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"type": "call_event", "event_name": name, "params": params}


def _source(client: Client, account: str) -> Any:
    known = [one for one in client.sources(account) if one["dialect"] == "vpbx"]
    if not known:
        fail(f"The account '{account}' has no vpbx source: switchboard connect {account} --to URL makes one.")
    found = next((one for one in known if one["auth"] == {"type": "none"}), None)
    if found is None:
        fail("The source asks for credentials that the hub does not show: make a source without credentials for tests.")
    return found
