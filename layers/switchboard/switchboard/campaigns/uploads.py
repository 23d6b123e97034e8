"""Lists above the gateway's limit: the client uploads by a presigned URL, then completes the upload."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from switchboard.campaigns.audio.manage import check_name
from switchboard.campaigns.groups import GroupRequest, KeepGroups, source_of
from switchboard.campaigns.ports import Uploads
from switchboard.errors import Conflict, NotFound
from switchboard.kernel.campaign import ListUpload, SubscriberGroup
from switchboard.kernel.subscriber_list import GatheredList, Row

Read = Callable[[bytes, str, str], Iterable[Row]]
"""Reads the rows of a list, from its bytes, media type and encoding."""


@dataclass(frozen=True, slots=True)
class UploadLists:
    """The use cases behind `/subscriber-groups/uploads`."""

    uploads: Uploads
    keep: KeepGroups
    new_id: Callable[[], str]

    def begin(self, wish: ListUpload) -> tuple[ListUpload, str]:
        """Return the upload with a new id, and the presigned URL. Raises Invalid for a wrong name, and TooMany."""
        check_name(wish.name)
        self.keep.storage.check_room(wish.account, wish.size)
        upload = ListUpload(wish.account, self.new_id(), wish.name, wish.user_id, wish.size, wish.kind, wish.encoding)
        return upload, self.uploads.expect(upload)

    def complete(
        self, account: str, id_: str, read: Read, *, skip_invalid: bool, region: str
    ) -> tuple[SubscriberGroup, GatheredList | None]:
        """Return the group made of the upload; a repeat returns the same group. Raises Conflict before the bytes."""
        made = self.keep.groups.get(account, id_)
        if made is not None:
            return made, None
        upload = self.uploads.expected(account, id_)
        if upload is None:
            raise NotFound("There is no such upload.")
        data = self.uploads.read(upload)
        if data is None:
            raise Conflict("Nothing has been uploaded yet: put the list at the upload's address first.")
        rows, source = read(data, upload.kind, upload.encoding), source_of(data, skip_invalid)
        wish = GroupRequest(account, upload.user_id, upload.name, source, rows, region, skip_invalid, len(data))
        told = self.keep.add(wish, id_)
        self.uploads.remove(upload)
        return told
