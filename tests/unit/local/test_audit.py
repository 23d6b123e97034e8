"""What `make audit` makes of pip-audit's report."""

from typing import Any

import pytest

from local import audit

GOOD: dict[str, Any] = {"name": "a", "version": "1", "vulns": []}
UNKNOWN = {"name": "b", "skip_reason": "Dependency not found on PyPI and could not be audited: b (1)"}
BAD = {"name": "c", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}


@pytest.mark.parametrize(
    ("packages", "code", "says"),
    [
        ([UNKNOWN, UNKNOWN], 0, "skipped"),
        ([GOOD, UNKNOWN], 0, "0 advisories; 1 packages known, 1 unknown"),
        ([GOOD, BAD], 1, "c 1: PYSEC-1, mended in 2"),
    ],
)
def test_an_advisory_fails_and_an_index_without_any_is_told(
    capsys: pytest.CaptureFixture[str], packages: list[dict[str, Any]], code: int, says: str
) -> None:
    """An index that knows no package makes the step say that nothing was audited."""
    assert audit.judged(packages) == code
    told = capsys.readouterr()
    assert says in told.out + told.err


def test_an_accepted_advisory_does_not_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason stands beside its id."""
    monkeypatch.setitem(audit.ACCEPTED, "PYSEC-1", "the hub does not call it")
    assert audit.judged([GOOD, BAD]) == 0


def test_a_report_that_did_not_come_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a network, the last line of the error is the reason."""
    assert audit.main("/bin/false") == 0
    assert "skipped" in capsys.readouterr().out
