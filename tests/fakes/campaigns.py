"""What accounts prepare for their campaigns, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Generic, TypeVar

from switchboard.aws.campaign_rows import Owned
from switchboard.errors import Conflict
from switchboard.kernel.campaign import ListUpload
from tests.fakes.pages import page

R = TypeVar("R", bound=Owned)
Held = dict[tuple[str, str, str], datetime]


class MemoryResources(Generic[R]):
    """Port Resources, of one kind. `held` is shared with MemoryHolds."""

    def __init__(self, kind: str, held: Held | None = None) -> None:
        self.rows: dict[tuple[str, str], R] = {}
        self._kind = kind
        self._held = {} if held is None else held

    def get(self, account: str, id_: str) -> R | None:
        return self.rows.get((account, id_))

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[R], str | None]:
        own = sorted((key[1], row) for key, row in self.rows.items() if key[0] == account)
        return page([row for _, row in reversed(own)], limit, cursor)

    def save(self, resource: R) -> None:
        self.rows[resource.account, resource.id] = resource

    def remove(self, account: str, id_: str, now: datetime) -> bool:
        until = self._held.get((account, self._kind, id_))
        if until is not None and until > now and (account, id_) in self.rows:
            raise Conflict("A task that uses this resource is being started: try again later.")
        return self.rows.pop((account, id_), None) is not None


class MemoryHolds:
    """Port Holds, over resources by their kind."""

    def __init__(self, held: Held, resources: dict[str, MemoryResources[Owned]]) -> None:
        self._held, self._resources = held, resources

    def hold(self, account: str, keys: Sequence[tuple[str, str]], until: datetime) -> None:
        for kind, id_ in keys:
            if self._resources[kind].get(account, id_) is None:
                raise Conflict(
                    "A resource of the task has just been removed: check the task's settings, groups and audio."
                )
            self._held[account, kind, id_] = until

    def held(self, account: str, kind: str, id_: str, now: datetime) -> bool:
        until = self._held.get((account, kind, id_))
        return until is not None and until > now


class MemoryUploads:
    """Port Uploads; `put` is what a client does."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], ListUpload] = {}
        self.objects: dict[tuple[str, str], bytes] = {}

    def expect(self, upload: ListUpload) -> str:
        self.rows[upload.account, upload.id] = upload
        return f"https://store.example/{upload.account}/{upload.id}"

    def put(self, upload: ListUpload, data: bytes) -> None:
        self.objects[upload.account, upload.id] = data

    def expected(self, account: str, id_: str) -> ListUpload | None:
        return self.rows.get((account, id_))

    def read(self, upload: ListUpload) -> bytes | None:
        found = self.objects.get((upload.account, upload.id))
        return None if found is None else found[: upload.size]

    def remove(self, upload: ListUpload) -> None:
        self.objects.pop((upload.account, upload.id), None)
