"""Apply results of calls and orders to the board: answered, ended, lost, refused or never placed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from switchboard.campaigns.dialling import backoff
from switchboard.campaigns.dialling.board import SECOND, Board
from switchboard.campaigns.dialling.bounds import LONGEST_WORD, bounded
from switchboard.campaigns.dialling.retry import FAILED, LOST, is_final, next_place
from switchboard.campaigns.dialling.state import Line, NewsKind, attempt_of, call_of
from switchboard.campaigns.dialling.success import has_notified
from switchboard.kernel.campaign import CallStep, Execution, Phase, SubscriberRecord, SuccessCondition
from switchboard.telephony.progress import CallProgress, ProgressStep, Stage

MOST_REFUSALS = 10  # final refusals in a row, after which the hub pauses the execution
REFUSED = "The telephony refused ten calls in a row: "
LATE = "Late end"


class OrderAnswer(StrEnum):
    """A telephony's answer to the order of a call."""

    PLACED = "placed"
    UNKNOWN = "unknown"  # the call may exist
    WITHHELD = "withheld"  # the order was not given
    NOT_NOW = "not_now"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class OrderResult:
    """The result of the order of a line's call. `again` means: an earlier order may have placed the call."""

    line: Line
    answer: OrderAnswer
    at: datetime
    reason: str = ""
    again: bool = False


def apply_progress(board: Board, progress: CallProgress) -> None:
    """Apply the progress of a call. For a call without a line, a late end is added to the record."""
    line = board.line_of(progress.command)
    if line is None:
        if progress.stage is Stage.ENDED:
            _apply_late_end(board, progress)
        return
    board.confirm_order(line.channel)
    if progress.stage is Stage.ENDED:
        end_call(board, line, progress)
    elif line.answered_at is None:
        _go_on(board, line, progress)


def _go_on(board: Board, line: Line, progress: CallProgress) -> None:
    """Apply ringing or an answer. Where lifting the receiver is enough, the answer notifies the subscriber."""
    line = replace(line, rang_at=progress.rang_at or line.rang_at, steps=(line.steps[0], *_steps(progress.steps)))
    if progress.stage is Stage.RINGING:
        board.put_line(line)
        return
    execution = board.executions[line.execution]
    at_once = execution.settings.condition is SuccessCondition.PICKUP_PHONE
    board.put_line(replace(line, answered_at=progress.answered_at or progress.at, notified=at_once))
    board.count(execution, talking=1, notified=int(at_once), not_yet=-int(at_once))


def expire_overdue_calls(board: Board) -> None:
    """End the calls whose deadline has passed, with the disposition `lost`."""
    for line in [one for one in board.lines.values() if one.deadline <= board.now]:
        if not board.has_room:
            board.more = True
            return
        lost = CallProgress(
            account=board.dialler.account,
            command=line.call,
            stage=Stage.ENDED,
            at=board.now,
            rang_at=line.rang_at,
            answered_at=line.answered_at,
            disposition=LOST,
            steps=(*_moments(line.steps[1:]), ProgressStep(board.now, "Lost", "LOST")),
        )
        end_call(board, line, lost)


def apply_order_result(board: Board, result: OrderResult) -> None:
    """Apply the result of an order."""
    if result.answer is not OrderAnswer.WITHHELD:
        count_begun(board, result.at)
    line = board.line_of(result.line.call)
    if line is None or line.channel not in board.dialler.unplaced:
        return  # progress, or another conductor's order, was quicker
    may_last = result.again or line.deadline != result.line.deadline
    (_apply_repeated_result if may_last else _apply_first_result)(board, line, result)


def _apply_first_result(board: Board, line: Line, result: OrderResult) -> None:
    board.confirm_order(line.channel)
    match result.answer:
        case OrderAnswer.PLACED:
            _apply_placed(board, line)
        case OrderAnswer.WITHHELD:
            return_to_ready(board, line)
        case OrderAnswer.NOT_NOW:
            _back_off(board, result)
            return_to_ready(board, line)
        case OrderAnswer.REFUSED:
            _apply_refused(board, line, result)
        case OrderAnswer.UNKNOWN:
            pass  # progress or the deadline decides


def _apply_repeated_result(board: Board, line: Line, result: OrderResult) -> None:
    """Apply the result of a repeated order. A refusal does not free the line: the first order's call may last."""
    match result.answer:
        case OrderAnswer.PLACED:
            board.confirm_order(line.channel)
            _apply_placed(board, line)
        case OrderAnswer.REFUSED | OrderAnswer.UNKNOWN:
            board.confirm_order(line.channel)  # progress or the deadline decides
        case OrderAnswer.NOT_NOW:
            _back_off(board, result)
        case OrderAnswer.WITHHELD:
            pass


def _back_off(board: Board, result: OrderResult) -> None:
    """Start or lengthen the back-off. Refusals of orders in flight together count once."""
    if not backoff.waits(board.dialler, result.at):
        board.dialler = backoff.refused(board.dialler, result.at)


def _apply_placed(board: Board, line: Line) -> None:
    board.dialler = backoff.taken(board.dialler)
    execution = board.executions[line.execution]
    if execution.refusals:
        board.change_execution(execution, refusals=0)


def return_to_ready(board: Board, line: Line) -> None:
    """Free the line of a call that was not placed; its subscriber becomes the first ready one."""
    execution = board.count(board.executions[line.execution], calls=-1, in_progress=-1, delayed=-int(line.delayed))
    board.change_execution(execution, ready=((line.subscriber, line.place), *execution.ready))
    board.dialler = replace(board.dialler, held=board.dialler.held + int(line.delayed))
    board.uncount_call(line)
    board.free_line(line)


