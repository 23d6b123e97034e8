"""Run one function on a fixture, without Docker: `python -m local.invoke admin/accounts [EVENT]`.

The function runs in a process with the built layers only. Its environment variables, tables and queues are those of
the running hub.
"""

import json
import os
import sys
from pathlib import Path
from string import Template
from typing import Any

import boto3

from local.bundle import LAYERS, ROOT, Function, functions, load_template, run_isolated
from local.files import read_json
from local.paths import Paths

EVENTS = ROOT / "events" / "functions"

_ARGUMENTS = 2
_ASKING = ROOT / "local" / "asgi.py"
# What a function prints is its log; its answer alone goes to standard output.
_INVOKE = """
import contextlib, json, os, types
with contextlib.redirect_stdout(sys.stderr):
    import app
    # One that streams is no handler: it is asked as its web server would be.
    handler = getattr(app, "handler", None) or (lambda event, _: answer(app.app, event))
    context = types.SimpleNamespace(
        function_name=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
        invoked_function_arn="arn:aws:lambda:local:000000000000:function:" + os.environ["AWS_LAMBDA_FUNCTION_NAME"],
        memory_limit_in_mb=512,
        aws_request_id="local",
        log_stream_name="local",
        get_remaining_time_in_millis=lambda: 60_000,
    )
    told = handler(json.load(sys.stdin), context)
print(json.dumps(told, indent=2, ensure_ascii=False))
"""


def main(arguments: list[str]) -> int:
    function = _function(arguments[0] if arguments else "")
    event = _event(function, arguments[1] if len(arguments) == _ARGUMENTS else None)
    code = (_ASKING.read_text() if function.streams else "") + _INVOKE
    done = run_isolated(function, code, _variables(function), event)
    sys.stderr.write(done.stderr)
    sys.stdout.write(done.stdout)
    return done.returncode


def _function(name: str) -> Function:
    known = {function.folder: function for function in functions(load_template())}
    by_id = {function.logical_id: function for function in known.values()}
    found = known.get(name.removeprefix("functions/").strip("/")) or by_id.get(name)
    if found is None:
        sys.exit(f"invoke: FN= is one of {' '.join(sorted(known))}")
    if not all(path.is_dir() for path in (found.built, *LAYERS)):
        sys.exit("invoke: the bundle is not built, run `make build-local` first")
    return found


def _event(function: Function, path: str | None) -> str:
    fixtures = sorted((EVENTS / function.folder).glob("*.json"))
    if path is None and not fixtures:
        sys.exit(f"invoke: EVENT= is missing, and there is no fixture in events/functions/{function.folder}")
    try:
        text = (Path(path) if path else fixtures[0]).read_text()
        json.loads(text)
    except (OSError, ValueError) as error:
        sys.exit(f"invoke: {path} is no readable JSON: {error}")
    return _filled(text)


def _filled(text: str) -> str:
    """Fill the hub's tokens and sources into the fixtures."""
    hub = read_json(Paths.from_environment().hub)
    if not hub:
        return text
    known = {f"{dialect}_source": url.rpartition("/")[2] for dialect, url in hub["webhooks"].items()}
    known |= {name: value for name, value in hub.items() if isinstance(value, str)}
    known |= {f"{name}_key": value["access_key"] for name, value in hub.items() if "access_key" in value}
    return Template(text).safe_substitute(known)


def _variables(function: Function) -> dict[str, str]:
    """Return the function's variables from the hub, which knows the names of its tables and queues."""
    access = _access()
    try:
        stack = boto3.client("cloudformation", **access).describe_stack_resource(
            StackName="switchboard", LogicalResourceId=function.logical_id
        )
        name = stack["StackResourceDetail"]["PhysicalResourceId"]
        deployed = boto3.client("lambda", **access).get_function_configuration(FunctionName=name)
    except Exception as error:  # noqa: BLE001 - whatever it was, the hub is not there
        sys.exit(f"invoke: the hub on this machine does not answer, start it with `make run` ({error})")
    return {
        **deployed["Environment"]["Variables"],
        "AWS_ENDPOINT_URL": access["endpoint_url"],
        "AWS_REGION": access["region_name"],
        "AWS_DEFAULT_REGION": access["region_name"],
        "AWS_ACCESS_KEY_ID": access["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": access["aws_secret_access_key"],
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "STREAM_SECONDS": "0",  # of what goes on and on, what there is
    }


def _access() -> dict[str, Any]:
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    emulator = Paths.from_environment().emulator
    if not endpoint and emulator.is_file():
        endpoint = json.loads(emulator.read_text())["endpoint_url"]
    if not endpoint:
        sys.exit("invoke: the hub does not run on this machine, start it with `make run`")
    return {
        "endpoint_url": endpoint,
        "region_name": "us-east-1",
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
