"""`login`: keep an address and a token under a name."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from switchboard_cli import session as sessions
from switchboard_cli.profiles import LOCAL, Profile, keep
from switchboard_cli.session import fail, session
from switchboard_client import ApiError, Client


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(login)


def login(
    context: typer.Context,
    url: Annotated[str, typer.Option(help="The address of the hub; on AWS with the stage: https://…/v1.")] = LOCAL,
    *,
    check: Annotated[bool, typer.Option(help="Try the token first.")] = True,
) -> None:
    """Keep an address and a token. The token comes from a prompt, from a pipe, or from SWITCHBOARD_TOKEN.

    There is no option for the token: an argument would stay in the shell's history and in the list of processes.
    """
    now = session(context)
    token = _token()
    if check:
        _try(url, token)
    path = keep(now.profile, Profile(url.rstrip("/"), token))
    now.out.say(f"Profile '{now.profile}' is for {url}. It is kept in {path}, which you alone can read.")
    now.out.data({"profile": now.profile, "url": url, "file": str(path)})


def _token() -> str:
    token = os.environ.get("SWITCHBOARD_TOKEN", "")
    if not token:
        token = typer.prompt("Token", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    if not token.strip():
        fail("The token is empty.", sessions.WRONG)
    return str(token.strip())


def _try(url: str, token: str) -> None:
    with Client(url, token, sessions.over) as client:
        try:
            next(iter(client.accounts()), None)
        except ApiError as error:
            if error.status != 403:  # noqa: PLR2004 - a token of an account may lack the scope `read`
                raise
