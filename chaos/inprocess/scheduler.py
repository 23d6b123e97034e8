"""Threads of which one runs at a time, and chance says which: what they do is the same for the same seed.

A thread gives way at every point that it passes: before and after each effect on the outside. There its process may
be killed, and then none of the process's threads passes another point.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from chaos.lineage import Lineage

BEGINNING = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
TICK = 0.001  # virtual seconds that every step takes
PATIENCE = 60.0  # real seconds after which a step hangs


class Killed(BaseException):
    """The process is gone. Not an Exception: nobody gets to handle it."""


@dataclass(slots=True, eq=False)
class Process:
    """One invocation of a function; `deadline` is when the runtime ends it, `chain` what led to it."""

    name: str
    deadline: float
    dead: str = ""  # where it was killed
    disturbed: bool = False  # one of its requests was made to fail
    chain: Lineage = field(default_factory=dict)

    def end(self, where: str) -> None:
        self.dead = self.dead or where


@dataclass(slots=True, eq=False)
class Task:
    """One thread of a process."""

    process: Process
    run: Callable[[], None]
    turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    wakes: float = 0.0
    waits_for: int = 0
    parent: Task | None = None
    ended: bool = False
    error: BaseException | None = None


class Scheduler:
    """Virtual time, and whose turn it is."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.now = 0.0
        self.steps = 0
        self._ready: list[Task] = []
        self._asleep: list[Task] = []
        self._current: Task | None = None
        self._back = threading.Semaphore(0)

    def clock(self) -> datetime:
        """The virtual time."""
        return BEGINNING + timedelta(seconds=self.now)

    @property
    def process(self) -> Process | None:
        """The process whose turn it is."""
        return self._current.process if self._current else None

    @property
    def next_wake(self) -> float | None:
        """When the first sleeper wakes."""
        return min((task.wakes for task in self._asleep), default=None)

    def start(self, process: Process, run: Callable[[], None]) -> Task:
        """A new thread, which gets its turn like any other."""
        task = Task(process, run)
        threading.Thread(target=self._live, args=(task,), daemon=True).start()
        self._ready.append(task)
        return task

    def step(self) -> bool:
        """Let one thread run to its next point. Returns False if no thread can run."""
        self._wake()
        if not self._ready:
            return False
        task = self._ready.pop(self.chance.randrange(len(self._ready)))
        self._current = task
        self.now += TICK
        self.steps += 1
        task.turn.release()
        if not self._back.acquire(timeout=PATIENCE):
            raise RuntimeError(f"{task.process.name} does not come to its next point")
        self._current = None
        return True

    def give_way(self) -> None:
        """Let others go first."""
        task = self._current
        if task is not None:
            self._ready.append(task)
            self._suspend(task)

    def sleep(self, seconds: float) -> None:
        """Let virtual time pass."""
        task = self._current
        if task is not None:
            task.wakes = self.now + seconds
            self._asleep.append(task)
            self._suspend(task)

    def join(self, children: Sequence[Task]) -> None:
        """Go on when all of these threads have ended."""
        parent = self._current
        if parent is None:
            raise RuntimeError("only a thread of ours can wait for others")
        running = [child for child in children if not child.ended]
        parent.waits_for = len(running)
        for child in running:
            child.parent = parent
        if running:
            self._suspend(parent)

    def _suspend(self, task: Task) -> None:
        self._back.release()
        task.turn.acquire()
        self._check(task.process)

    def _check(self, process: Process) -> None:
        if self.now > process.deadline:
            process.end("out of time")
        if process.dead:
            raise Killed(process.dead)

    def _live(self, task: Task) -> None:
        task.turn.acquire()
        try:
            self._check(task.process)
            task.run()
        except BaseException as error:  # noqa: BLE001 - whoever waits for it gets it
            task.error = error
        task.ended = True
        parent = task.parent
        if parent is not None:
            parent.waits_for -= 1
            if not parent.waits_for:
                self._ready.append(parent)
        self._back.release()

    def _wake(self) -> None:
        awake = [task for task in self._asleep if task.wakes <= self.now]
        for task in awake:
            self._asleep.remove(task)
        self._ready += awake


class Promise:
    """Stands in for a future."""

    def __init__(self, scheduler: Scheduler, action: Callable[[], Any]) -> None:
        self._scheduler, self._action = scheduler, action
        self._value: Any = None
        process = scheduler.process
        if process is None:
            raise RuntimeError("only a thread of ours can start others")
        self._task = scheduler.start(process, self._run)

    def _run(self) -> None:
        self._value = self._action()

    def result(self) -> Any:
        """What the action returned, or raised, once it has ended."""
        self._scheduler.join([self._task])
        if self._task.error is not None:
            raise self._task.error
        return self._value


class Pool:
    """Stands in for ThreadPoolExecutor: its threads take turns like all others."""

    scheduler: Scheduler

    def __init__(self, max_workers: int) -> None:
        self._workers = max_workers

    def submit(self, action: Callable[..., Any], *given: Any) -> Promise:
        """Have it done."""
        return Promise(self.scheduler, lambda: action(*given))


def wait(promises: Iterable[Promise], *_: object, **__: object) -> tuple[set[Promise], set[Promise]]:
    """Stands in for the function of that name of concurrent.futures. All promises are done, and none is left."""
    done = list(promises)
    for promise in done:
        with suppress(Exception):
            promise.result()
    return set(done), set()


class Lock:
    """Stands in for threading.Lock: who waits for it lets others go on."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler, self._held = scheduler, False

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def acquire(self, timeout: float = math.inf) -> bool:
        """Take the lock. Returns False if the lock is held for `timeout` seconds of the world's time."""
        until = self._scheduler.now + timeout
        while self._held:
            if self._scheduler.now >= until:
                return False
            self._scheduler.give_way()
        self._held = True
        return True

    def release(self) -> None:
        """Let the next one take the lock."""
        self._held = False
