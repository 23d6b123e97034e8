"""Bringing one PBX's subscriptions to what they should be: every event told to our address, nobody else's touched.

The PBX's list shows an id for each event and no address, so ours are known by the ids that we were given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from switchboard.accounts.upstream.model import EventState, Subscribed
from switchboard.accounts.upstream.ports import Pbx
from switchboard.errors import Conflict, ProviderRefused, ProviderSilent, Refusal, Refused

NOT_ASKED = "There was no time left to ask; the next check asks."
HOPELESS = (Refusal.FORBIDDEN, Refusal.UNAVAILABLE, Refusal.TOO_FAST)  # the next question would fare no better
_WORTH = dict.fromkeys(EventState, 1) | {EventState.SUBSCRIBED: 2, EventState.ASKED: 0}
Known = Mapping[str, Subscribed]


def is_ours(known: Subscribed | None, listed: str) -> bool:
    """Whether a subscription in the PBX's list is one of ours."""
    if known is None:
        return False
    return known.state is EventState.ASKED or (known.state is EventState.SUBSCRIBED and known.id == listed)


def foreign(listed: Mapping[str, str], known: Known, names: Iterable[str]) -> list[str]:
    """The events of these that are told to somebody else."""
    return [name for name in names if name in listed and not is_ours(known.get(name), listed[name])]


def observed(listed: Mapping[str, str], known: Known, names: Iterable[str]) -> dict[str, Subscribed]:
    """How each event stands, with nothing changed."""
    return {name: _seen(listed.get(name), known.get(name)) for name in names}


def joined(theirs: Known, mine: Known) -> dict[str, Subscribed]:
    """What two runs at the same time know together: a subscription counts most, a question without answer least."""
    return {
        name: max((one, mine.get(name, one)), key=lambda known: _WORTH[known.state]) for name, one in theirs.items()
    }


def _seen(listed: str | None, known: Subscribed | None) -> Subscribed:
    if listed is None:
        return Subscribed(EventState.MISSING)
    if known is None or not is_ours(known, listed):
        return Subscribed(EventState.TAKEN, reason="The PBX tells this event to another address.")
    return known


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Subscribes `url` with `login` to events of one PBX; `is_late` tells when to stop asking."""

    pbx: Pbx
    url: str
    login: str
    is_late: Callable[[], bool]

    def bring(self, listed: Mapping[str, str], names: Iterable[str]) -> dict[str, Subscribed]:
        """Subscribe to each of these events, in place of what is listed for it."""
        brought: dict[str, Subscribed] = {}
        hopeless = ""
        for name in names:
            if hopeless or self.is_late():
                brought[name] = Subscribed(EventState.MISSING, reason=hopeless or NOT_ASKED)
                continue
            brought[name], hopeless = self._bring(name, there=name in listed)
        return brought

    def _bring(self, name: str, *, there: bool) -> tuple[Subscribed, str]:
        """How the event stands then, and why it is of no use to go on, where it is of none."""
        try:
            if there:
                self.pbx.unsubscribe(name)
            return Subscribed(EventState.SUBSCRIBED, self.pbx.subscribe(name, self.url, self.login)), ""
        except Conflict as error:
            return Subscribed(EventState.TAKEN, reason=error.message), ""
        except ProviderSilent as error:
            return Subscribed(EventState.ASKED, reason=error.message), error.message
        except ProviderRefused as error:
            stop = error.message if error.refusal in HOPELESS else ""
            return Subscribed(EventState.REFUSED, reason=error.message), stop
        except Refused as error:
            return Subscribed(EventState.REFUSED, reason=error.message), error.message
