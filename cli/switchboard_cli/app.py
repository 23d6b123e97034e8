"""The command `switchboard`: options of all commands, and the commands."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from switchboard_cli.commands import calls, campaign, connect, deliveries, doctor, listen, login, records, trigger
from switchboard_cli.output import Output
from switchboard_cli.profiles import DEFAULT
from switchboard_cli.session import FAILED, Session, told
from switchboard_client.transport import ClientError

app = typer.Typer(no_args_is_help=True, help="Look at a Switchboard hub, and set right what is wrong.")
for part in (login, connect, trigger, deliveries, calls, campaign, records, listen, doctor):
    part.add_to(app)


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(own_version())
        raise typer.Exit


def own_version() -> str:
    """Return the version of the command; that of a checkout is not known."""
    try:
        return version("switchboard")
    except PackageNotFoundError:
        return "of a checkout"


@app.callback()
def options(
    context: typer.Context,
    profile: Annotated[
        str, typer.Option("--profile", "-p", envvar="SWITCHBOARD_PROFILE", help="The hub to talk to.")
    ] = DEFAULT,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print answers as JSON.")] = False,
    wants_version: Annotated[
        bool, typer.Option("--version", callback=lambda value: _version(wanted=value), is_eager=True)
    ] = False,
) -> None:
    """Options of all commands."""
    del wants_version
    context.obj = Session(profile, Output(as_json=as_json))


def main() -> None:
    """Run the command. A refusal of the hub is one sentence on the standard error, and exit code 1."""
    try:
        app()
    except ClientError as error:
        typer.echo(told(error), err=True)
        raise SystemExit(FAILED) from None
