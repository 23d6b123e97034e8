"""Tokens and errors of SP5000 CATO."""

from datetime import UTC, datetime

import pytest

from switchboard.dialects.cato import read_token, refuse
from switchboard.errors import Invalid, NotFound, Unauthorized

AT = datetime(2026, 6, 17, 9, 40, 26, 687000, UTC)


@pytest.mark.parametrize(
    "shown", ["Bearer plain:t0ken", "bearer plain:t0ken", "BEARER  Plain:t0ken ", " Bearer plain:t0ken"]
)
def test_a_token_is_read_in_either_letter_case(shown: str) -> None:
    """Documents and examples write the scheme differently (ruling cato 1)."""
    assert read_token(shown) == "t0ken"


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer t0ken", "Bearer plain:", "plain:t0ken", "Basic plain:t", "Bearer plain:a b"]
)
def test_what_carries_no_token_is_refused(shown: str) -> None:
    """And says how one is shown."""
    with pytest.raises(Unauthorized, match="Bearer plain:"):
        read_token(shown)


def test_an_error_has_the_documented_shape() -> None:
    """The time is in milliseconds, as the example has it."""
    assert refuse(NotFound("No such file."), "/api/v1/audio-files/x", AT) == {
        "timestamp": 1781689226687,
        "status": 404,
        "error": "Not Found",
        "path": "/api/v1/audio-files/x",
        "message": "No such file.",
    }


def test_an_error_of_a_field_names_it() -> None:
    """In the message."""
    assert refuse(Invalid("Must be text.", "name"), "/", AT)["message"] == "name: Must be text."
