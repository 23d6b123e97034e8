"""Begin and end waves and executions (SP5000 CATO, section 3.6: `waveCurrent`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from switchboard.campaigns.dialling.board import Board
from switchboard.campaigns.dialling.state import NewsKind
from switchboard.kernel.campaign import Execution, Phase


def turn_waves(board: Board) -> None:
    """End exhausted waves and begin due waves, for every execution on the board."""
    for execution in list(board.executions.values()):
        _turn(board, execution)


def is_exhausted(board: Board, execution: Execution) -> bool:
    """Whether a wave has no subscriber left to call, and no call in progress."""
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
    """Schedule or begin the next wave; without subscribers to retry, finish the execution."""
    if not execution.retriable or execution.wave >= execution.settings.attempt_count:
        board.end_execution(execution, Phase.FINISHED)
        return
    if execution.wave_at is None:
        wave_at = board.now + timedelta(seconds=execution.settings.attempt_delay)
        board.change_execution(execution, wave_at=wave_at)
        # The wave begins in a later turn at the earliest: this turn's records are not written yet.
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
    board.add_news(NewsKind.STARTED if execution.wave == 1 else NewsKind.WAVE, execution)
    if not execution.audience.size:
        board.end_execution(execution, Phase.FINISHED)


def _stop(board: Board, execution: Execution) -> None:
    """End a stopped execution. Subscribers not called yet, or not on every number, count as failed."""
    left = execution.counters.not_yet
    counters = replace(execution.counters, not_yet=0, failed=execution.counters.failed + left)
    board.end_execution(replace(execution, counters=counters, ready=()), Phase.STOPPED)
