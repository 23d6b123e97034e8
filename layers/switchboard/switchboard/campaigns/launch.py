"""A campaign in one request: list, audio and settings become resources, and the task is started.

The idempotency key gives the ids of all resources and of the execution. So a repeated request makes nothing new, also
if the worker of the first request died on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from switchboard.campaigns.audio.add import AddAudio, AudioRequest
from switchboard.campaigns.groups import GroupRequest, KeepGroups
from switchboard.campaigns.ports import Executions, Resources
from switchboard.campaigns.start import StartOrder, StartTask
from switchboard.campaigns.tasks import KeepTasks
from switchboard.errors import Conflict, Invalid, NotFound
from switchboard.kernel.campaign import NotificationSettings, Task
from switchboard.kernel.subscriber_list import GatheredList

IDS = UUID("5d0a4c1e-7c4b-4a53-9a0f-3f1c8a8f2b90")
PAGE, MOST_PAGES = 500, 20
OTHER = "This key was used for another campaign: choose a new Idempotency-Key."


@dataclass(frozen=True, slots=True)
class CampaignOrder:
    """Everything of a campaign. `settings` have an empty id, `files` are ids of stored audio files.

    `rehearsal` are the only numbers to call; without numbers the whole list is called.
    """

    account: str
    user_id: str
    key: str
    name: str
    settings: NotificationSettings
    group: GroupRequest | None = None
    groups: Sequence[str] = ()
    audio: Sequence[AudioRequest] = ()
    files: Sequence[str] = ()
    priority: int = 9
    rehearsal: Sequence[str] = ()

    def id_of(self, what: str) -> str:
        """Return the id of a resource, derived from account and key."""
        return str(uuid5(IDS, f"{self.account}\n{self.key}\n{what}"))


@dataclass(frozen=True, slots=True)
class Launched:
    """The result. `execution` is None if the account has no channels; `repeated` means: nothing new was made."""

    task: str
    execution: str | None
    gathered: GatheredList | None = None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class LaunchCampaign:
    """The use case behind `POST /campaigns`."""

    add_audio: AddAudio
    groups: KeepGroups
    settings: Resources[NotificationSettings]
    tasks: KeepTasks
    start: StartTask
    executions: Executions
    clock: Callable[[], datetime]

    def __call__(self, order: CampaignOrder) -> Launched:
        """Make what is missing, and start. Everything is read before anything is stored, but for the audio.

        Raises Invalid, UnsupportedMedia, NotFound, RowsInvalid; Conflict if the key belongs to another campaign.
        """
        task, execution = order.id_of("task"), order.id_of("execution")
        known = self.tasks.tasks.get(order.account, task)
        if known is not None and known.name != order.name:
            raise Conflict(OTHER, "Idempotency-Key")
        begun = self.executions.get(order.account, execution)
        if begun is not None:
            self._require_same_list(order)
            return Launched(task, begun.id, repeated=True)
        files = [*order.files, *(self.add_audio(one).id for one in order.audio)]
        gathered, groups = self._groups(order)
        settings = replace(order.settings, id=order.id_of("settings"))
        self.settings.save(settings)
        wish = Task(
            order.account, task, order.name, settings.id, tuple(files), tuple(groups), self.clock(), order.user_id
        )
        self.tasks.add(replace(wish, priority=order.priority))
        started = self.start(order.account, task, StartOrder(execution, tuple(order.rehearsal)))
        return Launched(task, started, gathered)

    def _groups(self, order: CampaignOrder) -> tuple[GatheredList | None, list[str]]:
        if order.group is None:
            return None, list(order.groups)
        group, gathered = self.groups.add(order.group, order.id_of("group"))
        self._require_same_list(order)
        return gathered, [*order.groups, group.id]

    def _require_same_list(self, order: CampaignOrder) -> None:
        """Raise Conflict if the key's group was made of another list."""
        if order.group is None:
            return
        known = self.groups.groups.get(order.account, order.id_of("group"))
        if known is not None and not known.audience.id.endswith(f".{order.group.source[:16]}"):
            raise Conflict(OTHER, "Idempotency-Key")


def preset_of(account: str, name: str, settings: Resources[NotificationSettings]) -> NotificationSettings:
    """Return the account's stored settings of a name. Raises NotFound, and Invalid if several have the name."""
    found: list[NotificationSettings] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page, cursor = settings.listed(account, PAGE, cursor)
        found += [one for one in page if one.name == name]
        if cursor is None:
            break
    if not found:
        raise NotFound("There are no settings of this name.", "preset")
    if len(found) > 1:
        raise Invalid("Several settings have this name: name the preset uniquely.", "preset")
    return found[0]
