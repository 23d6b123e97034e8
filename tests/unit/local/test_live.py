"""How far a campaign is, on a terminal and where there is none."""

from typing import Any

import pytest

from local.live import Live, Pace, bar, plain, prospect, table


def told(**fields: Any) -> dict[str, Any]:
    """A report in its first wave: 60 people, 24 of them notified."""
    return {
        "subscriberCount": 60, "subscriberNotYetNotified": 29, "subscriberNotified": 24, "subscriberFailed": 7,
        "callsTotal": 46, "callsRinging": 5, "callsTalking": 3, "waveCurrent": 1, "waveTotal": 2, "activePhase": True,
        **fields,
    }  # fmt: skip


def test_one_line_says_all_of_it() -> None:
    """Where there is no terminal."""
    line = plain(told(), 12.3, 14.6)
    assert line == (
        "  12 s  wave 1 of 2: 24 notified, 7 failed, 29 not yet; 46 calls, 5 ringing, 3 talking; "
        "about 15 s to the end of the wave"
    )


def test_the_bar_has_one_length_whoever_was_notified() -> None:
    """Its parts are notified, failed and waiting, in this order."""
    assert bar(told()) == "█" * 16 + "▒" * 4 + "░" * 20
    assert len(bar(told(subscriberCount=3, subscriberNotified=1, subscriberFailed=1))) == 40
    assert bar(told(subscriberCount=0, subscriberNotified=0, subscriberFailed=0)) == "░" * 40


def test_a_table_has_always_the_same_lines() -> None:
    """Else what is drawn again would leave something of what was there."""
    assert len(table(told(), 1.0, None)) == len(table(told(activePhase=False), 99.0, 3.0)) == 4


def test_the_pace_is_that_of_the_wave() -> None:
    """Nothing can be said before somebody is settled, nor from the wave before."""
    pace = Pace(0.0)
    assert pace.left(told(subscriberNotYetNotified=60), 1.0) is None
    assert pace.left(told(subscriberNotYetNotified=40), 10.0) == 20.0
    assert pace.left(told(subscriberNotYetNotified=20, waveCurrent=2), 20.0) is None
    assert pace.left(told(subscriberNotYetNotified=10, waveCurrent=2), 25.0) == 5.0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"waveCurrent": 0}, "it begins"),
        ({}, "the first calls are out"),
        ({"subscriberNotYetNotified": 0}, "the wave is over"),
        ({"subscriberNotYetNotified": 0, "waveCurrent": 2}, "it ends"),
        ({"activePhase": False}, "it is over"),
    ],
)
def test_what_comes_next_is_said(fields: dict[str, Any], words: str) -> None:
    """Also where no time can be told."""
    assert prospect(told(**fields), None) == words


def test_a_pipe_gets_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    """The first, one in five seconds, one for each wave and the last; and no escape sequences."""
    clock = iter([0.0, 0.0, 1.0, 6.0, 7.0, 8.0])
    live = Live(clock=lambda: next(clock))
    for fields in ({}, {}, {}, {"waveCurrent": 2}, {"waveCurrent": 2, "activePhase": False}):
        live.show(told(**fields))
    said = capsys.readouterr().out
    assert len(said.splitlines()) == 4
    assert "\x1b" not in said


def test_a_terminal_gets_the_same_lines_drawn_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cursor goes up by as many lines as were drawn."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    live = Live()
    live.show(told())
    live.show(told())
    assert capsys.readouterr().out.count("\x1b[4F") == 1


def test_a_narrow_terminal_gets_plain_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What wraps cannot be drawn again."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "40")
    Live().show(told())
    assert len(capsys.readouterr().out.splitlines()) == 1
