"""Add, replace, rename and remove groups of subscribers. A repeated request changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from switchboard.campaigns.audio.manage import check_name
from switchboard.campaigns.in_use import InUse, ResourceKind
from switchboard.campaigns.ports import Audiences, CampaignStorage, Resources
from switchboard.errors import Invalid, NotFound
from switchboard.kernel.campaign import Audience, SubscriberGroup
from switchboard.kernel.subscriber_list import GatheredList, Row, RowsInvalid, gather

IDS = UUID("0b6a3b0c-54a8-4a3f-9d55-7f2f7d1b8c11")


@dataclass(frozen=True, slots=True)
class GroupRequest:
    """A request with a list. `source` is a digest of the `size` bytes and of the way to read them.

    `region` is the numbering plan of the list's numbers.
    """

    account: str
    user_id: str
    name: str
    source: str
    rows: Iterable[Row]
    region: str
    skip_invalid: bool = False
    size: int = 0


@dataclass(frozen=True, slots=True)
class KeepGroups:
    """The use cases behind `/subscriber-groups`."""

    groups: Resources[SubscriberGroup]
    audiences: Audiences
    in_use: InUse
    storage: CampaignStorage
    clock: Callable[[], datetime]

    def add(self, wish: GroupRequest, id_: str = "") -> tuple[SubscriberGroup, GatheredList]:
        """Add a group, or return the existing group with this name and list.

        Raises RowsInvalid for a wrong row, and TooMany if the account may store no further list.
        """
        check_name(wish.name)
        gathered = _gathered(wish)
        new = self._place(wish, id_)
        known = self.groups.get(wish.account, new.id)
        if known is not None:
            return known, gathered
        self.storage.check_room(wish.account, wish.size)
        audience = self.audiences.save(wish.account, new.audience.id, gathered.subscribers)
        new = replace(new, audience=audience)
        self.groups.save(new)
        self.storage.hold(wish.account, new.id, wish.size)
        return new, gathered

    def replace(self, id_: str, wish: GroupRequest) -> tuple[SubscriberGroup, GatheredList]:
        """Replace a group's list. Raises Conflict if a running task uses the group, and TooMany as `add` does."""
        old = find_group(wish.account, id_, self.groups)
        self.in_use.require_unused(wish.account, ResourceKind.GROUP, id_)
        gathered = _gathered(wish)
        self.storage.check_room(wish.account, wish.size)
        audience = self.audiences.save(wish.account, _audience_id(id_, wish.source), gathered.subscribers)
        new = replace(old, name=check_name(wish.name or old.name), audience=audience)
        self.groups.save(new)
        self.storage.hold(wish.account, id_, wish.size)
        if old.audience.id != audience.id:
            self.audiences.remove(wish.account, old.audience.id)
        return new, gathered

    def rename(self, account: str, id_: str, name: str) -> SubscriberGroup:
        """Change a group's name. Raises NotFound and Invalid."""
        new = replace(find_group(account, id_, self.groups), name=check_name(name))
        self.groups.save(new)
        return new

    def remove(self, account: str, id_: str) -> None:
        """Delete a group and its list. Raises Conflict if a running task uses the group."""
        group = find_group(account, id_, self.groups)
        self.in_use.require_unused(account, ResourceKind.GROUP, id_)
        self.groups.remove(account, id_, self.clock())
        self.storage.free(account, id_)
        self.audiences.remove(account, group.audience.id)

    def _place(self, wish: GroupRequest, id_: str) -> SubscriberGroup:
        """Return the group to add: its id depends on name and list.

        If the group of that id has got another list since, the next free id is used.
        """
        turn = 0
        while True:
            new_id = id_ or str(uuid5(IDS, f"{wish.account}\n{wish.name}\n{wish.source}\n{turn}"))
            audience = Audience(_audience_id(new_id, wish.source), 0)
            found = self.groups.get(wish.account, new_id)
            if id_ or found is None or (found.audience.id, found.name) == (audience.id, wish.name):
                return SubscriberGroup(wish.account, new_id, wish.name, audience, self.clock(), wish.user_id)
            turn += 1


def find_group(account: str, id_: str, groups: Resources[SubscriberGroup]) -> SubscriberGroup:
    """Return the account's group. Raises NotFound."""
    found = groups.get(account, id_)
    if found is None:
        raise NotFound("There is no such group of subscribers.")
    return found


def source_of(data: bytes, *how: object) -> str:
    """A digest of a list and of the way to read the list: 64 hex digits."""
    return hashlib.sha256(data + repr(how).encode()).hexdigest()


def _gathered(wish: GroupRequest) -> GatheredList:
    gathered = gather(wish.rows, wish.region)
    if gathered.skipped and not wish.skip_invalid:
        raise RowsInvalid(gathered)
    if not gathered.subscribers:
        raise Invalid("There is nobody in this list.", "body")
    return gathered


def _audience_id(group: str, source: str) -> str:
    return f"{group}.{source[:16]}"
