"""What came of asking a provider, as it is kept with the command and told again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from switchboard.errors import ProviderRefused, ProviderSilent, Refusal, Refused, Sealed, TryAgain
from switchboard.telephony.model import Command, CommandState


def reason_of(error: Refused) -> str:
    """A word for an error: why a provider refused, else the error's code."""
    return error.refusal.value if isinstance(error, ProviderRefused) else error.code


@contextmanager
def refused_before_sending() -> Iterator[None]:
    """What keeps us from asking the provider is told as its refusal: nothing was done, and later it may work."""
    try:
        yield
    except (Sealed, TryAgain) as error:
        raise ProviderRefused("The telephony cannot be asked now.", Refusal.UNAVAILABLE) from error


def failed(command: Command, error: Refused, at: datetime) -> Command:
    """The command as it ends with this error."""
    return replace(command, state=CommandState.FAILED, reason=reason_of(error), finished_at=at)


def accepted(command: Command, call_id: str, at: datetime) -> Command:
    """The command as its provider took it: done where the call is known, else waiting for the call to show."""
    if not call_id:
        return replace(command, state=CommandState.SENT)
    return replace(command, state=CommandState.SUCCEEDED, call_id=call_id, reason="", finished_at=at)


def is_surely_not_done(command: Command) -> bool:
    """Whether it is certain that nothing was done, so that the same may be asked for again."""
    return command.state is CommandState.FAILED and command.reason != ProviderSilent.code
