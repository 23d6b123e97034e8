import pytest

from local import terminal


def test_a_file_gets_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Escape sequences are for a person's terminal alone."""
    terminal.heading("A heading")
    terminal.row("→", "cyan", ("one", 5), ("two", 0))
    assert capsys.readouterr().out == "\nA heading\n  → one    two\n"


def test_a_complaint_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """So that a script's output stays its own."""
    terminal.complain("Port 80 is in use.")
    assert capsys.readouterr() == ("", "Port 80 is in use.\n")
