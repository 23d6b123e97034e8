"""A number is taken out of a row that stays."""

import json
from typing import Any

import pytest

from switchboard.aws.erased_tables import _without
from switchboard.kernel.numbers import spellings_of

NUMBER = spellings_of("+79161234567")
ROWS: list[tuple[Any, Any]] = [
    ({"numbers": ["79161234567*", "7495*"]}, {"numbers": ["7495*"]}),
    ({"numbers": ["+79161234567"]}, {"numbers": []}),
    ({"numbers": ["*"]}, {"numbers": ["*"]}),
    ({"size": 1234567, "number": 79161234567}, {"size": 1234567, "number": None}),
    ({"text": "call 8 (916) 123-45-67 now"}, {"text": "call  now"}),
]


@pytest.mark.parametrize(("row", "left"), ROWS, ids=str)
def test_what_is_left_of_a_row(row: Any, left: Any) -> None:
    """No pattern is left that matches everybody, and no count is taken for a number."""
    assert json.loads(_without(json.dumps(row), NUMBER)) == left
