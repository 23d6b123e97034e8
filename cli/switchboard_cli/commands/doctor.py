"""`doctor`: check a deployment, and say what to do about each finding."""

from __future__ import annotations

from typing import Annotated

import typer

from switchboard_cli.checks import Check, Level, run_checks
from switchboard_cli.session import FAILED, session

STYLES = {Level.OK: "green", Level.WARNING: "yellow", Level.FAULT: "red"}


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    context: typer.Context,
    account: Annotated[str, typer.Option("--account", "-a", help="Only this account.")] = "",
    test: Annotated[int, typer.Option(help="The id of a destination: send a sample, and wait for its arrival.")] = 0,
    stack: Annotated[str, typer.Option(help="The stack on AWS: look at its alarms, with the program `aws`.")] = "",
) -> None:
    """Check address, clock, token, receivers, dead letters, sources and PBXs. Exit code 1 if something is wrong."""
    now = session(context)
    found = list(run_checks(now, account, test, stack))
    now.out.data([one.view() for one in found])
    for one in found:
        _show(now.out.as_json, one)
    if any(one.level is Level.FAULT for one in found):
        raise typer.Exit(FAILED)


def _show(as_json: bool, one: Check) -> None:  # noqa: FBT001 - the only place
    if as_json:
        return
    mark = typer.style(f"{one.level.value:8}", fg=STYLES[one.level])
    typer.echo(f"{mark} {one.what}: {one.says}")
    if one.do:
        typer.echo(f"         {one.do}")
