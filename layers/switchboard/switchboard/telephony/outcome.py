"""The outcome of a request to a provider, as stored with the command and answered to repeats."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from switchboard.errors import ProviderRefused, ProviderSilent, Refusal, Refused, Sealed, TryAgain
from switchboard.telephony.model import Command, CommandState


def reason_of(error: Refused) -> str:
    """Return the provider's reason for a refusal, else the error's code."""
    return error.refusal.value if isinstance(error, ProviderRefused) else error.code


@contextmanager
def refused_before_sending() -> Iterator[None]:
    """Turn Sealed and TryAgain into ProviderRefused: nothing was sent, and a later try may succeed."""
    try:
        yield
    except (Sealed, TryAgain) as error:
        raise ProviderRefused("The telephony cannot be reached now.", Refusal.UNAVAILABLE) from error


def failed(command: Command, error: Refused, at: datetime) -> Command:
    """Return the command failed with this error."""
    return replace(command, state=CommandState.FAILED, reason=reason_of(error), finished_at=at)


def accepted(command: Command, call_id: str, at: datetime) -> Command:
    """Return the command as accepted: succeeded with a known call, else `sent` until a call is matched."""
    if not call_id:
        return replace(command, state=CommandState.SENT)
    return replace(command, state=CommandState.SUCCEEDED, call_id=call_id, reason="", finished_at=at)


def is_surely_not_done(command: Command) -> bool:
    """Whether the provider certainly did nothing, so that the same request may be sent again."""
    return command.state is CommandState.FAILED and command.reason != ProviderSilent.code
