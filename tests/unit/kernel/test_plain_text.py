"""Names in a form that tables, queues, logs and receivers take."""

import json

import pytest

from switchboard.kernel.plain_text import plain_text

CASES = [
    ("Анна Ли", "Анна Ли"),
    ("Ли\u00a0Анна 王 🙂", "Ли\u00a0Анна 王 🙂"),
    ("A\uffffB\ufffeC", "A\ufffdB\ufffdC"),
    ("A\ufdd0\U0001ffffB", "A\ufffd\ufffdB"),
    ("half \ud83d alone", "half \ufffd alone"),
    ("NUL\x00ESC\x1bDEL\x7fC1\x9b", "NULESCDELC1"),
    ("two\r\nlines\tand\u2028more", "two lines and more"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "fit"), CASES, ids=[ascii(text) for text, _ in CASES])
def test_text_is_made_fit_and_nothing_else_changes(text: str, fit: str) -> None:
    """The result can be encoded, and is its own fit form."""
    assert plain_text(text) == fit == plain_text(fit)
    assert json.loads(json.dumps(fit, ensure_ascii=False).encode()) == fit
