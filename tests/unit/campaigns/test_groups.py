"""Groups are kept."""

from dataclasses import replace
from typing import Any

import pytest

from switchboard.campaigns.groups import GroupRequest
from switchboard.campaigns.uploads import UploadLists
from switchboard.errors import Conflict, Invalid, NotFound
from switchboard.kernel.campaign import ListUpload
from switchboard.kernel.subscriber_list import Row, RowsInvalid
from tests.fakes.campaigns import MemoryUploads
from tests.unit.campaigns.campaign_world import World


@pytest.fixture
def world() -> World:
    return World()


def wish(*phones: str, **fields: Any) -> GroupRequest:
    rows = [Row(number, f"P{number}", (phone,)) for number, phone in enumerate(phones, 1)]
    defaults: dict[str, Any] = {
        "account": "acme",
        "user_id": "user",
        "name": "river",
        "region": "RU",
        "source": "-".join(phones) * 4,
    }
    return GroupRequest(**{**defaults, "rows": rows, **fields})


def phones_of(world: World, id_: str) -> list[str]:
    group = world.groups.get("acme", id_)
    assert group
    return [phone for one in world.audiences.whole("acme", group.audience) for phone in one.phones]


def test_the_same_again_is_the_same_group(world: World) -> None:
    """And tells the same; another name, or another list, is another group."""
    first, told = world.keep_groups.add(wish("776429", "776429"))
    assert (told.duplicates, first.audience.size) == (1, 1)
    again, repeated = world.keep_groups.add(wish("776429", "776429"))
    assert (again, repeated.duplicates) == (first, 1)
    others = [world.keep_groups.add(one)[0] for one in (wish("776429", name="hill"), wish("776430"))]
    assert len({first.id, *(one.id for one in others)}) == 3


def test_a_group_that_has_got_another_list_is_not_that_list_any_more(world: World) -> None:
    """Adding the first list again makes a new group, and changes no other group's list."""
    first, _ = world.keep_groups.add(wish("776429"))
    world.keep_groups.replace(first.id, wish("776430", name=""))
    second, _ = world.keep_groups.add(wish("776429"))
    assert second.id != first.id
    assert (phones_of(world, first.id), phones_of(world, second.id)) == (["776430"], ["776429"])
    assert world.keep_groups.add(wish("776429"))[0] == second


def test_a_replaced_list_is_gone(world: World) -> None:
    """There is one list for each group; the name stays unless another is told."""
    group, _ = world.keep_groups.add(wish("776429"))
    new, _ = world.keep_groups.replace(group.id, wish("776430", name=""))
    assert (new.name, new.id, new.created_at) == ("river", group.id, group.created_at)
    assert list(world.audiences.people) == [("acme", new.audience.id)]
    assert world.keep_groups.replace(group.id, wish("776430", name="hill"))[0].name == "hill"
    assert phones_of(world, group.id) == ["776430"]


def test_a_list_with_something_wrong_changes_nothing(world: World) -> None:
    """Neither a new group nor an old one, unless the rest is asked for."""
    group, _ = world.keep_groups.add(wish("776429"))
    for keep in (
        lambda: world.keep_groups.add(wish("x", "776430")),
        lambda: world.keep_groups.replace(group.id, wish("x")),
    ):
        with pytest.raises(RowsInvalid):
            keep()
    assert list(world.groups.rows) == [("acme", group.id)]
    assert phones_of(world, group.id) == ["776429"]
    rest, told = world.keep_groups.add(wish("x", "776430", skip_invalid=True))
    assert (phones_of(world, rest.id), told.skipped) == (["776430"], 1)


@pytest.mark.parametrize("name", ["", " ", "x" * 256, "a\nb", "\u202e"])
def test_a_name_can_be_printed(world: World, name: str) -> None:
    """And is there."""
    with pytest.raises(Invalid):
        world.keep_groups.add(wish("776429", name=name))


def test_nobody_is_no_group(world: World) -> None:
    """Also where everybody was left out."""
    with pytest.raises(Invalid):
        world.keep_groups.add(wish())
    with pytest.raises(Invalid):
        world.keep_groups.add(wish("x", skip_invalid=True))


def test_a_group_is_its_accounts(world: World) -> None:
    """For another there is none."""
    group, _ = world.keep_groups.add(wish("776429"))
    for change in (
        lambda: world.keep_groups.replace(group.id, wish("776430", account="other")),
        lambda: world.keep_groups.rename("other", group.id, "mine"),
        lambda: world.keep_groups.remove("other", group.id),
    ):
        with pytest.raises(NotFound):
            change()
    assert phones_of(world, group.id) == ["776429"]


def test_what_is_removed_leaves_nothing(world: World) -> None:
    """Neither row nor list."""
    group, _ = world.keep_groups.add(wish("776429"))
    world.keep_groups.remove("acme", group.id)
    assert (world.groups.rows, world.audiences.people) == ({}, {})
    with pytest.raises(NotFound):
        world.keep_groups.remove("acme", group.id)


WANTED = ListUpload("acme", "", "river", "anna", 6, "text/csv")


def read(data: bytes, kind: str, encoding: str) -> list[Row]:
    assert (kind, encoding) == ("text/csv", "")
    return [Row(1, "P", (data.decode(),))]


def test_an_upload_becomes_a_group_of_its_id(world: World) -> None:
    """A repeated completion returns the same group. The uploaded bytes are deleted."""
    store = MemoryUploads()
    lists = UploadLists(store, world.keep_groups, world.new_id)
    upload, url = lists.begin(WANTED)
    assert (upload.id, url) == ("id-1", "https://store.example/acme/id-1")
    with pytest.raises(Conflict):
        lists.complete("acme", upload.id, read, skip_invalid=False, region="RU")
    store.put(upload, b"776429")
    group, told = lists.complete("acme", upload.id, read, skip_invalid=False, region="RU")
    assert (group.id, group.name, group.user_id, told is None) == ("id-1", "river", "anna", False)
    assert store.objects == {}
    assert lists.complete("acme", upload.id, read, skip_invalid=False, region="RU")[0] == group


def test_an_upload_with_something_wrong_can_be_done_again(world: World) -> None:
    """The bytes stay until the upload becomes a group: repeat with `skipInvalid`, or upload again."""
    store = MemoryUploads()
    lists = UploadLists(store, world.keep_groups, world.new_id)
    upload, _ = lists.begin(replace(WANTED, size=5))
    store.put(upload, b"wrong")
    with pytest.raises(RowsInvalid):
        lists.complete("acme", upload.id, read, skip_invalid=False, region="RU")
    store.put(upload, b"77642")
    assert phones_of(world, lists.complete("acme", upload.id, read, skip_invalid=False, region="RU")[0].id) == ["77642"]


def test_an_unknown_upload_is_not_there(world: World) -> None:
    """Nor another account's."""
    lists = UploadLists(MemoryUploads(), world.keep_groups, world.new_id)
    upload, _ = lists.begin(WANTED)
    for account, id_ in (("acme", "u9"), ("other", upload.id)):
        with pytest.raises(NotFound):
            lists.complete(account, id_, read, skip_invalid=False, region="RU")
