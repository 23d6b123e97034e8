"""The watch where no workflow runs any more: after the local emulator was started again."""

from __future__ import annotations

from datetime import timedelta

from tests.unit.deliveries.world import World


def test_every_receiver_in_trouble_gets_its_workflow_again_at_its_time() -> None:
    """Each goes on when the one before it would have, and one without trouble gets none."""
    world = World(schedule=(5.0, 30.0, 600.0, 86_400.0))
    world.answer = lambda one: 500 if one.endpoint == "crm" else 200
    world.happen(1)
    world.happen(1, host="erp")
    world.run(until=lambda: bool(world.executions))
    endpoint = world.endpoint()
    assert endpoint is not None
    assert endpoint.next_at is not None
    world.now = endpoint.next_at - timedelta(seconds=3)
    world.executions.clear()
    assert [one.key.id for one in world.watch.start_all()] == ["crm"]
    assert [(started.endpoint.key.id, started.wait) for started in world.workflows.started[1:]] == [("crm", 3.0)]
