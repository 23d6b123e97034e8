"""What is wrong in a stream is noticed under the faults that would make it so."""

import pytest

from chaos.inprocess.faults import Odds
from chaos.inprocess.run import run
from switchboard.streams.append import AppendToStream


def test_a_repeat_that_is_not_looked_into_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that was killed between call and stream leaves the event to its repeat."""
    monkeypatch.setattr(AppendToStream, "_first_application", lambda *_: None)
    assert any("was told as" in one for one in run(1, calls=3, odds=Odds(kill=0.02, fail=0.01)).complaints)
