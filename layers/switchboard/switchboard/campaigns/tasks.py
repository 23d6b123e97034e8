"""Add, replace and remove tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from switchboard.campaigns.in_use import InUse, ResourceKind
from switchboard.campaigns.ports import Clips, Resources
from switchboard.errors import NotFound
from switchboard.kernel.campaign import NotificationSettings, SubscriberGroup, Task


@dataclass(frozen=True, slots=True)
class TaskResources:
    """The stored resources that tasks refer to."""

    settings: Resources[NotificationSettings]
    groups: Resources[SubscriberGroup]
    clips: Clips


@dataclass(frozen=True, slots=True)
class KeepTasks:
    """The use cases behind `/tasks`."""

    tasks: Resources[Task]
    resources: TaskResources
    in_use: InUse
    clock: Callable[[], datetime]

    def add(self, task: Task) -> Task:
        """Store a task. Raises NotFound with the field of a missing resource."""
        self._check(task)
        self.tasks.save(task)
        return task

    def replace(self, new: Task) -> Task:
        """Replace the task of this id. Raises NotFound, and Conflict while the task is running."""
        find_task(new.account, new.id, self.tasks)
        self.in_use.require_unused(new.account, ResourceKind.TASK, new.id)
        return self.add(new)

    def remove(self, account: str, id_: str) -> None:
        """Delete a task; its reports stay. Raises NotFound, and Conflict while the task is running."""
        find_task(account, id_, self.tasks)
        self.in_use.require_unused(account, ResourceKind.TASK, id_)
        self.tasks.remove(account, id_, self.clock())

    def _check(self, task: Task) -> None:
        resources, account = self.resources, task.account
        if resources.settings.get(account, task.settings) is None:
            raise NotFound("There are no such settings.", "settings")
        if any(resources.clips(account, file) is None for file in task.files):
            raise NotFound("There is no such audio file.", "files")
        if any(resources.groups.get(account, group) is None for group in task.groups):
            raise NotFound("There is no such group of subscribers.", "groups")


def find_task(account: str, id_: str, tasks: Resources[Task]) -> Task:
    """Return the account's task. Raises NotFound."""
    found = tasks.get(account, id_)
    if found is None:
        raise NotFound("There is no such task.")
    return found
