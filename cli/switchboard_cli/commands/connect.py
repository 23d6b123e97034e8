"""`connect`: an account, a source and a destination in one command."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from switchboard_cli.session import Session, session
from switchboard_client import ApiError, Client
from switchboard_client.answers.sources import Source

NOT_FOUND = 404


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(connect)


def connect(
    context: typer.Context,
    account: Annotated[str, typer.Argument(help="The id of the account; made if there is none.")],
    to: Annotated[str, typer.Option(help="The address that events go to.")],
    pbx: Annotated[str, typer.Option(help="The dialect of the PBX.")] = "vpbx",
    dialect: Annotated[str, typer.Option(help="The dialect of the receiver.")] = "standard",
    events: Annotated[str, typer.Option(help="Kinds of events, separated by commas; all unless told.")] = "",
    pbx_key: Annotated[str, typer.Option(help="The key of a vendor that signs its events.")] = "",
    pbx_secret: Annotated[str, typer.Option(help="The secret of such a vendor.", envvar="SWITCHBOARD_PBX_SECRET")] = "",
    *,
    test: Annotated[bool, typer.Option(help="Send a sample event to the receiver.")] = True,
) -> None:
    """Join a PBX to a receiver: account, source, destination and a sample event."""
    now = session(context)
    with now.client() as client:
        wish = {"account": account, "dialect": dialect, "url": to, "events": _kinds(events)}
        made = _made(client, account, pbx, _signature(pbx_key, pbx_secret), wish)
        sent = client.send_test(account, made["destination"]["id"]) if test else {"deliveries": []}
    _show(now, made, list(sent["deliveries"]))


def _signature(key: str, secret: str) -> dict[str, Any]:
    """Return the credentials of a vendor that signs its events; none without a secret."""
    signed = {"type": "signature", "secret": secret, **({"key": key} if key else {})}
    return {"auth": signed} if secret else {}


def _made(client: Client, account: str, pbx: str, signature: dict[str, Any], wish: dict[str, Any]) -> dict[str, Any]:
    try:
        client.account(account)
        new = False
    except ApiError as error:
        if error.status != NOT_FOUND:
            raise
        client.add_account(account, account)
        new = True
    source: Source | None = next((one for one in client.sources(account) if one["dialect"] == pbx), None)
    source = source or client.add_source(account, pbx, **signature)
    return {"account": account, "new": new, "source": source, "destination": client.add_destination(wish)}


def _kinds(events: str) -> list[str]:
    return [one.strip() for one in events.split(",") if one.strip()]


def _show(now: Session, made: dict[str, Any], tests: list[str]) -> None:
    now.out.data({**made, "tests": tests})
    source, destination = made["source"], made["destination"]
    now.out.say(f"Account      {made['account']}{' (new)' if made['new'] else ''}")
    now.out.say(f"PBX posts to {source['webhook_url']}")
    now.out.say(f"Destination  {destination['id']}: {destination['dialect']} to {destination['url']}")
    if destination.get("secret"):
        now.out.say(f"Secret       {destination['secret']} (shown this once; the receiver checks signatures with it)")
    for one in tests:
        now.out.say(f"Sample sent  switchboard deliveries show {one}")
