"""The hub in the background: start a process that outlives this one, wait until ready, and stop by the lock."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from local import advice
from local.emulator import end_orphan
from local.errors import LocalError
from local.files import read_json
from local.lock import Lock
from local.paths import ROOT, Paths, shown
from local.terminal import say

READY = b"ready"
# The emulator's own time to end, and that of the rest.
SECONDS_TO_END = 45.0


def start(paths: Paths) -> None:
    """Start the hub, print its log, and return when the hub is ready."""
    paths.make()
    holder = Lock(paths.hub_lock).holder()
    if holder is not None:
        raise LocalError(f"The hub is up already, as process {holder}: `make stop` ends it.")
    news, its_end = os.pipe()
    with paths.log("hub").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "local", "serve", str(its_end)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(its_end,),
            env={**os.environ, "SWITCHBOARD_LOCAL_DIR": str(paths.home)},
        )
    os.close(its_end)
    try:
        outcome = _follow(news, paths.log("hub"))
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if outcome != READY:
        # Until the hub has gone, its processes may remain.
        process.wait()
        raise LocalError(outcome.decode() or f"The hub ended before it was ready; {shown(paths.log('hub'))} says why.")
    # Printed here and not by the hub: the advice has tokens, and the log is to have none.
    with suppress(BrokenPipeError):
        advice.show(read_json(paths.hub), ends_with=advice.ENDS_WITH_STOP)


def _follow(news: int, log: Path) -> bytes:
    """Pass the log on until there is news, or the process is gone; return the news."""
    os.set_blocking(news, False)
    with log.open("rb") as said, os.fdopen(news, "rb", buffering=0) as channel:
        while True:
            outcome = channel.read(4096)
            _pass_on(said.read())
            # Nothing yet is None; nothing ever, because the other end is closed, is empty.
            if outcome is not None:
                return outcome
            time.sleep(0.05)


def _pass_on(said: bytes) -> None:
    # The terminal may have been closed; the hub starts anyway.
    with suppress(BrokenPipeError):
        sys.stdout.write(said.decode(errors="replace"))
        sys.stdout.flush()


def report(channel: int, outcome: bytes) -> None:
    """Report the result to the starting process, which may have gone."""
    with suppress(OSError):
        os.write(channel, outcome)
    with suppress(OSError):
        os.close(channel)


def stop(paths: Paths) -> None:
    """Stop the hub, and the remains of a killed hub. Stopping a stopped hub is no error."""
    lock = Lock(paths.hub_lock)
    pid = lock.holder()
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        if not lock.wait_until_free(SECONDS_TO_END):
            raise LocalError(f"The hub, process {pid}, does not end.")
    left = end_orphan(paths)
    paths.hub.unlink(missing_ok=True)
    say("The hub has ended; its data is kept." if pid is not None or left else "The hub does not run.")
