from typing import Any

import pytest

from switchboard.accounts.model import Extension
from switchboard.dialects.registry import dialect_named, readers
from switchboard.dialects.vpbx.extensions import listed
from switchboard.errors import Conflict, Invalid, NotFound, Refused, TooLarge, Unauthorized


@pytest.mark.parametrize(
    ("error", "body"),
    [
        (Unauthorized("No."), {"name": "401 Unauthorized", "message": "No."}),
        (NotFound("Not here."), {"name": "404 Not Found", "message": "Not here."}),
        (Conflict("Taken."), {"name": "409 Conflict", "message": "Taken."}),
        (TooLarge("Too long."), {"name": "413 Request Entity Too Large", "message": "Too long."}),
        (Invalid("Wrong.", "webhook_url"), {"name": "400 Bad Request", "message": "webhook_url: Wrong."}),
    ],
)
def test_is_vpbx_is_refused_in_its_own_shape(error: Refused, body: dict[str, Any]) -> None:
    """Code and reason, and a message that begins with the field where there is one."""
    assert dialect_named("vpbx").refuse(error) == body


@pytest.mark.parametrize("dialect", ["callevents", "sprecord"])
def test_a_dialect_without_a_documented_error_has_ours(dialect: str) -> None:
    """A code for programs, a message for people, the field where there is one."""
    refuse = dialect_named(dialect).refuse
    assert refuse(NotFound("Not here.")) == {"error": {"code": "not_found", "message": "Not here."}}
    assert refuse(Invalid("Wrong.", "limit")) == {"error": {"code": "invalid", "message": "Wrong.", "field": "limit"}}


@pytest.mark.parametrize("name", readers())
def test_every_dialect_has_the_four_verbs(name: str) -> None:
    """The registry holds dialects and nothing else."""
    assert all(callable(getattr(dialect_named(name), verb)) for verb in ("parse", "handshake", "render", "refuse"))


def test_extensions_are_listed_as_documented() -> None:
    """Ids and numbers are integers, unless a number would lose its zeros."""
    extensions = [Extension("acme", 1, "100", "Anna"), Extension("acme", 2, "007")]
    assert listed(extensions) == {"local_numbers": [{"id": 1, "number": 100}, {"id": 2, "number": "007"}]}


def test_no_extensions_are_an_empty_list() -> None:
    """A new account has none."""
    assert listed([]) == {"local_numbers": []}
