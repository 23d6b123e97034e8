"""The plan of a task: the current content of its resources, for a start or a dry run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from switchboard.campaigns.dialling.bounds import MOST_CALLS
from switchboard.campaigns.ports import Audiences
from switchboard.campaigns.tasks import TaskResources
from switchboard.errors import Conflict, NotFound
from switchboard.kernel.campaign import Clip, NotificationSettings, Subscriber, SubscriberGroup, Task
from switchboard.kernel.subscriber_list import MOST, SeenSubscribers


@dataclass(frozen=True, slots=True)
class Plan:
    """A task with its content. Each subscriber appears once; `repeated` counts repeats in further groups."""

    task: Task
    settings: NotificationSettings
    clips: tuple[Clip, ...]
    subscribers: Sequence[Subscriber]
    repeated: int


@dataclass(frozen=True, slots=True)
class MakePlan:
    """Reads the resources of a task."""

    resources: TaskResources
    audiences: Audiences

    def __call__(self, task: Task) -> Plan:
        """Return the plan. Raises Conflict for a missing resource, or above a limit of tasks."""
        settings = self.resources.settings.get(task.account, task.settings)
        if settings is None:
            raise Conflict("The task's settings are no longer there.", "settings")
        clips = self.clips_of(task)
        groups = [self._group(task.account, group) for group in dict.fromkeys(task.groups)]
        subscribers, repeated = self._merged(task.account, groups)
        _check_calls(settings, subscribers)
        return Plan(task, settings, clips, subscribers, repeated)

    def clips_of(self, task: Task) -> tuple[Clip, ...]:
        """The task's audio in its current version. Raises Conflict if a file is missing."""
        return tuple(self._clip(task.account, file) for file in task.files)

    def _clip(self, account: str, id_: str) -> Clip:
        clip = self.resources.clips(account, id_)
        if clip is None:
            raise Conflict("An audio file of the task is no longer there.", "files")
        return clip

    def _group(self, account: str, id_: str) -> SubscriberGroup:
        group = self.resources.groups.get(account, id_)
        if group is None:
            raise Conflict("A group of the task is no longer there.", "groups")
        return group

    def _merged(self, account: str, groups: Sequence[SubscriberGroup]) -> tuple[list[Subscriber], int]:
        known, found, repeated = SeenSubscribers(), list[Subscriber](), 0
        for group in groups:
            for subscriber in self._read(account, group):
                if known.add(subscriber):
                    found.append(subscriber)
                else:
                    repeated += 1
            if len(found) > MOST:
                raise Conflict(f"The groups of a task have {MOST} subscribers at most.", "groups")
        return found, repeated

    def _read(self, account: str, group: SubscriberGroup) -> list[Subscriber]:
        try:
            return list(self.audiences.whole(account, group.audience))
        except NotFound:
            raise Conflict("A group of the task is just being changed; please try again.", "groups") from None


def _check_calls(settings: NotificationSettings, subscribers: Sequence[Subscriber]) -> None:
    """Raise Conflict if the calls of one subscriber would not fit into one row."""
    numbers = max((len(one.phones) for one in subscribers), default=0)
    if numbers * settings.attempt_count > MOST_CALLS:
        raise Conflict(f"There may be {MOST_CALLS} calls to one subscriber at most: waves times numbers.", "settings")
