"""The progress of a campaign: redrawn lines in a terminal, else a line now and then."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping

from local.terminal import say, styled

_BAR = 40
_LEAST_WIDE = 76
_PLAIN_EVERY = 5.0  # seconds
Told = Mapping[str, int]


class Pace:
    """The speed of a wave: settled people by elapsed time."""

    def __init__(self, began: float) -> None:
        self._wave, self._waiting, self._since = 0, 0, began

    def left(self, told: Told, now: float) -> float | None:
        """Return the seconds until the wave ends if it goes on like this, None where that cannot be said yet."""
        waiting = told["subscriberNotYetNotified"]
        if told["waveCurrent"] == 1:
            self._wave, self._waiting = 1, told["subscriberCount"]
        elif told["waveCurrent"] != self._wave:
            self._wave, self._waiting, self._since = told["waveCurrent"], waiting, now
        settled = self._waiting - waiting
        return waiting * (now - self._since) / settled if settled > 0 else None


class Live:
    """Shows reports as they come. `clock` tells seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._began = clock, clock()
        self._pace = Pace(self._began)
        self._redraws = _can_redraw()
        self._drawn, self._said, self._wave = 0, float("-inf"), -1

    def show(self, told: Told) -> None:
        now = self._clock()
        left = self._pace.left(told, now)
        if self._redraws:
            self._draw(table(told, now - self._began, left))
        elif now - self._said >= _PLAIN_EVERY or told["waveCurrent"] != self._wave or not told["activePhase"]:
            self._said, self._wave = now, told["waveCurrent"]
            say(f"  {plain(told, now - self._began, left)}")

    def _draw(self, lines: list[str]) -> None:
        up = f"\x1b[{self._drawn}F" if self._drawn else ""
        sys.stdout.write(up + "".join(f"\x1b[2K{line}\n" for line in lines))
        sys.stdout.flush()
        self._drawn = len(lines)


def _can_redraw() -> bool:
    # A line that wraps is two, of which only one would be drawn again.
    wide = shutil.get_terminal_size().columns >= _LEAST_WIDE
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and wide


def plain(told: Told, seconds: float, left: float | None) -> str:
    """Return all of it in one line."""
    people = f"{told['subscriberNotified']} notified, {told['subscriberFailed']} failed"
    calls = f"{told['callsTotal']} calls, {told['callsRinging']} ringing, {told['callsTalking']} talking"
    waiting = f"{told['subscriberNotYetNotified']} not yet"
    return f"{seconds:4.0f} s  {_wave(told)}: {people}, {waiting}; {calls}; {prospect(told, left)}"


def table(told: Told, seconds: float, left: float | None) -> list[str]:
    """Return the lines for a terminal."""
    settled = told["subscriberCount"] - told["subscriberNotYetNotified"]
    people = [
        ("notified", "subscriberNotified"),
        ("failed", "subscriberFailed"),
        ("not yet", "subscriberNotYetNotified"),
    ]
    lines = [("ringing", "callsRinging"), ("talking", "callsTalking"), ("calls", "callsTotal")]
    return [
        f"  {styled(_wave(told), 'bold')}  {bar(told)}  {settled} of {told['subscriberCount']}",
        f"  people   {_cells(told, people)}",
        f"  lines    {_cells(told, lines)}",
        f"  {styled(f'{seconds:.0f} s so far, {prospect(told, left)}', 'dim')}",
    ]


def bar(told: Told) -> str:
    """Return who was notified, who was not, and who is still waiting, as parts of one length."""
    total = max(told["subscriberCount"], 1)
    notified = _BAR * told["subscriberNotified"] // total
    failed = _BAR * (told["subscriberNotified"] + told["subscriberFailed"]) // total - notified
    return styled("█" * notified, "green") + styled("▒" * failed, "red") + "░" * (_BAR - notified - failed)


def prospect(told: Told, left: float | None) -> str:
    """Say what comes next, and when."""
    if not told["activePhase"]:
        return "it is over"
    if not told["waveCurrent"]:
        return "it begins"
    if not told["subscriberNotYetNotified"]:
        return "the wave is over" if told["waveCurrent"] < told["waveTotal"] else "it ends"
    return "the first calls are out" if left is None else f"about {left:.0f} s to the end of the wave"


def _wave(told: Told) -> str:
    return f"wave {told['waveCurrent']} of {told['waveTotal']}"


def _cells(told: Told, cells: list[tuple[str, str]]) -> str:
    return "   ".join(f"{name} {styled(f'{told[field]:>5}', 'bold')}" for name, field in cells)
