"""The steps of a hand-over: the objects to make at the other system, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from switchboard.campaigns.handover.model import START, Handover
from switchboard.campaigns.ports import PAGE
from switchboard.dialects.campaign_system import CampaignObject, TaskParts
from switchboard.kernel.campaign import Execution

PAGES_IN_A_GROUP = 10  # 5,000 subscribers: about a megabyte in one request
SETTINGS, TASK = "settings", "task"
LONGEST = 100  # characters of the campaign's name within an object's name


@dataclass(frozen=True, slots=True)
class HandoverStep:
    """One object to make. `place` numbers the objects of one kind from 0."""

    key: str
    kind: CampaignObject
    place: int = 0


def steps_of(execution: Execution) -> Iterator[HandoverStep]:
    """Yield the steps in the order of their dependencies; the start is the last."""
    for place in range(len(execution.clips)):
        yield HandoverStep(f"audio-{place}", CampaignObject.AUDIO, place)
    for place in range(groups_of(execution)):
        yield HandoverStep(f"group-{place}", CampaignObject.GROUP, place)
    yield HandoverStep(SETTINGS, CampaignObject.SETTINGS)
    yield HandoverStep(TASK, CampaignObject.TASK)
    yield HandoverStep(START, CampaignObject.EXECUTION)


def groups_of(execution: Execution) -> int:
    """The number of groups that hold the audience."""
    return -(-execution.audience.size // (PAGE * PAGES_IN_A_GROUP))


def name_of(execution: Execution, step: HandoverStep) -> str:
    """The name of a step's object: the name contains the execution's id, by which the hub finds the object.

    An execution at the other system has the name of its task.
    """
    if step.kind in (CampaignObject.AUDIO, CampaignObject.GROUP):  # part of a URL's path
        return f"{execution.id}-{step.key}"
    return f"{execution.name[:LONGEST]} {execution.id}"


def parts_of(execution: Execution, handover: Handover) -> TaskParts:
    """The ids of the task's parts at the other system. All parts must have been made."""
    made = handover.made
    files = [made[step.key] for step in steps_of(execution) if step.kind is CampaignObject.AUDIO]
    groups = [made[step.key] for step in steps_of(execution) if step.kind is CampaignObject.GROUP]
    return TaskParts(made[SETTINGS], files, groups)
