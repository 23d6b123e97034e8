"""Choose the next calls: fill free lines within channels, rate, windows and restrictions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.campaigns.dialling import backoff
from switchboard.campaigns.dialling.board import SECOND, Board
from switchboard.campaigns.dialling.ports import Restrictions
from switchboard.campaigns.dialling.retry import DAILY_CAP, FINAL_REASONS, NO_NUMBER, is_final, next_place
from switchboard.campaigns.dialling.settle import deadline_of, fail_subscriber
from switchboard.campaigns.dialling.state import Line, call_id, claim_step
from switchboard.campaigns.dialling.windows import day_of, opens_at
from switchboard.kernel.campaign import Execution, Phase, SubscriberRecord
from switchboard.kernel.numbers import telephone_key

MOST_PASSED = 2000  # subscribers without need of a call, passed in one turn
MOST_PUT_OFF = 200  # subscribers put off because their number is being called for somebody else
LOOK_AHEAD = 25  # subscribers whose restrictions are read together


@dataclass(frozen=True, slots=True)
class Candidate:
    """A subscriber to call next: `place` is the number's position, `earlier` means called before in the execution."""

    subscriber: int
    place: int
    number: str
    earlier: bool


def fill(board: Board, restrictions: Restrictions, capped: Collection[str] = ()) -> list[Line]:
    """Claim calls for free lines, and return these lines. `capped` are telephones known to be at their daily cap."""
    chooser, begun = Chooser(board, restrictions, capped), []
    # After a limit was lowered, calls on channels above the limit may still last. These calls count.
    room = max(0, board.limits.channels - len(board.lines))
    free = [channel for channel in range(board.limits.channels) if channel not in board.lines][:room]
    while free and not backoff.waits(board.dialler, board.now):
        if not board.has_room:
            board.more = True
        if room_in_rate(board) <= 0 or not board.has_room:
            break
        found = chooser.next()
        if found is None:
            break
        begun.append(_claim(board, free.pop(0), *found))
    _hold(board, chooser, len(free))
    return begun


def room_in_rate(board: Board) -> int:
    """The number of calls that may begin now. A claimed call with an unknown result counts as begun now."""
    recent = [at for at in board.dialler.begun if at + SECOND > board.now]
    return board.limits.cps - len(recent) - len(board.dialler.unplaced)


def next_moment(board: Board) -> datetime | None:
    """When calls can next begin that could not begin in this turn; None if time alone changes nothing."""
    moments = [board.now] if board.more else []
    for execution in board.executions.values():
        if execution.phase is Phase.RUNNING:
            moments += [at for at in _moments(board, execution) if at > board.now]
    return min(moments, default=None)


def _moments(board: Board, execution: Execution) -> Iterator[datetime]:
    settings = execution.settings
    if execution.wave_at is not None:
        yield opens_at(settings.window, execution.timezone, max(execution.wave_at, board.now))
    elif execution.wave == 0 or _has_somebody(execution):
        opening = opens_at(settings.window, execution.timezone, board.now)
        if len(board.lines) < board.limits.channels:
            yield max(opening, *_hindrances(board))


def _hindrances(board: Board) -> Iterator[datetime]:
    yield board.now
    if board.dialler.back_off_until is not None:
        yield board.dialler.back_off_until
    recent = sorted(at for at in board.dialler.begun if at + SECOND > board.now)
    if board.limits.cps and len(recent) >= board.limits.cps:
        yield recent[-board.limits.cps] + SECOND


def _has_somebody(execution: Execution) -> bool:
    return bool(execution.ready) or execution.cursor < execution.audience.size


def _hold(board: Board, chooser: Chooser, free: int) -> None:
    """Count the calls that wait only because of the rate."""
    too_fast = room_in_rate(board) <= 0 and not backoff.waits(board.dialler, board.now)
    held = free if too_fast and chooser.has_somebody() else 0
    if held != board.dialler.held:
        board.dialler = replace(board.dialler, held=held)


def _claim(board: Board, channel: int, execution: Execution, who: Candidate) -> Line:
    delayed = board.dialler.held > 0
    line = Line(
        channel=channel,
        call=call_id(execution.id, who.subscriber, execution.wave, who.place),
        execution=execution.id,
        subscriber=who.subscriber,
        place=who.place,
        number=who.number,
        wave=execution.wave,
        claimed_at=board.now,
        deadline=deadline_of(execution, board.now),
        earlier=who.earlier,
        delayed=delayed,
        steps=(claim_step(board.now),),
        telephone=telephone_key(who.number, execution.region),
        counted=day_of(board.now, execution.timezone) if board.limits.daily else "",
    )
    board.put_line(line)
    board.count_call(line)
    board.count(execution, calls=1, in_progress=1, delayed=int(delayed))
    held = max(0, board.dialler.held - 1)
    board.dialler = replace(board.dialler, held=held, unplaced=(*board.dialler.unplaced, channel))
    return line


