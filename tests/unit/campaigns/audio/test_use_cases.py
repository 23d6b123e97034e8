"""Files come in and go, whatever fails on the way."""

from collections.abc import Callable

import pytest

from switchboard.campaigns.audio.add import AudioRequest
from switchboard.campaigns.audio.manage import rename_audio
from switchboard.campaigns.audio.speak import SpeakText, SpeechRequest
from switchboard.errors import Conflict, Invalid, NotFound, NotOffered, UnsupportedMedia
from switchboard.kernel.campaign_audio import AudioFile, Rendition
from tests.unit.campaigns.audio.audio_world import OTHER, SOUND, World


@pytest.fixture
def world() -> World:
    return World()


class Cut(Exception):
    """The function ends here."""


def cut(world: World, owner: object, name: str, monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """Run an action that dies at a call of a port's method."""

    def end(*_: object, **__: object) -> None:
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, end)
        with pytest.raises(Cut):
            do()


def test_the_same_again_is_not_converted_again(world: World) -> None:
    """The existing file is found by name and bytes."""
    assert world.add() == world.add()
    assert world.converter.asked == 1
    assert world.add(name="other") != world.add()


@pytest.mark.parametrize(("port", "name"), [("store", "put"), ("files", "add")])
def test_an_addition_that_was_cut_off_is_done_again(
    world: World, monkeypatch: pytest.MonkeyPatch, port: str, name: str
) -> None:
    """Nothing is shown before all is there, and the second time it is."""
    cut(world, getattr(world, port), name, monkeypatch, world.add)
    assert world.files.files == {}
    world.add()
    assert world.whole()


@pytest.mark.parametrize(("port", "name"), [("store", "put"), ("files", "save"), ("store", "keep_only")])
def test_a_replacement_that_was_cut_off_is_done_again(
    world: World, monkeypatch: pytest.MonkeyPatch, port: str, name: str
) -> None:
    """Until then the file has all its old bytes, or all its new bytes."""
    file = world.add()
    again = AudioRequest("acme", "user", "", OTHER)
    cut(world, getattr(world, port), name, monkeypatch, lambda: world.replace(file.id, again))
    kept = world.files.files["acme", file.id]
    assert all(kept.key(rendition) in world.store.objects for rendition in Rendition)
    assert world.replace(file.id, again).seconds == 2
    assert world.whole()


def test_a_deletion_that_was_cut_off_is_done_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time the file is not there, and neither are its bytes."""
    file = world.add()
    cut(world, world.store, "keep_only", monkeypatch, lambda: world.remove("acme", file.id))
    with pytest.raises(NotFound):
        world.remove("acme", file.id)
    assert world.store.objects == {}


def test_what_was_deleted_can_be_added_again(world: World) -> None:
    """With its bytes."""
    world.remove("acme", world.add().id)
    world.add()
    assert world.whole()


@pytest.mark.parametrize("id_", ["", "..", "a/b", "x" * 40])
def test_a_deletion_of_what_cannot_be_removes_nothing(world: World, id_: str) -> None:
    """Only the folder of one file is ever emptied."""
    world.add()
    with pytest.raises(NotFound):
        world.remove("acme", id_)
    assert world.whole()


def test_a_file_that_is_played_stays_as_it_is(world: World) -> None:
    """It may get another name."""
    file = world.add()
    world.played.add(file.id)
    with pytest.raises(Conflict):
        world.remove("acme", file.id)
    with pytest.raises(Conflict):
        world.replace(file.id, AudioRequest("acme", "user", "", OTHER))
    assert world.replace(file.id, AudioRequest("acme", "user", "", SOUND)) == file
    assert rename_audio(file, "other", None, world.files).clip == file.clip


def test_of_two_changes_at_once_one_is_told(world: World) -> None:
    """That somebody else was faster."""
    file = world.add()
    rename_audio(file, "first", None, world.files)
    with pytest.raises(Conflict):
        rename_audio(file, "second", None, world.files)


def test_an_upload_is_made_a_file_of_once(world: World) -> None:
    """Though its completion is asked for again."""
    id_ = world.uploaded()
    assert world.complete("acme", id_) == world.complete("acme", id_)
    assert world.converter.asked == 1
    assert world.whole()
    assert not [key for key in world.store.objects if key.startswith("originals/")]


@pytest.mark.parametrize(("port", "name"), [("store", "put"), ("files", "add"), ("store", "keep_only")])
def test_a_completion_that_was_cut_off_is_done_again(
    world: World, monkeypatch: pytest.MonkeyPatch, port: str, name: str
) -> None:
    """And the file is whole."""
    id_ = world.uploaded()
    cut(world, getattr(world, port), name, monkeypatch, lambda: world.complete("acme", id_))
    assert world.complete("acme", id_).seconds == 1
    assert world.whole()


def test_an_upload_that_is_no_audio_stays_for_another_try(world: World) -> None:
    """Other bytes may be put to the same address."""
    id_ = world.uploaded(b"words")
    with pytest.raises(UnsupportedMedia):
        world.complete("acme", id_)
    world.store.objects[f"originals/acme/{id_}"] = SOUND
    assert world.complete("acme", id_).seconds == 1


def test_a_text_is_spoken_once(world: World) -> None:
    """Another voice or name is another file."""
    wish = SpeechRequest("acme", "user", "first words", "Паводок")
    assert world.speak(wish) == world.speak(wish)
    assert world.speak(SpeechRequest("acme", "user", "first words", "Паводок", "Beep")) != world.speak(wish)
    assert len(world.robot.said) == 2


def test_where_nothing_speaks_it_is_not_offered(world: World) -> None:
    """And says so."""
    with pytest.raises(NotOffered):
        SpeakText(world.add_audio, None)(SpeechRequest("acme", "user", "x", "y"))


@pytest.mark.parametrize("data", [b""])
def test_nothing_is_no_audio(world: World, data: bytes) -> None:
    """Neither new nor in place of something."""
    file = world.add()
    with pytest.raises(Invalid):
        world.add(data)
    with pytest.raises(Invalid):
        world.replace(file.id, AudioRequest("acme", "user", "", data))


def test_bytes_that_a_campaign_began_to_play_meanwhile_are_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The campaign started during the conversion of the new bytes."""
    file, save = world.add(), world.files.save

    def starts(before: AudioFile, after: AudioFile) -> bool:
        world.played.add(file.id)
        return save(before, after)

    monkeypatch.setattr(world.files, "save", starts)
    changed = world.replace(file.id, AudioRequest("acme", "user", "", OTHER))
    keys = {one.key(rendition) for one in (file, changed) for rendition in Rendition}
    assert keys <= set(world.store.objects)
