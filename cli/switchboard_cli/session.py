"""What every command needs: the profile, a client, and the output."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import NoReturn

import httpx
import typer

from switchboard_cli.output import Output
from switchboard_cli.profiles import LOCAL, Profile, profile_of
from switchboard_client import ApiError, Campaigns, Client
from switchboard_client.transport import ClientError

FAILED, WRONG = 1, 2  # exit codes: the hub refused or is not there; the command was wrong
HINTS = {
    401: "Log in again: switchboard login.",
    403: "The token of this profile may not do this: log in with another one.",
}
over: httpx.BaseTransport | None = None  # replaces the network in tests


@dataclass(frozen=True, slots=True)
class Session:
    """One run of the command."""

    profile: str
    out: Output

    def found(self) -> Profile:
        """Return the profile. Exits if there is none."""
        kept = profile_of(self.profile)
        if kept is None:
            fail(f"There is no profile '{self.profile}': log in first, with switchboard login --url {LOCAL}.", WRONG)
        return kept

    def client(self) -> Client:
        """Return a client of the hub's own API."""
        kept = self.found()
        return Client(kept.url, kept.token, over)

    def campaigns(self, token: str) -> Campaigns:
        """Return a client of the API of campaigns."""
        return Campaigns(self.found().url, token, over)


def session(context: typer.Context) -> Session:
    """Return the session of a command."""
    kept = context.find_object(Session)
    assert kept is not None  # noqa: S101 - the application's callback makes it
    return kept


def fail(text: str, code: int = FAILED) -> NoReturn:
    """Print what is wrong on the standard error, and exit."""
    typer.echo(text, err=True)
    raise typer.Exit(code)


def told(error: ClientError) -> str:
    """Return an error as a sentence, with what to do."""
    hint = HINTS.get(error.status, "") if isinstance(error, ApiError) else "Is the address right? switchboard doctor"
    return f"{error} {hint}".strip()


def is_terminal() -> bool:
    """Whether a person looks at the output."""
    return sys.stdout.isatty()