class Chooser:
    """Finds the next subscribers to call, within one turn."""

    def __init__(self, board: Board, restrictions: Restrictions, capped: Collection[str] = ()) -> None:
        self._board, self._restrictions, self._capped = board, restrictions, capped
        self._exhausted: set[str] = set()
        self._blocked: dict[tuple[str, str], str] = {}
        self._asked: set[tuple[str, int]] = set()
        self._passed = 0

    def next(self) -> tuple[Execution, Candidate] | None:
        """The next subscriber: highest priority first, then the execution with the fewest calls in progress."""
        while waiting := self._waiting():
            execution = min(waiting, key=self._rank)
            found = self._ready(execution) or self._ahead(self._board.executions[execution.id])
            if found is not None:
                return self._board.executions[execution.id], found
            self._exhausted.add(execution.id)
        return None

    def has_somebody(self) -> bool:
        """Whether a waiting execution may have more subscribers to call."""
        return any(_has_somebody(execution) for execution in self._waiting())

    def _waiting(self) -> list[Execution]:
        board = self._board
        return [
            execution
            for execution in board.executions.values()
            if execution.id not in self._exhausted
            and execution.wave
            and execution.wave_at is None
            and board.may_begin(execution, board.now)
        ]

    def _rank(self, execution: Execution) -> tuple[int, int, datetime, str]:
        return -execution.priority, self._board.running(execution), execution.started_at, execution.id

    def _ready(self, execution: Execution) -> Candidate | None:
        """The first ready subscriber whose next number is not being called already."""
        for subscriber, place in execution.ready:
            if not self._board.has_room:
                return None
            current = self._board.executions[execution.id]
            phones = self._board.people.subscriber(current, subscriber).phones
            if phones[place:] and self._is_busy(current, phones[place]):  # an erased subscriber has no numbers
                continue
            record = self._board.record(current, subscriber, kept=True)
            found = self._number(current, record, place)
            if found is not None and self._is_busy(current, found.number):
                continue
            left = tuple(one for one in current.ready if one != (subscriber, place))
            self._board.change_execution(current, ready=left)
            if found is not None:
                return found
            self._give_up(current, record)
        return None

    def _ahead(self, execution: Execution) -> Candidate | None:
        """The first callable subscriber at or after the wave's cursor."""
        while execution.cursor < execution.audience.size and len(execution.ready) < MOST_PUT_OFF:
            if self._passed >= MOST_PASSED or not self._board.has_room:
                self._board.more = True
                return None
            found = self._turn_of(execution, execution.cursor)
            execution = self._board.executions[execution.id]
            if found is not None and not self._is_busy(execution, found.number):
                return found
            if found is not None:
                later = (*execution.ready, (found.subscriber, found.place))
                execution = self._board.change_execution(execution, ready=later)
        return None

    def _turn_of(self, execution: Execution, index: int) -> Candidate | None:
        """Move the cursor past a subscriber; return the subscriber as a candidate, None if no call is needed."""
        execution = self._board.change_execution(execution, cursor=index + 1)
        record = self._board.people.record_ahead(execution, index)
        found = None if record.notified or record.final else self._number(execution, record, 0)
        if found is None:
            self._passed += 1
            if not (record.notified or record.final):
                self._give_up(execution, record)
        return found

    def _number(self, execution: Execution, record: SubscriberRecord, first: int) -> Candidate | None:
        phones = self._board.people.subscriber(execution, record.index).phones
        blocked = self._blocked_of(execution, record.index)
        place = next_place(execution.settings, phones, record, wave=execution.wave, first=first, blocked=blocked)
        if place is None:
            return None
        return Candidate(record.index, place, phones[place], earlier=bool(record.calls))

    def _give_up(self, execution: Execution, record: SubscriberRecord) -> None:
        """Fail a subscriber without a callable number: for good, or until the next wave."""
        phones = self._board.people.subscriber(execution, record.index).phones
        blocked = self._blocked_of(execution, record.index)
        reasons = [blocked[number] for number in phones if number in blocked]
        reason = reasons[0] if reasons else record.calls[-1].disposition if record.calls else NO_NUMBER
        for_good = len(reasons) == len(phones) and set(reasons) <= FINAL_REASONS
        final = for_good or is_final(execution.settings, phones, record, execution.wave)
        fail_subscriber(self._board, execution, record, reason, final=final)

    def _blocked_of(self, execution: Execution, index: int) -> Mapping[str, str]:
        if (execution.id, index) not in self._asked:
            self._ask(execution, index)
        phones = self._board.people.subscriber(execution, index).phones
        found = {number: reason for number in phones if (reason := self._blocked.get((execution.id, number)))}
        if self._capped:
            full = [number for number in phones if telephone_key(number, execution.region) in self._capped]
            found = {**dict.fromkeys(full, DAILY_CAP), **found}
        return found

    def _ask(self, execution: Execution, first: int) -> None:
        """Read the restrictions of the next subscribers together."""
        indexes = range(first, min(first + LOOK_AHEAD, execution.audience.size))
        self._asked.update((execution.id, index) for index in indexes)
        people = (self._board.people.subscriber(execution, index) for index in indexes)
        numbers = list(dict.fromkeys(number for one in people for number in one.phones))
        if numbers:
            found = self._restrictions.blocked(execution.account, execution.id, numbers, self._board.now)
            self._blocked |= {(execution.id, number): reason for number, reason in found.items()}

    def _is_busy(self, execution: Execution, number: str) -> bool:
        """Whether a call to the telephone is in progress, or its count is taken back in this turn."""
        key = telephone_key(number, execution.region)
        return key in self._board.uncounted or any(
            key == (line.telephone or telephone_key(line.number, execution.region))
            for line in self._board.lines.values()
        )
