"""`tokens`, `sources`, `rotate`, `forget`, `audit`, `logs`."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from switchboard_cli import aws
from switchboard_cli.commands.deliveries import Account, account_for
from switchboard_cli.session import WRONG, fail, session

HOURS = 24
PAUSE = 2.0
sources = typer.Typer(no_args_is_help=True, help="Sources: list, and what was refused.")
rotate = typer.Typer(no_args_is_help=True, help="New tokens and secrets in the place of old ones.")


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(tokens)
    app.command()(forget)
    app.command()(audit)
    app.command()(logs)
    app.add_typer(sources, name="sources")
    app.add_typer(rotate, name="rotate")


def tokens(context: typer.Context, account: Account = "") -> None:
    """List the tokens of an account, without their texts."""
    now = session(context)
    with now.client() as client:
        found = list(client.tokens(account_for(client, account)))
    columns = {"id": "token", "kind": "kind", "name": "name", "scopes": "scopes", "expires_at": "expires",
               "revoked_at": "revoked"}  # fmt: skip
    now.out.table(found, columns, "The account has no token.")


@sources.command("list")
def list_sources(context: typer.Context, account: Account = "") -> None:
    """List the sources of an account. The address of a source may be its only credential."""
    now = session(context)
    with now.client() as client:
        found = list(client.sources(account_for(client, account)))
    columns = {"id": "source", "dialect": "dialect", "name": "name", "webhook_url": "address",
               "activity.last_event_at": "last event"}  # fmt: skip
    now.out.table(found, columns, "The account has no source.")


@sources.command("refused")
def refused(context: typer.Context, account: Account = "") -> None:
    """List the last refused requests of all sources of an account, with the reasons."""
    now = session(context)
    with now.client() as client:
        name = account_for(client, account)
        found = [
            {**one, "source": source["id"]} for source in client.sources(name) for one in client.refused(source["id"])
        ]
    columns = {"at": "at", "source": "source", "status": "status", "reason": "reason", "body": "body"}
    now.out.table(found, columns, "No source was refused anything within 7 days.")


@rotate.command("secret")
def rotate_secret(context: typer.Context, destination: int, account: Account = "") -> None:
    """Give a destination a new signing secret. The old one also signs for 24 hours."""
    now = session(context)
    with now.client() as client:
        made = client.sign(account_for(client, account), destination)
    now.out.data(made)
    now.out.say(f"{made['secret']}\nPut it into the receiver within 24 hours: both secrets sign until then.")


@rotate.command("token")
def rotate_token(
    context: typer.Context,
    token: Annotated[str, typer.Argument(help="The id of the old token.")],
    account: Account = "",
    *,
    revoke: Annotated[bool, typer.Option("--revoke", help="Revoke the old token at once.")] = False,
) -> None:
    """Issue a token like an old one. The old one stays, unless --revoke is there."""
    now = session(context)
    with now.client() as client:
        name = account_for(client, account)
        old = next((one for one in client.tokens(name) if one["id"] == token), None)
        if old is None:
            fail(f"The account '{name}' has no token {token}.")
        made = client.issue(name, old["kind"], name=old["name"], scopes=old.get("scopes", []))
        if revoke:
            client.revoke(token, name)
    now.out.data(made)
    now.out.say(made["token"])
    if not revoke:
        now.out.say(f"Put it in, then: switchboard rotate revoke {token} --account {name}")


@rotate.command("revoke")
def revoke_token(context: typer.Context, token: str, account: Account = "") -> None:
    """Revoke a token. Warm functions may accept the token for 30 seconds more."""
    now = session(context)
    with now.client() as client:
        client.revoke(token, account_for(client, account))
    now.out.data({"revoked": token})
    now.out.say(f"Token {token} is revoked.")


def forget(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="The number of the person, in any usual form.")],
    account: Account = "",
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Erase. Without it the command only counts.")] = False,
    wait: Annotated[bool, typer.Option(help="Wait for the report.")] = True,
) -> None:
    """Erase a person's number from an account. Only counts, unless --yes is there."""
    now = session(context)
    with now.client() as client:
        found = client.erase_number(account_for(client, account), number, dry_run=not yes)
        while wait and found["state"] != "done":
            time.sleep(PAUSE)
            found = client.erasure(found["id"])
    now.out.data(found)
    counts = ", ".join(f"{kind} {count}" for kind, count in found["erased"].items()) or "nothing"
    said = "Would erase" if found["dry_run"] else "Erased"
    now.out.say(f"{said}: {counts}. Erasure {found['id']} is {found['state']}.")


def audit(
    context: typer.Context,
    account: Account = "",
    actor: Annotated[str | None, typer.Option(help="Who.")] = None,
    hours: Annotated[int, typer.Option(help="How far back.")] = HOURS,
) -> None:
    """List changes, newest first: who changed what."""
    now = session(context)
    since = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
    with now.client() as client:
        found = list(client.audit(200, account=account or None, actor=actor, since=since))
    columns = {"at": "at", "actor": "who", "action": "what", "account": "account", "target.id": "object",
               "status": "status", "address": "from"}  # fmt: skip
    now.out.table(found, columns, f"Nothing was changed in the last {hours} hours.")


def logs(
    context: typer.Context,
    call: Annotated[str, typer.Option(help="The hub's id of the call.")],
    folder: Annotated[Path, typer.Option(help="The logs of the hub on this machine.")] = Path(".local"),
    stack: Annotated[str, typer.Option(help="The stack on AWS; its log is read with the program `aws`.")] = "",
    log_group: Annotated[str, typer.Option(help="The log group on AWS, in the place of the stack's.")] = "",
) -> None:
    """Print the log lines about a call, of the hub on this machine or on AWS."""
    now = session(context)
    lines = _on_aws(stack, log_group, call) if stack or log_group else _here(folder, call)
    now.out.data(lines)
    for line in lines:
        now.out.say(line)
    if not lines:
        now.out.say("No line of the log names this call.")


def _here(folder: Path, call: str) -> list[str]:
    files = sorted(folder.glob("*.log"))
    if not files:
        fail(f"{folder} has no logs. Name the directory with --folder, or the stack on AWS with --stack.", WRONG)
    return [line for file in files for line in file.read_text(errors="replace").splitlines() if call in line]


def _on_aws(stack: str, group: str, call: str) -> list[str]:
    try:
        return aws.lines(group or aws.log_group(stack), call)
    except aws.AwsError as error:
        fail(f"{error} {error.do}")
