"""`python -m bench cold`: processor time of a function's first request in a new process, imports and clients included.

The floor is what any function of this kind needs: importing boto3 and making one client. Each is measured in a process
of its own, with the bytecode of an earlier run. AWS answers at once (`bench.answers`).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from bench.environment import CREDENTIALS, set_variables
from bench.figures import note

ROOT = Path(__file__).parents[1]
ROUNDS = 7
FUNCTIONS = ("webhooks/vpbx", "workers/deliver")
FLOOR = "import boto3\nboto3.client('sqs')"
REQUEST = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("app", sys.argv[1] + "/app.py")
app = importlib.util.module_from_spec(spec)
spec.loader.exec_module(app)
from switchboard.aws import clients
from switchboard.bootstrap import adapters
{asked}
"""
ASKED = {
    "webhooks/vpbx": (
        "from switchboard.bootstrap.intake import receive_call_event\nreceive_call_event()\nclients.sqs_at_the_door()\n"
        "from switchboard.dialects.registry import dialect_named\ndialect_named('vpbx')\nclients.dynamodb()"
    ),
    "workers/deliver": (
        "from switchboard.bootstrap.deliveries import deliver_batch\ndeliver_batch()\n"
        "from switchboard.dialects.registry import dialect_named\ndialect_named('vpbx')"
    ),
}
TIMED = "import time\nbegan = time.process_time()\n{code}\nprint(1000 * (time.process_time() - began))"


def measure() -> int:
    """Run and print."""
    floor = _median(FLOOR, {**os.environ, **CREDENTIALS})
    print(f"floor     {floor:.0f} ms: boto3 and one client")
    for folder in FUNCTIONS:
        variables = _variables(folder)
        spent = _median(REQUEST.format(asked=ASKED[folder]), variables, str(ROOT / "functions" / folder))
        print(f"{folder:26} {spent:.0f} ms before the first request is sent, {spent / floor:.2f} floors")
        note(f"cold start of {folder}", spent, floor)
    return 0


def _variables(folder: str) -> dict[str, str]:
    before = dict(os.environ)
    try:
        set_variables(folder)
        return dict(os.environ)
    finally:
        os.environ.clear()
        os.environ.update(before)


def _median(code: str, variables: dict[str, str], *arguments: str) -> float:
    return statistics.median([_spent(code, variables, *arguments) for _ in range(ROUNDS + 1)][1:])


def _spent(code: str, variables: dict[str, str], *arguments: str) -> float:
    own = {**variables, "PYTHONPATH": str(ROOT / "layers/switchboard"), "BOTO_DISABLE_CRT": "true"}
    command = [sys.executable, "-c", TIMED.format(code=code), *arguments]
    done = subprocess.run(command, env=own, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    return float(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    sys.exit(measure())
