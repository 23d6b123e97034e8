"""Resources of running tasks, which must not be changed or removed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from switchboard.campaigns.ports import Executions, Resources
from switchboard.errors import Conflict
from switchboard.kernel.campaign import Task
from switchboard.kernel.campaign_audio import folder_of


class ResourceKind(StrEnum):
    """The kinds of a task's resources, and the task itself; the values are the kinds of the stored rows."""

    SETTINGS = "settings"
    GROUP = "group"
    AUDIO = "audio"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class InUse:
    """Tells whether a running task uses a resource."""

    tasks: Resources[Task]
    executions: Executions

    def __call__(self, account: str, kind: ResourceKind, id_: str) -> bool:
        """Whether a running task uses the resource, in its current form or in the clips of its execution."""
        active = self.executions.active(account)
        clips = {clip.key for execution in active for clip in execution.clips}
        if kind is ResourceKind.AUDIO and any(key.startswith(folder_of(account, id_)) for key in clips):
            return True
        found = (self.tasks.get(account, one) for one in {execution.task for execution in active})
        return any((kind, id_) in uses(task) for task in found if task)

    def require_unused(self, account: str, kind: ResourceKind, id_: str) -> None:
        """Raise Conflict if a running task uses the resource."""
        if self(account, kind, id_):
            raise Conflict("A task that is running uses it.")


def uses(task: Task) -> set[tuple[ResourceKind, str]]:
    """The resources of a task, and the task itself."""
    files = {(ResourceKind.AUDIO, file) for file in task.files}
    groups = {(ResourceKind.GROUP, group) for group in task.groups}
    return {(ResourceKind.TASK, task.id), (ResourceKind.SETTINGS, task.settings), *files, *groups}
