"""The printed examples of the five documents, byte for byte, in both roles of the hub."""

from collections.abc import Callable
from itertools import count

import pytest

from tests.printed import callevents, cato, kontur, kontur_messages, sprecord, vpbx
from tests.printed.page import counts_of, page_of
from tests.printed.table import CHECKS, DOCUMENTS, Case, PrintedCheck, files_of
from tests.support.hub import Hub

TABLES = (callevents, cato, kontur, kontur_messages, sprecord, vpbx)
# Examples that no check reads, with the reason.
UNCHECKED: dict[str, dict[str, str]] = {one.__name__.rpartition(".")[2]: one.UNCHECKED for one in TABLES}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_printed_example_passes(hub: Hub, document: str, record_property: Callable[[str, object], None]) -> None:
    """The page of counts says how many checks there are and how many pass."""
    checks, numbers = [one for one in CHECKS if one.document == document], count(1)
    faults = [said for one in checks if (said := fault(one, Case(hub, numbers, document, one.file)))]
    counts = counts_of(document, faults)
    record_property("printed", f"{document}: {counts}")
    assert faults == []
    assert counts in page_of(document), f"docs/dialects/{document}.md must have: {counts}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_printed_example_has_a_check(document: str) -> None:
    """An example without a check has a reason in the table of its document."""
    checked = {one.file for one in CHECKS if one.document == document}
    assert checked | UNCHECKED[document].keys() == set(files_of(document))
    assert checked & UNCHECKED[document].keys() == set()


def fault(one: PrintedCheck, case: Case) -> str:
    """Return why a check fails; empty if the check passes."""
    try:
        one.run(case)
    except Exception as error:  # noqa: BLE001 - every fault is told, with its example
        return f"{one.file} as the {one.role}: {type(error).__name__} {error}"
    return ""
