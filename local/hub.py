"""Start the parts of the hub in order, and stop them in the opposite order."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from local import account, build, demo, deployment, settings
from local.emulator import Emulator
from local.errors import LocalError
from local.files import write_json
from local.front_door import FrontDoor, Streams, reserve
from local.lock import Lock
from local.operator import Operator
from local.paths import Paths, shown
from local.streaming import Streaming
from local.terminal import say, step


def run(paths: Paths, ready: Callable[[dict[str, Any]], None]) -> None:
    """Run the hub until an interrupt; call `ready` with hub.json when the hub is ready. All parts end with the hub."""
    wanted = settings.read()
    paths.make()
    with ExitStack() as running:
        running.enter_context(_alone(paths))
        door = running.enter_context(reserve(wanted.port))
        _build(paths)
        emulator = running.enter_context(Emulator(paths, wanted.emulator_port))
        with _or_else(emulator):
            if not deployment.is_deployed(paths, emulator, wanted.parameters):
                step("deploying it to the emulator")
            stack = deployment.deploy(paths, emulator, wanted.parameters)
            deployment.verify_sender(emulator, wanted.parameters["EmailSender"])
            deployment.restart_workflows(emulator)
            streaming = running.enter_context(Streaming(paths, emulator))
            paths_of_streams = [(stream.method, stream.path) for stream in streaming.streams]
            running.enter_context(
                FrontDoor(door, stack.api_url, Streams(streaming.url, paths_of_streams), stack.pbx_url)
            )
            running.callback(paths.hub.unlink, missing_ok=True)
            hub = _prepare(paths, wanted.base_url, stack.operator_token)
        ready(hub)
        _stay(emulator, streaming)


@contextmanager
def _alone(paths: Paths) -> Iterator[None]:
    lock = Lock(paths.hub_lock)
    if not lock.take():
        raise LocalError(f"The hub is up already, as process {lock.holder()}: `make stop` ends it.")
    # What a hub that was killed left behind says something about that one.
    paths.hub.unlink(missing_ok=True)
    try:
        yield
    finally:
        lock.leave()


def _build(paths: Paths) -> None:
    if not build.is_built():
        step("building the bundle for this machine")
    build.build(paths)


def _prepare(paths: Paths, base_url: str, operator_token: str) -> dict[str, Any]:
    with Operator(base_url, operator_token) as operator:
        hub = account.prepare(paths, operator, base_url, operator_token)
        demo.play(hub, operator)
    write_json(paths.hub, hub)
    return hub


@contextmanager
def _or_else(emulator: Emulator) -> Iterator[None]:
    """Report the end of the emulator as the cause of any failure that follows."""
    try:
        yield
    except Exception as error:
        if emulator.ended:
            raise emulator.failure() from error
        raise


def _stay(emulator: Emulator, streaming: Streaming) -> None:
    while not emulator.ended:
        if streaming.ended:
            raise streaming.failure()
        time.sleep(0.2)
    raise emulator.failure()


def log_hint(paths: Paths) -> str:
    return shown(paths.log("hub"))


def goodbye() -> None:
    say("\nThe hub has ended; its data is kept.")
