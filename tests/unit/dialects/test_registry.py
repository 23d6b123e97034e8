"""What is known of a dialect before it is imported."""

import pytest

from switchboard.dialects.registry import (
    DIALECTS,
    DialectEntry,
    Webhook,
    apis,
    by_connector,
    by_webhook,
    dialect_named,
    part_of,
    readers,
    renderer_named,
    renderers,
    vocabulary_of,
)
from switchboard.dialects.roles import TableModule


def test_a_line_says_how_events_come_in_and_go_out() -> None:
    """Each list is of those whose line says so."""
    assert {"vpbx", "callevents", "sprecord"} <= {*by_webhook(Webhook.OWN)} <= {*by_webhook()} < {*readers()}
    assert {*readers()} & {*renderers()} >= {"kontur", *by_webhook(Webhook.OWN)}
    assert {*renderers()} - {*readers()} >= {"standard"}
    assert {*by_connector()} >= {"kontur"}
    assert {*apis()} - {*renderers()} >= {"cato"}


def test_a_new_line_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dialect is in every list from then on, and is found by its name."""
    monkeypatch.setitem(DIALECTS, "toy", DialectEntry("tests.toy"))
    assert (by_webhook(Webhook.SHARED)[-1], readers()[-1], renderers()[-1]) == ("toy", "toy", "toy")
    assert dialect_named("toy") is renderer_named("toy")
    assert vocabulary_of("toy").has("ring")
    assert part_of("toy", "tables", TableModule).ZONE == "UTC"


def test_who_is_not_there_is_not_found() -> None:
    """Nor is one that only answers in its shape found where events go out."""
    for find, name in ((dialect_named, "morse"), (renderer_named, "morse"), (renderer_named, "cato")):
        with pytest.raises(KeyError):
            find(name)


@pytest.mark.parametrize("name", renderers())
def test_the_word_for_a_result_is_a_field(name: str) -> None:
    """Of the message itself, or of what is inside one of its fields."""
    vocabulary = vocabulary_of(name)
    assert set(vocabulary.result[:1]) <= vocabulary.fields
