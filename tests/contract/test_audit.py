"""Port AuditTrail."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.accounts.audit.model import AuditRecord, AuditTarget
from switchboard.accounts.audit.ports import AuditTrail
from switchboard.aws.audit_rows import AuditRows
from switchboard.errors import Invalid
from tests.fakes.audit import InMemoryTrail
from tests.support.builders import NOON
from tests.support.stack import Stack

ONE = AuditRecord(
    NOON,
    "operator:anna",
    "POST /admin/x",
    "acme",
    AuditTarget("x", "1"),
    "203.0.113.7",
    "r-0",
    "acme",
    201,
    None,
    {"a": [1]},
)
SECOND = timedelta(seconds=1)


@pytest.fixture
def trail(request: pytest.FixtureRequest, kind: str) -> AuditTrail:
    """The trail to test."""
    if kind == "memory":
        return InMemoryTrail()
    stack: Stack = request.getfixturevalue("stack")
    return AuditRows(stack.dynamodb, stack.table("ActivityTable"))


def test_records_are_listed_newest_first_by_pages_and_time(trail: AuditTrail) -> None:
    """A second write of a record replaces the first; `until` is excluded; parts do not mix."""
    records = [replace(ONE, at=NOON + place * SECOND, request_id=f"r-{place}") for place in range(5)]
    for record in (replace(records[0], status=None), *records, replace(ONE, part="other")):
        trail.keep(record)
    found, cursor = trail.listed("acme", None, None, 3, None)
    rest, end = trail.listed("acme", None, None, 3, cursor)
    assert ([*found, *rest], end) == (records[::-1], None)
    between, _ = trail.listed("acme", NOON + SECOND, NOON + 3 * SECOND, 50, None)
    assert between == [records[2], records[1]]
    assert trail.listed("acme", NOON + SECOND, NOON, 50, None) == ([], None)
    assert trail.listed("nobody", None, None, 50, None) == ([], None)


def test_a_foreign_cursor_is_refused(trail: AuditTrail) -> None:
    """400 for the reader."""
    with pytest.raises(Invalid):
        trail.listed("acme", None, None, 50, "nonsense")
