"""Explanations: why the events of a call reached a destination, or why not."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import deliveries, endpoints, kept_calls, source_activity, sources, subscriptions

if TYPE_CHECKING:
    from switchboard.deliveries.explain.gather import ExplainCalls


@cache
def explain_calls() -> ExplainCalls:
    """Return what explains calls."""
    from switchboard.deliveries.explain.gather import ExplainCalls
    from switchboard.dialects.registry import renderer_named

    return ExplainCalls(
        calls=kept_calls(),
        deliveries=deliveries(),
        endpoints=endpoints(),
        subscriptions=subscriptions(),
        sources=sources(),
        activity=source_activity(),
        renderer_named=renderer_named,
        clock=now,
    )