def end_call(board: Board, line: Line, progress: CallProgress) -> None:
    """End a call: record and count the call, then finish the subscriber or queue the next number."""
    execution = board.executions[line.execution]
    success = line.notified or has_notified(execution.settings, execution.clips, progress)
    call = replace(
        call_of(line),
        rang_at=progress.rang_at or line.rang_at,
        answered_at=progress.answered_at or line.answered_at,
        ended_at=progress.at,
        success=success,
        disposition=progress.disposition,
        digits=progress.digits,
        heard=progress.whole,
        steps=(line.steps[0], *_steps(progress.steps)),
    )
    record = board.record(execution, line.subscriber, kept=line.earlier)
    record = replace(record, calls=bounded((*record.calls, call)))
    talked = -int(line.answered_at is not None)
    board.free_line(line)
    if success:
        new = int(not line.notified)
        board.count(execution, in_progress=-1, talking=talked, succeeded=1, notified=new, not_yet=-new)
        board.put_record(execution, replace(record, notified=True, final=True, reason=""))
        board.add_news(NewsKind.NOTIFIED, execution, line.subscriber)
    else:
        execution = board.count(execution, in_progress=-1, talking=talked, failed_calls=1)
        _queue_next_number(board, execution, record, line)
        _pause_by_fault(board, line, progress.fault)


def _pause_by_fault(board: Board, line: Line, fault: str) -> None:
    """Pause the execution of a call that the telephony could not carry out: the next call would fail alike."""
    execution = board.executions[line.execution]
    if fault and execution.phase is Phase.RUNNING:
        board.change_execution(execution, phase=Phase.PAUSED, reason=fault[:LONGEST_WORD])
        board.add_news(NewsKind.PAUSED, execution)


def fail_subscriber(board: Board, execution: Execution, record: SubscriberRecord, reason: str, *, final: bool) -> None:
    """Count a subscriber as failed in this wave; `final` means that no further wave calls."""
    execution = board.count(execution, not_yet=-1, failed=1)
    board.put_record(execution, replace(record, final=final, reason=reason))
    if final:
        board.add_news(NewsKind.FAILED, execution, record.index)
    else:
        board.change_execution(execution, retriable=execution.retriable + 1)


def _queue_next_number(board: Board, execution: Execution, record: SubscriberRecord, line: Line) -> None:
    """Make the subscriber ready with the next number; without one, fail the subscriber."""
    settings, phones = execution.settings, board.people.subscriber(execution, line.subscriber).phones
    place = next_place(settings, phones, record, wave=line.wave, first=line.place + 1)
    if place is None:
        reason = record.calls[-1].disposition
        fail_subscriber(board, execution, record, reason, final=is_final(settings, phones, record, line.wave))
        return
    board.put_record(execution, record)
    board.change_execution(execution, ready=(*execution.ready, (line.subscriber, place)))


def _apply_refused(board: Board, line: Line, result: OrderResult) -> None:
    progress = CallProgress(
        account=board.dialler.account,
        command=line.call,
        stage=Stage.ENDED,
        at=result.at,
        disposition=FAILED,
        steps=(ProgressStep(result.at, "Refused", "REFUSED", result.reason[:LONGEST_WORD]),),
    )
    end_call(board, line, progress)
    execution = board.executions[line.execution]
    execution = board.change_execution(execution, refusals=execution.refusals + 1)
    if execution.refusals >= MOST_REFUSALS and execution.phase is Phase.RUNNING:
        reason = REFUSED + result.reason[:LONGEST_WORD]
        board.change_execution(execution, phase=Phase.PAUSED, refusals=0, reason=reason)
        board.add_news(NewsKind.PAUSED, execution)


def _apply_late_end(board: Board, progress: CallProgress) -> None:
    """Add a late end to the record of a lost call, without any other effect."""
    found = attempt_of(progress.command)
    execution = board.executions.get(found[0]) if found else None
    if found is None or execution is None:
        return
    record = board.record(execution, found[1], kept=True)
    calls = {call.id: call for call in record.calls}
    call = calls.get(progress.command)
    if call is None or call.disposition != LOST or any(step.name == LATE for step in call.steps):
        return
    late = CallStep(progress.at, LATE, progress.disposition.upper())
    calls[call.id] = replace(call, steps=(*call.steps, late))
    board.put_record(execution, replace(record, calls=tuple(calls.values())))


def count_begun(board: Board, at: datetime) -> None:
    """Count a call that began, or may have begun, for the rate."""
    recent = tuple(one for one in board.dialler.begun if one + SECOND > board.now)
    board.dialler = replace(board.dialler, begun=(*recent, at))


def _steps(moments: Sequence[ProgressStep]) -> tuple[CallStep, ...]:
    return tuple(CallStep(one.at, one.name, one.status, one.data) for one in moments)


def _moments(steps: Sequence[CallStep]) -> tuple[ProgressStep, ...]:
    return tuple(ProgressStep(one.at, one.name, one.status, one.data) for one in steps)


def deadline_of(execution: Execution, at: datetime) -> datetime:
    """When a call that begins at `at` counts as lost: after ring time, longest duration, and GRACE."""
    settings = execution.settings
    return at + timedelta(seconds=settings.max_answer_delay + settings.max_call_duration) + GRACE


GRACE = timedelta(seconds=15)  # for the report of the end to arrive
