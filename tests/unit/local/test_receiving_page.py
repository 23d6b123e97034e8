"""The page for the developers of receivers is made from what the hub sends."""

import jsonschema

from local.receiving_page import PAGE, TOLD, page, sample
from switchboard.dialects.standard.schemas import schema_of
from switchboard.kernel.call import Kind


def test_the_page_is_what_the_code_makes() -> None:
    """`make pages` writes the schedule and the catalogue anew."""
    assert PAGE.read_text() == page(PAGE.read_text())
    assert "| 14 | 8.3 h | 3 d |" in PAGE.read_text()


def test_every_kind_of_event_has_a_sample_that_its_schema_allows() -> None:
    """No kind is left out; each sample is a message of its kind."""
    assert set(TOLD) == set(Kind)
    for kind in Kind:
        message = sample(kind)
        jsonschema.validate(message, schema_of(kind))
        assert message["type"] == kind.value
        assert f"### {kind.value}\n" in PAGE.read_text()
