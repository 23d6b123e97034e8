"""The catalogue of systems says what the registries say."""

import json

from local.systems import CONSOLE, NOTES, PAGES, console_list, page, systems


def test_the_catalogue_is_that_of_the_code() -> None:
    """In both languages; `make pages` writes it."""
    for language, path in PAGES.items():
        assert path.read_text() == page(language)


def test_the_console_offers_what_the_registries_have() -> None:
    """Every source that posts, every destination, and every PBX that starts calls."""
    assert CONSOLE.read_text() == console_list()


def test_a_note_is_of_a_system_that_the_hub_knows() -> None:
    """And says in both languages who the system is."""
    notes = json.loads(NOTES.read_text())
    assert set(notes) - {"bitrix24"} <= set(systems())
    assert all(note["who"] and note["who_ru"] for note in notes.values())
