"""The conductor: applies progress of an account's calls, decides which calls begin, and places them.

Each turn is one transaction under an optimistic lock on the dialler's version. The transaction claims calls; the
orders follow after the commit. The next turn writes the results of the orders.

A worker may die between commit and orders. Then the lines stay `unplaced`: nobody knows whether the calls exist. The
next conductor repeats these orders under the same command, the idempotency key. If the telephony does not honour the
key, the conductor waits for the calls' progress instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from switchboard.accounts.ports import NEVER_SUSPENDED
from switchboard.campaigns.dialling import backoff
from switchboard.campaigns.dialling.board import Board
from switchboard.campaigns.dialling.choose import fill, next_moment
from switchboard.campaigns.dialling.mark import mark_of
from switchboard.campaigns.dialling.people import People
from switchboard.campaigns.dialling.place import PlaceClaimed
from switchboard.campaigns.dialling.ports import DiallingFollower, DiallingStore, Restrictions, Ticks, Wakes
from switchboard.campaigns.dialling.settle import (
    OrderResult,
    apply_order_result,
    apply_progress,
    count_begun,
    deadline_of,
    expire_overdue_calls,
)
from switchboard.campaigns.dialling.state import CapReached, Change, Dialler, DiallingState, Line
from switchboard.campaigns.dialling.waves import turn_waves
from switchboard.errors import TryAgain
from switchboard.kernel.campaign import Limits
from switchboard.laps import DIALLING, NO_LAPS, Laps, Stop, TellStop
from switchboard.telephony.progress import CallProgress

T = TypeVar("T")
MOST_TURNS = 40  # for one message; then another message continues
MOST_CONFLICTS = 8  # with other writers of the same account's dialling
CONFLICT_WAIT = 1.0
PATIENCE = 1.0  # seconds that one invocation waits for the rate
LONGEST_WAKE = 900.0  # seconds; the workflow cares for later moments


@dataclass(frozen=True, slots=True)
class ConductResult:
    """The result of an invocation: the number of turns, and of claimed calls."""

    turns: int = 0
    claimed: int = 0


@dataclass(slots=True)
class Invocation:
    """One invocation: the state, progress and order results still to apply, and the time slept."""

    state: DiallingState
    progress: list[CallProgress]
    laps: Laps = NO_LAPS
    results: list[OrderResult] = field(default_factory=list)
    slept: float = 0.0
    done: ConductResult = ConductResult()
    is_over: Callable[[], bool] = lambda: False
    next_at: datetime | None = None
    planned: datetime | None = None  # the time of the wake-up that was sent last
    capped: set[str] = field(default_factory=set)  # telephones that a transaction found at their daily cap


@dataclass(frozen=True, slots=True)
class TurnResult:
    """The result of a turn: claimed lines, lines to order again, and the counts of applied results and progress."""

    board: Board
    claimed: Sequence[Line]
    again: Sequence[Line]
    results_applied: int
    progress_applied: int


@dataclass(frozen=True, slots=True)
class Conduct:
    """The use case of the dialling queue. `pause` sleeps for seconds.

    No call begins while the account is suspended. Progress of calls is applied all the same. `quota` returns the bounds
    that an account's telephony sets.
    """

    store: DiallingStore
    people: People
    place: PlaceClaimed
    queue: Ticks
    wakes: Wakes
    restrictions: Restrictions
    followers: Sequence[DiallingFollower]
    clock: Callable[[], datetime]
    pause: Callable[[float], None]
    stopped: TellStop
    is_suspended: Callable[[str], bool] = NEVER_SUSPENDED.is_suspended
    quota: Callable[[str], Limits | None] = lambda _: None

    def __call__(
        self,
        account: str,
        progress: Sequence[CallProgress] = (),
        is_over: Callable[[], bool] = lambda: False,
        laps: Laps = NO_LAPS,
    ) -> ConductResult:
        """Apply progress, and take turns until nothing more can happen now. Raises TryAgain after many conflicts.

        Once `is_over`, only pending progress and results are applied; a message to the account's group continues.
        `laps` come from the received message.
        """
        run = Invocation(DiallingState(Dialler(account)), list(progress), laps, is_over=is_over)
        self._load(run)
        for _ in range(MOST_TURNS):
            self._turn(run)
            if not self._goes_on(run):
                self._wake(run)
                return run.done
        run.is_over = lambda: True
        while run.progress or run.results:
            self._turn(run)
        self._continue(run)
        return run.done

    def _turn(self, run: Invocation) -> None:
        """Decide and commit, tell the followers, place the claimed calls."""
        turn = self._decide_and_commit(run)
        run.progress = run.progress[turn.progress_applied :]
        left = run.results[turn.results_applied :]
        run.next_at = next_moment(turn.board)
        if run.state.dialler.news:
            self._tell(run.state)
        executions = run.state.executions
        run.done = ConductResult(run.done.turns + 1, run.done.claimed + len(turn.claimed))
        run.results = [*left, *self.place(executions, turn.claimed, turn.again, run.is_over)]

    def _decide_and_commit(self, run: Invocation) -> TurnResult:
        """Decide and commit a turn. After a conflict load the new state and decide again."""
        for _ in range(MOST_CONFLICTS):
            turn = self._decide(run)
            change = turn.board.change()
            if change is None:
                return turn
            if self._commit(run, change):
                run.state = change.after
                return turn
            self._load(run)
        raise TryAgain("The account's dialling changes too fast.", CONFLICT_WAIT)

    def _commit(self, run: Invocation, change: Change) -> bool:
        """Write a change. Return False after a conflict, or if a telephone has reached its cap meanwhile."""
        try:
            return self.store.commit(run.state.dialler.version, change)
        except CapReached as reached:
            run.capped |= reached.telephones
            return False

    def _load(self, run: Invocation) -> None:
        """Load the stored state, and tell its news: the writer may have died before telling."""
        run.state = self.store.load(run.state.dialler.account)
        run.planned = run.state.dialler.wake_at
        self._tell(run.state)

    def _decide(self, run: Invocation) -> TurnResult:
        board = Board(run.state, self.people, self.clock(), self.quota(run.state.dialler.account))
        results = _apply(board, run.results, apply_order_result)
        progress = _apply(board, run.progress, apply_progress)
        expire_overdue_calls(board)
        waits = self.is_suspended(board.dialler.account)
        again = [] if waits else self._orders_to_repeat(board, run.results[results:])
        turn_waves(board)
        claimed = [] if waits or run.is_over() else fill(board, self.restrictions, run.capped)
        board.more = board.more or run.is_over()
        turn_waves(board)
        if not self.followers:
            board.dialler = replace(board.dialler, news=())
        self._plan_wake(board)
        return TurnResult(board, claimed, again, results, progress)

    def _orders_to_repeat(self, board: Board, left: Sequence[OrderResult]) -> list[Line]:
        """Lines of a dead worker to order again. The rest waits for progress; `left` are results still to apply."""
        known = {result.line.call for result in left}
        lines = [board.lines[channel] for channel in board.dialler.unplaced if channel in board.lines]
        unplaced = [line for line in lines if line.call not in known]
        if not unplaced or backoff.waits(board.dialler, board.now):
            return []
        repeatable = self.place.placer.repeatable(board.dialler.account)
        again = []
        for line in unplaced:
            if not board.has_room:
                board.more = True
                break
            execution = board.executions[line.execution]
            if repeatable and board.may_begin(execution, board.now):
                board.put_line(replace(line, deadline=deadline_of(execution, board.now)))
                again.append(board.lines[line.channel])
            else:
                count_begun(board, board.now)
                board.confirm_order(line.channel)
        return again

    def _plan_wake(self, board: Board) -> None:
        """Set the dialler's wake-up, if the next moment is earlier than the planned one."""
        at, planned = next_moment(board), board.dialler.wake_at
        if planned is not None and planned <= board.now:
            planned = None
        is_near = at is not None and timedelta(seconds=PATIENCE) < at - board.now <= timedelta(seconds=LONGEST_WAKE)
        if at is not None and is_near and (planned is None or at < planned):
            planned = at
        if planned != board.dialler.wake_at:
            board.dialler = replace(board.dialler, wake_at=planned)

    def _goes_on(self, run: Invocation) -> bool:
        """Whether another turn has work now, or after a short pause that this method takes."""
        if run.results or run.progress or run.state.dialler.news:
            return True
        if run.next_at is None or run.is_over():
            return False
        wait = (run.next_at - self.clock()).total_seconds()
        if wait > PATIENCE - run.slept:
            return False
        if wait > 0:
            self.pause(wait)
            run.slept += wait
        return True

    def _wake(self, run: Invocation) -> None:
        """Send a message or a delayed wake-up for the next moment."""
        if run.next_at is None:
            return
        dialler, wait = run.state.dialler, (run.next_at - self.clock()).total_seconds()
        if wait <= PATIENCE:
            self._continue(run)
        elif dialler.wake_at == run.next_at != run.planned and (laps := self._next_lap(run)):
            self.wakes.wake(dialler.account, f"wake.{dialler.version}", wait, laps)

    def _continue(self, run: Invocation) -> None:
        """Send a message that continues at once."""
        if laps := self._next_lap(run):
            self.queue.tick(run.state.dialler.account, f"continue.{run.state.dialler.version}", laps)

    def _next_lap(self, run: Invocation) -> Laps | None:
        """The laps of the next message; None after too many laps without progress. The workflow looks again later."""
        laps, account = run.laps.after(mark_of(run.state)), run.state.dialler.account
        if DIALLING.ends(laps):
            self.stopped(Stop(DIALLING.name, account, "", laps.idle))
            return None
        return laps

    def _tell(self, state: DiallingState) -> None:
        if state.dialler.news:
            for follower in self.followers:
                follower(state.dialler.account, state.dialler.news)


def _apply(board: Board, items: Sequence[T], apply: Callable[[Board, T], None]) -> int:
    """Apply items until the transaction is full; return the number of applied items."""
    count = 0
    while count < len(items) and board.has_room:
        apply(board, items[count])
        count += 1
    return count
