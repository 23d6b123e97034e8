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

from switchboard.campaigns.dialling import backoff
from switchboard.campaigns.dialling.board import Board
from switchboard.campaigns.dialling.choose import fill, next_moment
from switchboard.campaigns.dialling.mark import mark_of
from switchboard.campaigns.dialling.people import People
from switchboard.campaigns.dialling.place import PlaceClaimed
from switchboard.campaigns.dialling.ports import DiallingStore, Restrictions, Ticks, Told, Wakes
from switchboard.campaigns.dialling.settle import Outcome, count_begun, deadline_of, hear, lose, note
from switchboard.campaigns.dialling.state import Dialler, Line, State
from switchboard.campaigns.dialling.waves import turn_waves
from switchboard.errors import TryAgain
from switchboard.laps import DIALLING, NO_LAPS, Laps, Stop, TellStop
from switchboard.telephony.progress import CallProgress

T = TypeVar("T")
MOST_TURNS = 40  # for one message; then another message continues
MOST_CONFLICTS = 8  # with other writers of the same account's dialling
CONFLICT_WAIT = 1.0
PATIENCE = 1.0  # seconds that one invocation waits for the rate
LONGEST_WAKE = 900.0  # seconds; the workflow cares for later moments


@dataclass(frozen=True, slots=True)
class Done:
    """The result of an invocation: the number of turns, and of claimed calls."""

    turns: int = 0
    claimed: int = 0


@dataclass(slots=True)
class Work:
    """One invocation: the state, progress and order results still to apply, and the time slept."""

    state: State
    heard: list[CallProgress]
    laps: Laps = NO_LAPS
    outcomes: list[Outcome] = field(default_factory=list)
    slept: float = 0.0
    done: Done = Done()
    is_over: Callable[[], bool] = lambda: False
    next_at: datetime | None = None
    planned: datetime | None = None  # the time of the wake-up that was sent last


@dataclass(frozen=True, slots=True)
class Thought:
    """The result of a turn: claimed lines, lines to order again, and the counts of applied results and progress."""

    board: Board
    claimed: Sequence[Line]
    again: Sequence[Line]
    noted: int
    heard: int


