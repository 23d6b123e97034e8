"""Docstrings name things: few vague words, no long sentences, no repeated names."""

import pytest

from tests.architecture.prose import Docstring, Sentence, figures, repeats_its_name, rooms, sentences_of

MOST_VAGUE = 0.015

each_room = pytest.mark.parametrize("room", rooms())


@each_room
def test_few_sentences_of_a_room_are_vague(room: str) -> None:
    """Less than 1.5 % of the sentences point at things without naming them."""
    found = figures(room)
    assert found.share < MOST_VAGUE, [f"{sentence.at}: {sentence.text}" for sentence in found.vague]


@each_room
def test_a_sentence_has_at_most_25_words(room: str) -> None:
    """A longer sentence holds more than one idea."""
    assert [f"{sentence.at}: {sentence.text}" for sentence in figures(room).long] == []


@each_room
def test_a_docstring_says_more_than_the_name(room: str) -> None:
    """A docstring of four words or fewer that only repeats the name is dropped."""
    assert [f"{docstring.at}: {docstring.text}" for docstring in figures(room).repeats] == []


@pytest.mark.parametrize(
    ("text", "vague"),
    [
        ("What is kept of that, whoever asks for it, where it is one.", True),
        ("Insert the request if it is absent, and return the stored request.", False),
        ("What is it?", False),
    ],
)
def test_a_sentence_is_vague_by_its_share_of_pointing_words(text: str, vague: bool) -> None:  # noqa: FBT001
    """Three words in ten, in sentences of eight words or more."""
    assert Sentence("here", text).is_vague is vague


def test_a_sentence_ends_at_its_full_stop_a_bullet_or_a_paragraph() -> None:
    """Tables and drawings are no sentences; `e.g. 5 s` does not end a sentence."""
    text = "First, e.g. 5 s. Second\ngoes on.\n\n- a point\n- another\n\n| a | table |\n"
    assert list(sentences_of(text)) == ["First, e.g. 5 s.", "Second goes on.", "- a point", "another"]


@pytest.mark.parametrize(
    ("name", "text", "repeats"),
    [
        ("Rows", "The rows.", True),
        ("SourceTokens", "Tokens of a source.", True),
        ("keep", "Insert if absent.", False),
    ],
)
def test_a_docstring_repeats_its_name_when_every_word_is_in_the_name(name: str, text: str, repeats: bool) -> None:  # noqa: FBT001
    """Articles and plurals aside."""
    assert repeats_its_name(Docstring("here", name, text)) is repeats
