"""The streaming functions on this machine: the emulator cannot run their adapter, so they run beside the emulator.

All of them in one process, from the built bundle, with the variables that the template gave to the deployed ones.
"""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from local.bundle import LAYERS, WEB_LAYER, Function, functions, load_template
from local.deployment import STACK
from local.emulator import Emulator
from local.errors import LocalError
from local.paths import ROOT, Paths, shown
from local.processes import REGION, clean_environment
from switchboard.lambdas.routes import routes

_SECONDS_TO_END = 10


@dataclass(frozen=True, slots=True)
class Stream:
    """A route whose function streams."""

    method: str
    path: str
    function: Function

    @property
    def pattern(self) -> str:
        """The paths that fit, as a regular expression."""
        parts = re.split(r"(\{[^}]+\})", self.path)
        return "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in parts)


def streams(template: Mapping[str, Any]) -> list[Stream]:
    """Every route whose function is started by a script."""
    streaming = {function.folder: function for function in functions(template) if function.streams}
    found = [route for route in routes() if route.folder in streaming]
    return [Stream(route.method, route.path, streaming[route.folder]) for route in found]


class Streaming:
    """The process, as a context: `url` is where it answers."""

    def __init__(self, paths: Paths, emulator: Emulator) -> None:
        self._paths, self._emulator = paths, emulator
        self.streams = streams(load_template())
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def failure(self) -> LocalError:
        return LocalError(f"The functions that stream ended by themselves; {shown(self._log)} says why.")

    def __enter__(self) -> Self:
        config = {
            "layers": [str(layer) for layer in (*LAYERS, WEB_LAYER)],
            "socket": self._socket.fileno(),
            "apps": [{"pattern": one.pattern, "file": str(one.function.built / "app.py")} for one in self.streams],
        }
        script = ROOT / "local" / "streaming_process.py"
        with self._log.open("wb") as log:
            # Isolated: its packages are those of the layers. Its standard input is ours: it ends when we are gone.
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-B", str(script), json.dumps(config)],
                env=clean_environment(**self._variables()),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(self._socket.fileno(),),
            )
        self._socket.close()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        process = self._process
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        try:
            process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @property
    def _log(self) -> Any:
        return self._paths.log("streaming")

    def _variables(self) -> dict[str, str]:
        names = dict.fromkeys(one.function.logical_id for one in self.streams)
        given = merged(_deployed(self._emulator, name) for name in names)
        # The adapter is not there, and Python's own search path is not to be meddled with.
        own = {name: value for name, value in given.items() if not name.startswith("AWS_L")}
        return {**own, "AWS_ENDPOINT_URL": self._emulator.url, "AWS_REGION": REGION}


def merged(environments: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """One environment for all; the same name must mean the same to each."""
    whole: dict[str, str] = {}
    for environment in environments:
        for name, value in environment.items():
            if whole.setdefault(name, value) != value:
                raise LocalError(f"Two functions that stream have different values of {name}.")
    return whole


def _deployed(emulator: Emulator, logical_id: str) -> dict[str, str]:
    resource = emulator.client("cloudformation").describe_stack_resource(StackName=STACK, LogicalResourceId=logical_id)
    name = resource["StackResourceDetail"]["PhysicalResourceId"]
    found = emulator.client("lambda").get_function_configuration(FunctionName=name)
    variables: dict[str, str] = found["Environment"]["Variables"]
    return variables
