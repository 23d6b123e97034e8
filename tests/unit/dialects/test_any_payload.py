"""Whatever a vendor sends: it is read, kept and sent on, and nothing raises."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.aws.codec import dump, load, load_call
from switchboard.deliveries.fan_out import PlanDeliveries
from switchboard.dialects.registry import dialect_named, readers, renderer_named, renderers
from switchboard.kernel.call import CallEvent
from switchboard.lambdas.bodies import json_object
from tests.fakes.subscriptions import MemorySubscriptions
from tests.support.builders import NOON, a_subscription, applied
from tests.unit.builders import an_arrival, parsed, rendered_as
from tests.unit.dialects.strategies import BODIES, FEW, JSON, OF_ANY_CALL

OBJECTS = st.dictionaries(st.text(max_size=10), JSON, max_size=5)
NAMES = {
    "vpbx": ("type", "event_name", "params"),
    "callevents": ("SessionID", "HookType"),
    "sprecord": ("payload",),
    "kontur": ("callback", "items", "from", "to"),
}


def posted(body: dict[str, Any]) -> dict[str, Any]:
    """The body as the webhooks read it."""
    return json_object({"body": json.dumps(body)}, limit=1024 * 1024)


@pytest.mark.parametrize("dialect", readers())
@given(data=st.data())
@FEW
def test_any_json_object_is_an_event(dialect: str, data: st.DataObject) -> None:
    """Junk, whole or under the documented names, is read and kept whole."""
    names = dict.fromkeys(NAMES.get(dialect, dialect_named(dialect).VOCABULARY.fields), JSON)
    body = posted(data.draw(OBJECTS) | data.draw(st.fixed_dictionaries({}, optional=names)))
    assert parsed(dialect, body).raw == body
    dialect_named(dialect).handshake(an_arrival(dialect, body))


@pytest.mark.parametrize("dialect", readers())
@given(data=st.data())
@FEW
def test_any_event_can_be_kept_folded_and_sent_on(dialect: str, data: st.DataObject) -> None:
    """It comes out of the queue as it went in, its call out of the table, and a rendering is JSON."""
    event = parsed(dialect, posted(data.draw(BODIES[dialect](OF_ANY_CALL))))
    assert load(dump(event), CallEvent) == event
    done = applied(event)
    if done.call:
        assert load_call(dump(done.call)) == done.call
    messages = [message for target in renderers() for message in rendered_as(target, done)]
    assert all(json.dumps(dict(message.body), allow_nan=False) for message in messages)


def one_of_each() -> MemorySubscriptions:
    """The subscriptions of an account that has a destination of every dialect."""
    kept = MemorySubscriptions()
    for place, dialect in enumerate(renderers(), 1):
        kept.add(a_subscription("", id=place, dialect=dialect))
    return kept


@pytest.mark.parametrize("dialect", readers())
@given(data=st.data())
@FEW
def test_any_event_can_be_planned_for_any_destination(dialect: str, data: st.DataObject) -> None:
    """Whatever it names, or does not; the hub's own dialect always has a word for it."""
    body = posted(data.draw(OBJECTS) | data.draw(BODIES[dialect](OF_ANY_CALL) | st.just({})))
    plan = PlanDeliveries(one_of_each(), renderer_named, "https://hub.example.com", lambda: NOON)
    deliveries = plan(applied(parsed(dialect, body)))
    own = list(renderers()).index("standard") + 1
    assert own in {delivery.subscription_id for delivery in deliveries}
    assert all(delivery.event_name and isinstance(json.loads(delivery.body), dict) for delivery in deliveries)