@dataclass(frozen=True, slots=True)
class Conduct:
    """The use case of the dialling queue. `pause` sleeps for seconds."""

    store: DiallingStore
    people: People
    place: PlaceClaimed
    queue: Ticks
    wakes: Wakes
    restrictions: Restrictions
    followers: Sequence[Told]
    clock: Callable[[], datetime]
    pause: Callable[[float], None]
    stopped: TellStop

    def __call__(
        self,
        account: str,
        heard: Sequence[CallProgress] = (),
        is_over: Callable[[], bool] = lambda: False,
        laps: Laps = NO_LAPS,
    ) -> Done:
        """Apply progress, and take turns until nothing more can happen now. Raises TryAgain after many conflicts.

        Once `is_over`, only pending progress and results are applied; a message to the account's group continues.
        `laps` come from the received message.
        """
        work = Work(State(Dialler(account)), list(heard), laps, is_over=is_over)
        self._load(work)
        for _ in range(MOST_TURNS):
            self._turn(work)
            if not self._goes_on(work):
                self._wake(work)
                return work.done
        work.is_over = lambda: True
        while work.heard or work.outcomes:
            self._turn(work)
        self._continue(work)
        return work.done

    def _turn(self, work: Work) -> None:
        """Decide and commit, tell the followers, place the claimed calls."""
        thought = self._written(work)
        work.heard = work.heard[thought.heard :]
        left = work.outcomes[thought.noted :]
        work.next_at = next_moment(thought.board)
        if work.state.dialler.news:
            self._tell(work.state)
        executions = work.state.executions
        work.done = Done(work.done.turns + 1, work.done.claimed + len(thought.claimed))
        work.outcomes = [*left, *self.place(executions, thought.claimed, thought.again, work.is_over)]

    def _written(self, work: Work) -> Thought:
        """Decide and commit a turn. After a conflict load the new state and decide again."""
        for _ in range(MOST_CONFLICTS):
            thought = self._think(work)
            change = thought.board.change()
            if change is None:
                return thought
            if self.store.commit(work.state.dialler.version, change):
                work.state = change.after
                return thought
            self._load(work)
        raise TryAgain("The account's dialling changes too fast.", CONFLICT_WAIT)

    def _load(self, work: Work) -> None:
        """Load the stored state, and tell its news: the writer may have died before telling."""
        work.state = self.store.load(work.state.dialler.account)
        work.planned = work.state.dialler.wake_at
        self._tell(work.state)

    def _think(self, work: Work) -> Thought:
        board = Board(work.state, self.people, self.clock())
        noted = _fold(board, work.outcomes, note)
        heard = _fold(board, work.heard, hear)
        lose(board)
        again = self._again(board, work.outcomes[noted:])
        turn_waves(board)
        claimed = [] if work.is_over() else fill(board, self.restrictions)
        board.more = board.more or work.is_over()
        turn_waves(board)
        if not self.followers:
            board.dialler = replace(board.dialler, news=())
        self._plan(board)
        return Thought(board, claimed, again, noted, heard)

    def _again(self, board: Board, left: Sequence[Outcome]) -> list[Line]:
        """Lines of a dead worker to order again. The rest waits for progress; `left` are results still to apply."""
        known = {outcome.line.call for outcome in left}
        lines = [board.lines[channel] for channel in board.dialler.unplaced if channel in board.lines]
        unplaced = [line for line in lines if line.call not in known]
        if not unplaced or backoff.waits(board.dialler, board.now):
            return []
        repeatable = self.place.dials.repeatable(board.dialler.account)
        again = []
        for line in unplaced:
            if not board.has_room:
                board.more = True
                break
            execution = board.executions[line.execution]
            if repeatable and board.may_begin(execution, board.now):
                board.put(replace(line, deadline=deadline_of(execution, board.now)))
                again.append(board.lines[line.channel])
            else:
                count_begun(board, board.now)
                board.known(line.channel)
        return again

    def _plan(self, board: Board) -> None:
        """Set the dialler's wake-up, if the next moment is earlier than the planned one."""
        at, planned = next_moment(board), board.dialler.wake_at
        if planned is not None and planned <= board.now:
            planned = None
        is_near = at is not None and timedelta(seconds=PATIENCE) < at - board.now <= timedelta(seconds=LONGEST_WAKE)
        if at is not None and is_near and (planned is None or at < planned):
            planned = at
        if planned != board.dialler.wake_at:
            board.dialler = replace(board.dialler, wake_at=planned)

    def _goes_on(self, work: Work) -> bool:
        """Whether another turn has work now, or after a short pause that this method takes."""
        if work.outcomes or work.heard or work.state.dialler.news:
            return True
        if work.next_at is None or work.is_over():
            return False
        wait = (work.next_at - self.clock()).total_seconds()
        if wait > PATIENCE - work.slept:
            return False
        if wait > 0:
            self.pause(wait)
            work.slept += wait
        return True

    def _wake(self, work: Work) -> None:
        """Send a message or a delayed wake-up for the next moment."""
        if work.next_at is None:
            return
        dialler, wait = work.state.dialler, (work.next_at - self.clock()).total_seconds()
        if wait <= PATIENCE:
            self._continue(work)
        elif dialler.wake_at == work.next_at != work.planned and (laps := self._next_lap(work)):
            self.wakes.wake(dialler.account, f"wake.{dialler.version}", wait, laps)

    def _continue(self, work: Work) -> None:
        """Send a message that continues at once."""
        if laps := self._next_lap(work):
            self.queue.tick(work.state.dialler.account, f"continue.{work.state.dialler.version}", laps)

    def _next_lap(self, work: Work) -> Laps | None:
        """The laps of the next message; None after too many laps without progress. The workflow looks again later."""
        laps, account = work.laps.after(mark_of(work.state)), work.state.dialler.account
        if DIALLING.ends(laps):
            self.stopped(Stop(DIALLING.name, account, "", laps.idle))
            return None
        return laps

    def _tell(self, state: State) -> None:
        if state.dialler.news:
            for follower in self.followers:
                follower(state.dialler.account, state.dialler.news)


def _fold(board: Board, told: Sequence[T], fold: Callable[[Board, T], None]) -> int:
    """Apply items until the transaction is full; return the number of applied items."""
    count = 0
    while count < len(told) and board.has_room:
        fold(board, told[count])
        count += 1
    return count
