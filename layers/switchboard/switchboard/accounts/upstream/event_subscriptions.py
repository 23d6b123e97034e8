"""Compare the subscriptions of a PBX with ours, and subscribe to events.

The PBX lists an id for each event, and no address. We recognise our subscriptions by the ids that the PBX gave us.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from switchboard.accounts.upstream.model import EventSubscription, SubscriptionState
from switchboard.accounts.upstream.ports import EventSubscriptionsClient
from switchboard.errors import Conflict, ProviderRefused, ProviderSilent, Refusal, Refused

NOT_ASKED = "No time was left to subscribe; the next check subscribes."
HOPELESS = (Refusal.FORBIDDEN, Refusal.UNAVAILABLE, Refusal.TOO_FAST)  # the next request would fail as well
_WORTH = dict.fromkeys(SubscriptionState, 1) | {
    SubscriptionState.SUBSCRIBED: 2,
    SubscriptionState.ASKED: 0,
}
Known = Mapping[str, EventSubscription]


def is_ours(known: EventSubscription | None, listed: str) -> bool:
    """Whether the subscription with the id `listed` is ours. `known` is our record of the event."""
    if known is None:
        return False
    return known.state is SubscriptionState.ASKED or (
        known.state is SubscriptionState.SUBSCRIBED and known.id == listed
    )


def sent_elsewhere(listed: Mapping[str, str], known: Known, names: Iterable[str]) -> list[str]:
    """Return the events among `names` that the PBX sends to another receiver."""
    return [name for name in names if name in listed and not is_ours(known.get(name), listed[name])]


def observed(listed: Mapping[str, str], known: Known, names: Iterable[str]) -> dict[str, EventSubscription]:
    """Return the state of each event by the list of the PBX."""
    return {name: _seen(listed.get(name), known.get(name)) for name in names}


def merged(theirs: Known, mine: Known) -> dict[str, EventSubscription]:
    """Merge the records of two runs that ran at the same time.

    For each event `SUBSCRIBED` wins over every other state, and `ASKED` loses to every other.
    """
    return {
        name: max((one, mine.get(name, one)), key=lambda known: _WORTH[known.state]) for name, one in theirs.items()
    }


def _seen(listed: str | None, known: EventSubscription | None) -> EventSubscription:
    if listed is None:
        return EventSubscription(SubscriptionState.MISSING)
    if known is None or not is_ours(known, listed):
        return EventSubscription(SubscriptionState.TAKEN, reason="The PBX sends this event to another address.")
    return known


@dataclass(frozen=True, slots=True)
class EventSubscriber:
    """Subscribes `url` with `login` to events of one PBX. No request begins once `is_late` returns True."""

    pbx: EventSubscriptionsClient
    url: str
    login: str
    is_late: Callable[[], bool]

    def subscribe(self, listed: Mapping[str, str], names: Iterable[str]) -> dict[str, EventSubscription]:
        """Subscribe to each event of `names`, and return its state. A listed subscription to the event is replaced."""
        states: dict[str, EventSubscription] = {}
        hopeless = ""
        for name in names:
            if hopeless or self.is_late():
                states[name] = EventSubscription(SubscriptionState.MISSING, reason=hopeless or NOT_ASKED)
                continue
            states[name], hopeless = self._subscribe(name, there=name in listed)
        return states

    def _subscribe(self, name: str, *, there: bool) -> tuple[EventSubscription, str]:
        """Return the state of the event, and the reason to stop subscribing; an empty reason means to continue."""
        try:
            if there:
                self.pbx.unsubscribe(name)
            return EventSubscription(SubscriptionState.SUBSCRIBED, self.pbx.subscribe(name, self.url, self.login)), ""
        except Conflict as error:
            return EventSubscription(SubscriptionState.TAKEN, reason=error.message), ""
        except ProviderSilent as error:
            return EventSubscription(SubscriptionState.ASKED, reason=error.message), error.message
        except ProviderRefused as error:
            stop = error.message if error.refusal in HOPELESS else ""
            return EventSubscription(SubscriptionState.REFUSED, reason=error.message), stop
        except Refused as error:
            return EventSubscription(SubscriptionState.REFUSED, reason=error.message), error.message
