"""What campaigns come to, told as events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from switchboard import bootstrap

if TYPE_CHECKING:
    from switchboard.campaigns.events import ExecutionReader, SendCampaignEvents, SubscriberOf


def tell_events(campaigns: ExecutionReader, subscriber_of: SubscriberOf) -> SendCampaignEvents:
    """A follower of dialling, which knows executions and subscribers by these."""
    from switchboard.campaigns.events import FindSubscribedKinds, SendCampaignEvents
    from switchboard.dialects.registry import vocabulary_of

    asked = FindSubscribedKinds(bootstrap.subscriptions(), lambda dialect, name: vocabulary_of(dialect).has(name))
    return SendCampaignEvents(asked, campaigns, subscriber_of, bootstrap.event_queue())
