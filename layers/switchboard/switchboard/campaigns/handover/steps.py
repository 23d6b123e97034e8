"""What has to be made at another system, one thing after the other, for an execution to be started there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from switchboard.campaigns.handover.model import START, Handover
from switchboard.campaigns.ports import PAGE
from switchboard.dialects.cato.client import CatoObject, TaskParts
from switchboard.kernel.campaign import Execution

PAGES_IN_A_GROUP = 10  # 5,000 subscribers: about a megabyte in one request
SETTINGS, TASK = "settings", "task"
LONGEST = 100  # characters of the campaign's name within a name there


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to make: `place` counts those of its kind."""

    key: str
    kind: CatoObject
    place: int = 0


def steps_of(execution: Execution) -> Iterator[Step]:
    """In the order in which they need each other; the start is the last."""
    for place in range(len(execution.clips)):
        yield Step(f"audio-{place}", CatoObject.AUDIO, place)
    for place in range(groups_of(execution)):
        yield Step(f"group-{place}", CatoObject.GROUP, place)
    yield Step(SETTINGS, CatoObject.SETTINGS)
    yield Step(TASK, CatoObject.TASK)
    yield Step(START, CatoObject.EXECUTION)


def groups_of(execution: Execution) -> int:
    """How many groups the audience makes."""
    return -(-execution.audience.size // (PAGE * PAGES_IN_A_GROUP))


def name_of(execution: Execution, step: Step) -> str:
    """What it is called there: with our id, by which it is found again. An execution has the name of its task."""
    if step.kind in (CatoObject.AUDIO, CatoObject.GROUP):  # stands in a path
        return f"{execution.id}-{step.key}"
    return f"{execution.name[:LONGEST]} {execution.id}"


def parts_of(execution: Execution, handover: Handover) -> TaskParts:
    """What the task is made of, once it is there."""
    made = handover.made
    files = [made[step.key] for step in steps_of(execution) if step.kind is CatoObject.AUDIO]
    groups = [made[step.key] for step in steps_of(execution) if step.kind is CatoObject.GROUP]
    return TaskParts(made[SETTINGS], files, groups)
