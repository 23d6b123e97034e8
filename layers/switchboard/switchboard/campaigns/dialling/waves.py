"""Waves begin and end, and executions with them (SP5000 CATO, section 3.6: `waveCurrent`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from switchboard.campaigns.dialling.board import Board
from switchboard.campaigns.dialling.state import What
from switchboard.kernel.campaign import Execution, Phase


def turn_waves(board: Board) -> None:
    """End what has ended, and begin what may begin, for every execution."""
    for execution in list(board.executions.values()):
        _turn(board, execution)


def is_exhausted(board: Board, execution: Execution) -> bool:
    """Whether a wave has nobody left to call, and no call that lasts."""
    return execution.cursor >= execution.audience.size and not execution.ready and not board.running(execution)


def _turn(board: Board, execution: Execution) -> None:
    if execution.phase is Phase.HANDED_OVER:
        return
    if execution.phase is Phase.STOPPING:
        if not board.running(execution):
            _stop(board, execution)
    elif execution.wave == 0:
        _begin(board, execution)
    elif is_exhausted(board, execution):
        _end_wave(board, execution)


def _end_wave(board: Board, execution: Execution) -> None:
    """The next wave begins when the delay is over; where there is nobody for it, the execution is finished."""
    if not execution.retriable or execution.wave >= execution.settings.attempt_count:
        board.end(execution, Phase.FINISHED)
        return
    if execution.wave_at is None:
        wave_at = board.now + timedelta(seconds=execution.settings.attempt_delay)
        board.change_execution(execution, wave_at=wave_at)
        # It begins in a later turn at the earliest: what this one knows of people is not written yet.
        board.more = board.more or wave_at <= board.now
    elif execution.wave_at <= board.now:
        _begin(board, execution)


def _begin(board: Board, execution: Execution) -> None:
    if not board.may_begin(execution, board.now):
        return
    again = execution.retriable
    execution = board.count(execution, not_yet=again, failed=-again)
    execution = board.change_execution(execution, wave=execution.wave + 1, wave_at=None, cursor=0, retriable=0)
    board.more = True
    board.tell(What.STARTED if execution.wave == 1 else What.WAVE, execution)
    if not execution.audience.size:
        board.end(execution, Phase.FINISHED)


def _stop(board: Board, execution: Execution) -> None:
    """Whoever was not called yet, or not on every number, counts as failed: the report adds up."""
    left = execution.counters.not_yet
    counters = replace(execution.counters, not_yet=0, failed=execution.counters.failed + left)
    board.end(replace(execution, counters=counters, ready=()), Phase.STOPPED)
