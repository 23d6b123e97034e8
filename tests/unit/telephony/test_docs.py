"""The page about telephony says what the tables in the code say."""

import re
from pathlib import Path

from switchboard.errors import Refusal
from switchboard.telephony.contracts import SETTINGS, SimulatorBody
from switchboard.telephony.registry import PROVIDERS
from switchboard.telephony.simulator.outcomes import OUTCOMES

PAGE = (Path(__file__).parents[3] / "docs" / "telephony.md").read_text()


def rows(head: str) -> list[list[str]]:
    """The cells of the last table whose first heading is this."""
    found = None
    for table in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE):
        lines = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines()]
        if lines[0][0] == head:
            found = lines[2:]
    if found is None:
        raise LookupError(head)
    return found


def test_the_table_of_outcomes_is_that_of_the_simulator() -> None:
    """Suffix for suffix and word for word."""
    assert rows("last digits") == [[f"{first:02d}–{last:02d}", behaviour] for first, last, behaviour in OUTCOMES]


def test_the_table_of_settings_is_that_of_the_simulator() -> None:
    """Names and defaults."""
    expected = {
        name: "" if field.default == "" else f"{field.default:g}" for name, field in SimulatorBody.model_fields.items()
    }
    assert {row[0].strip("`"): row[1] for row in rows("setting")} == expected


def test_every_provider_is_on_the_page() -> None:
    """And has settings."""
    assert [row[0].strip("`") for row in rows("provider")] == list(PROVIDERS)
    assert {provider.kind for provider in PROVIDERS.values()} == set(SETTINGS)


def test_every_refusal_is_on_the_page() -> None:
    """With the other reasons."""
    told = {word for row in rows("`reason`") for word in re.findall("`([^`]+)`", row[0])}
    assert told == {*Refusal, "conflict", "notSupported", "provider_silent"}
