"""The plan of a task: the current content of its resources, for a start or a dry run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from switchboard.campaigns.dialling.bounds import MOST_CALLS
from switchboard.campaigns.ports import Audiences
from switchboard.campaigns.tasks import TaskResources
from switchboard.errors import Conflict, NotFound
from switchboard.kernel.campaign import Clip, NotificationSettings, Subscriber, SubscriberGroup, Task
from switchboard.kernel.subscriber_list import MOST, SeenSubscribers, each_telephone_once


@dataclass(frozen=True, slots=True)
class Plan:
    """A task with its content. Each subscriber appears once; `repeated` counts repeats in further groups.

    `region` is the numbering plan by which two spellings are one telephone.
    """

    task: Task
    settings: NotificationSettings
    clips: tuple[Clip, ...]
    subscribers: Sequence[Subscriber]
    repeated: int
    region: str


@dataclass(frozen=True, slots=True)
class MakePlan:
    """Reads the resources of a task. `region_of` returns the numbering plan of an account."""

    resources: TaskResources
    audiences: Audiences
    region_of: Callable[[str], str]

    def __call__(self, task: Task) -> Plan:
        """Return the plan. Raises Conflict for a missing resource, or above a limit of tasks."""
        settings = self.resources.settings.get(task.account, task.settings)
        if settings is None:
            raise Conflict("The task's settings are no longer there.", "settings")
        clips = self.clips_of(task)
        groups = [self._group(task.account, group) for group in dict.fromkeys(task.groups)]
        region = self.region_of(task.account)
        subscribers, repeated = self._merged(task.account, groups, region)
        _check_calls(settings, subscribers)
        return Plan(task, settings, clips, subscribers, repeated, region)

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

    def _merged(self, account: str, groups: Sequence[SubscriberGroup], region: str) -> tuple[list[Subscriber], int]:
        known, found, repeated = SeenSubscribers(region), list[Subscriber](), 0
        for group in groups:
            for subscriber in self._read(account, group):
                if known.add(subscriber):
                    found.append(_with_each_telephone_once(subscriber, region))
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


def _with_each_telephone_once(subscriber: Subscriber, region: str) -> Subscriber:
    """Return a subscriber of an older list, in which one telephone may have several spellings."""
    phones = each_telephone_once(subscriber.phones, region)
    return subscriber if phones == subscriber.phones else replace(subscriber, phones=phones)


def _check_calls(settings: NotificationSettings, subscribers: Sequence[Subscriber]) -> None:
    """Raise Conflict if the calls of one subscriber would not fit into one row."""
    numbers = max((len(one.phones) for one in subscribers), default=0)
    if numbers * settings.attempt_count > MOST_CALLS:
        raise Conflict(f"There may be {MOST_CALLS} calls to one subscriber at most: waves times numbers.", "settings")
