"""`calls list|show|tail`, and `call EXTENSION NUMBER`."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer

from switchboard_cli.commands.deliveries import Account, account_for
from switchboard_cli.output import shown
from switchboard_cli.session import fail, session
from switchboard_client import Client

PAUSE, WAIT = 2.0, 15.0  # seconds between two looks, and for the outcome of a command
calls = typer.Typer(no_args_is_help=True, help="Calls: list, show, follow.")
COLUMNS = {
    "id": "call", "state": "state", "direction": "direction", "caller": "caller", "callee": "callee",
    "extension": "extension", "started_at": "started", "disposition": "ended",
}  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(calls, name="calls")
    app.command()(call)


@calls.command("list")
def list_calls(
    context: typer.Context,
    account: Account = "",
    number: Annotated[str | None, typer.Option(help="A number in any usual form.")] = None,
    state: Annotated[str | None, typer.Option(help="new, ringing, voicemail, talking or ended.")] = None,
    most: Annotated[int, typer.Option("--limit", help="How many.")] = 50,
) -> None:
    """List calls, newest first."""
    now = session(context)
    with now.client() as client:
        found = list(client.calls(most, account=account or None, number=number, state=state))
    now.out.table(found, COLUMNS, "There is no such call.")


@calls.command("show")
def show_call(context: typer.Context, call: str) -> None:
    """Show a call with its timeline and its deliveries."""
    now = session(context)
    with now.client() as client:
        found = client.call(call)
    now.out.data(found)
    if now.out.as_json:
        return
    now.out.table([found], COLUMNS, "")
    now.out.say("")
    now.out.table(found["timeline"], {"at": "at", "kind": "event", "name": "name", "outcome": "outcome"}, "No event.")
    now.out.say("")
    columns = {"id": "delivery", "event_name": "event", "url": "to", "state": "state", "reason": "reason"}
    now.out.table(found["deliveries"], columns, "The call has no delivery.")


@calls.command("tail")
def tail(
    context: typer.Context,
    account: Account = "",
    rounds: Annotated[int | None, typer.Option(help="How many looks; without it until Ctrl-C.", hidden=True)] = None,
) -> None:
    """Print calls as they change, until Ctrl-C."""
    now = session(context)
    seen: dict[str, int] = {}
    with now.client() as client:
        looks = 0
        while rounds is None or looks < rounds:
            for one in reversed(list(client.calls(50, account=account or None))):
                if seen.get(one["id"]) != one["events_count"]:
                    seen[one["id"]] = one["events_count"]
                    now.out.line(one, "  ".join(shown(one.get(name)) or "-" for name in COLUMNS))
            looks += 1
            if looks != rounds:
                time.sleep(PAUSE)


def call(
    context: typer.Context,
    extension: Annotated[str, typer.Argument(help="The extension that rings first.")],
    number: Annotated[str, typer.Argument(help="The number to call, in any usual form.")],
    account: Account = "",
    *,
    wait: Annotated[bool, typer.Option(help="Wait until the telephony has answered.")] = True,
) -> None:
    """Ring an extension, then connect the extension to a number."""
    now = session(context)
    with now.client() as client:
        command = client.originate(account_for(client, account), extension, number)
        found = _outcome(client, command) if wait else command
    now.out.data(found)
    now.out.say(f"Command {found['id']}: {found['state']} {found.get('reason', '')}")
    if found["state"] == "failed":
        fail("The telephony refused the call.")


def _outcome(client: Client, command: Any) -> Any:
    until = time.monotonic() + WAIT
    while command["state"] in ("accepted", "sent") and time.monotonic() < until:
        time.sleep(PAUSE / 4)
        command = client.command(command["id"])
    return command
