"""MiniStack as the hub runs it: `python -m local.emulator_process`, configured by its own environment variables.

MiniStack saves its state only when it ends. This process also saves the state while MiniStack runs. When the hub's
process has gone, for any reason, this process saves and ends. Layers are unpacked once, and the whole description of
the API is read.
"""

import asyncio
import importlib
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import ministack.app as ministack
from ministack.core import persistence

from local import event_sources, gateway_import, layer_cache

App = Callable[[Any, Any, Any], Awaitable[None]]
SECONDS_BETWEEN_SAVES = 5.0
# The services that hold events and deliveries. Other services change with a deployment only, and the hub then asks for
# a whole save, because the layers alone are tens of megabytes.
_DATA = {"dynamodb", "sqs", "secretsmanager", "s3", "stepfunctions", "scheduler"}


class Saver(threading.Thread):
    """Saves changed services every few seconds, and all services on SIGUSR1."""

    def __init__(self) -> None:
        super().__init__(name="saver", daemon=True)
        self._changed = threading.Event()
        self._everything = threading.Event()
        self._writing = threading.Lock()
        self._ended = False

    def watch(self, inner: App) -> App:
        """Every change comes as a request, those of the functions too."""

        async def app(scope: Any, receive: Any, send: Any) -> None:
            self._changed.set()
            await inner(scope, receive, send)

        return app

    def whole(self) -> None:
        self._everything.set()

    def last(self, states: Mapping[str, Callable[[], Any]]) -> None:
        """Save everything at the end, after which nothing older may be written over it."""
        with self._writing:
            self._ended = True
            persistence.save_all(dict(states))

    def run(self) -> None:
        while True:
            everything = self._everything.wait(SECONDS_BETWEEN_SAVES)
            # Data without the stack of the same save is useless.
            deployed = Path(persistence.STATE_DIR, "cloudformation.json").exists()
            if everything or (deployed and self._changed.is_set()):
                self._everything.clear()
                self._changed.clear()
                self._save(everything=everything)

    def _save(self, *, everything: bool) -> None:
        states = self._collect(everything=everything)
        with self._writing:
            for name, state in states.items():
                if not self._ended:
                    persistence.save_state(name, state)

    def _collect(self, *, everything: bool) -> dict[str, Any]:
        async def collect() -> dict[str, Any]:
            return {name: state for name, read in sources.items() if (state := self._read(read)) is not None}

        sources = ministack._build_persistence_save_dict()  # noqa: SLF001 - it has no other way
        if not everything:
            sources = {name: read for name, read in sources.items() if name in _DATA}
        # On the loop that serves requests, so that none is half done.
        return asyncio.run_coroutine_threadsafe(collect(), ministack._MAIN_LOOP).result()  # noqa: SLF001

    def _read(self, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except RuntimeError:
            # The thread of a function's poller changed the state meanwhile: the next save will succeed.
            self._changed.set()
            return None


def _end_with_the_hub() -> None:
    # Not sys.stdin: a thread that waits in sys.stdin keeps the interpreter from ending.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _observed(inner: App) -> App:
    """The application as EMULATOR_OBSERVER, a `module:function`, wraps it: tests look at requests by it."""
    module, _, name = os.environ.get("EMULATOR_OBSERVER", "").partition(":")
    if not module:
        return inner
    wrapped: App = getattr(importlib.import_module(module), name)(inner)
    return wrapped


def main() -> None:
    saver = Saver()
    ministack.app = saver.watch(_observed(ministack.app))
    ministack.save_all = saver.last
    signal.signal(signal.SIGUSR1, lambda *_: saver.whole())
    saver.start()
    threading.Thread(target=_end_with_the_hub, daemon=True).start()
    layer_cache.install(Path(os.environ["LAYERS_DIR"]))
    gateway_import.install()
    event_sources.install()
    sys.argv = ["ministack"]
    ministack.main()


if __name__ == "__main__":
    main()
