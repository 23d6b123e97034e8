"""What campaigns come to, told as events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from switchboard import bootstrap

if TYPE_CHECKING:
    from switchboard.campaigns.events import Campaigns, SubscriberOf, TellEvents


def tell_events(campaigns: Campaigns, subscriber_of: SubscriberOf) -> TellEvents:
    """A follower of dialling, which knows executions and subscribers by these."""
    from switchboard.campaigns.events import AskedEvents, TellEvents
    from switchboard.dialects.registry import vocabulary_of

    asked = AskedEvents(bootstrap.subscriptions(), lambda dialect, name: vocabulary_of(dialect).has(name))
    return TellEvents(asked, campaigns, subscriber_of, bootstrap.event_queue())
