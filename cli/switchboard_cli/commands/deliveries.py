"""`explain`, `status`, `replay`, `deliveries`, `destinations`."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from switchboard_cli.session import WRONG, Session, fail, session
from switchboard_client import Client

CALL_ID = re.compile(r"[0-9a-f]{32}")
Account = Annotated[str, typer.Option("--account", "-a", help="The account.")]
deliveries = typer.Typer(no_args_is_help=True, help="Deliveries: list and show.")


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(explain)
    app.command()(status)
    app.command()(replay)
    app.command()(destinations)
    app.add_typer(deliveries, name="deliveries")


def account_for(client: Client, account: str) -> str:
    """Return the account that is named, or the only one in the token's reach. Exits otherwise."""
    if account:
        return account
    known = [one["id"] for one, _ in zip(client.accounts(), range(2), strict=False)]
    if len(known) != 1:
        fail("Name the account: --account ID.", WRONG)
    return known[0]


def explain(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="A number in any usual form, or the id of a call.")],
    account: Account = "",
    at: Annotated[str, typer.Option(help="The time in the account's zone, such as 12:00.")] = "",
    within: Annotated[int | None, typer.Option(help="Minutes around the time.")] = None,
) -> None:
    """Say for each destination whether a call reached it, and if not, why."""
    now = session(context)
    with now.client() as client:
        asked = {"call" if CALL_ID.fullmatch(what) else "number": what, "at": at or None, "within": within}
        found = client.explain(account_for(client, account), **asked)
    now.out.data(found)
    now.out.say(found["says"])
    for call in found["calls"]:
        now.out.say(f"\nCall {call['id']}: {call['state']}, {call['started_at'] or call['first_event_at']}")
        for line in call["destinations"]:
            name = line["destination"].get("name") or line["destination"].get("url") or line["destination"]["id"]
            now.out.say(f"  {name}: {line['result']}. {line['says']}")
    for source in found["sources"]:
        now.out.say(f"\nSource {source['name'] or source['id']}: {source['says']}")


def status(context: typer.Context, account: Account = "") -> None:
    """Show an account's receivers with waiting and dead deliveries, and sources with refused requests."""
    now = session(context)
    with now.client() as client:
        name = account_for(client, account)
        receivers, sources = list(client.receivers(name)), list(client.sources(name))
    now.out.data({"receivers": receivers, "sources": sources})
    if now.out.as_json:
        return
    columns = {"receiver": "receiver", "state": "state", "deliveries_waiting": "waiting", "deliveries_dead": "dead",
               "last_success_at": "last success", "last_answer.status": "last answer"}  # fmt: skip
    now.out.table(receivers, columns, "The account has no receiver: switchboard connect adds one.")
    now.out.say("")
    columns = {"id": "source", "dialect": "dialect", "activity.last_event_at": "last event",
               "activity.silent_since": "silent since", "activity.refused": "refused in 7 days"}  # fmt: skip
    now.out.table(sources, columns, "The account has no source: switchboard connect adds one.")


def replay(
    context: typer.Context,
    account: Account = "",
    call: Annotated[str, typer.Option(help="The id of a call.")] = "",
    to: Annotated[int, typer.Option(help="The id of a destination.")] = 0,
    since: Annotated[str | None, typer.Option(help="From this time on, in ISO 8601.")] = None,
    state: Annotated[str, typer.Option(help="dead, delivered or cancelled.")] = "dead",
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Send. Without it the command only counts.")] = False,
) -> None:
    """Send finished deliveries again, in order and under the same ids. Only counts, unless --yes is there."""
    now = session(context)
    with now.client() as client:
        wish: dict[str, Any] = {"account": account_for(client, account), "state": state, "dry_run": not yes}
        wish |= {name: value for name, value in (("call", call), ("subscription", to), ("since", since)) if value}
        done = client.replay(wish)
    now.out.data(done)
    more = " and more: repeat the command" if done["more"] else ""
    said = "would be sent again; add --yes to send" if done["dry_run"] else "are sent again"
    now.out.say(f"{done['count']} deliveries{more} {said}.")


def destinations(context: typer.Context, account: Account = "") -> None:
    """List the destinations of an account."""
    now = session(context)
    with now.client() as client:
        found = list(client.destinations(account_for(client, account)))
    columns = {"id": "id", "name": "name", "dialect": "dialect", "url": "url", "events": "events", "state": "state"}
    now.out.table(found, columns, "The account has no destination: switchboard connect adds one.")


@deliveries.command("list")
def list_deliveries(
    context: typer.Context,
    account: Account = "",
    state: Annotated[str, typer.Option(help="pending, parked, delivered, dead or cancelled.")] = "dead",
    most: Annotated[int, typer.Option("--limit", help="How many.")] = 50,
) -> None:
    """List deliveries in one state, newest first."""
    now = session(context)
    with now.client() as client:
        found = list(client.deliveries(most, account=account or None, state=state))
    columns = {"id": "delivery", "event_name": "event", "url": "url", "created_at": "made", "reason": "reason"}
    now.out.table(found, columns, f"No delivery is {state}.")


@deliveries.command("show")
def show_delivery(context: typer.Context, delivery: str) -> None:
    """Show a delivery with its attempts and its body."""
    now = session(context)
    with now.client() as client:
        found = client.delivery(delivery)
    now.out.data(found)
    now.out.say(f"{found['event_name']} to {found['url']}: {found['state']} {found['reason'] or ''}")
    if not now.out.as_json:
        _attempts(now, found)


def _attempts(now: Session, found: Any) -> None:
    columns = {"at": "attempt", "status": "status", "error": "error", "duration_ms": "ms", "answer": "answer"}
    now.out.table(found["attempts"], columns, "Nothing was sent yet.")
    now.out.say(str(found["body"]))
