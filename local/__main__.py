"""`python -m local up | stop | build | campaign`; `serve` is `up` in the background, started by `DETACH=1 ... up`."""

import os
import signal
import sys
from collections.abc import Mapping
from types import FrameType
from typing import Any

from local import advice, background, build, campaign, hub, invoke
from local.errors import LocalError
from local.paths import Paths
from local.terminal import complain

_PEOPLE = "60"
_USAGE = "usage: python -m local up | stop | build | campaign [PEOPLE] | invoke FUNCTION [EVENT]"


def main(arguments: list[str]) -> int:
    # There are tokens in the files that the hub keeps.
    os.umask(0o077)
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    try:
        return _do(verb, rest)
    except LocalError as error:
        complain(str(error))
        return 1


def _do(verb: str, rest: list[str]) -> int:
    match verb:
        case "serve" if rest:
            return _serve(int(rest[0]))
        case "campaign":
            return _campaign(rest)
        case "invoke":
            return invoke.main(rest)
        case "up" | "stop" | "build":
            return {"up": _up, "stop": _stop, "build": _build}[verb]()
    complain(_USAGE)
    return 2


def _stop() -> int:
    background.stop(Paths.from_environment())
    return 0


def _up() -> int:
    paths = Paths.from_environment()
    if os.environ.get("DETACH", "").strip() not in {"", "0", "no", "false"}:
        background.start(paths)
        return 0
    return _run(paths)


def _build() -> int:
    paths = Paths.from_environment()
    paths.make()
    build.build(paths)
    return 0


def _campaign(rest: list[str]) -> int:
    try:
        campaign.main(Paths.from_environment(), rest[0] if rest else _PEOPLE)
    except KeyboardInterrupt:
        return 130
    return 0


def _run(paths: Paths) -> int:
    is_ready = False

    def ready(shown: Mapping[str, Any]) -> None:
        nonlocal is_ready
        is_ready = True
        advice.show(shown, ends_with=advice.ENDS_WITH_CTRL_C)

    _let_signals_interrupt()
    try:
        hub.run(paths, ready)
    except KeyboardInterrupt:
        hub.goodbye()
    # To end a hub that is up is no failure.
    return 0 if is_ready else 130


def _serve(channel: int) -> int:
    """Run the hub, and tell the one that waits on the channel either that it is ready or why it is not."""
    is_ready = False

    def ready(_: Mapping[str, Any]) -> None:
        nonlocal is_ready
        is_ready = True
        background.report(channel, background.READY)

    _let_signals_interrupt()
    try:
        hub.run(Paths.from_environment(), ready)
    except KeyboardInterrupt:
        hub.goodbye()
    except LocalError as error:
        if is_ready:
            raise
        background.report(channel, str(error).encode())
        return 1
    return 0


def _let_signals_interrupt() -> None:
    """Have SIGTERM and a closed terminal do what Ctrl-C does: all contexts are left, in order; and once, not twice."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in numbers:
        signal.signal(number, interrupt)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
