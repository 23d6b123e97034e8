import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.errors import LocalError
from local.paths import ROOT

REGION = "us-east-1"


def clean_environment(**variables: str) -> dict[str, str]:
    """Return our own environment without the user's AWS: nothing on this machine may reach for a real account."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        # What we start finds what is installed beside our Python, and that Python itself.
        "PATH": os.pathsep.join(filter(None, (str(Path(sys.executable).parent), os.environ.get("PATH", "")))),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        **({"AWS_CA_BUNDLE": os.environ["AWS_CA_BUNDLE"]} if "AWS_CA_BUNDLE" in os.environ else {}),
        **variables,
    }


def tool(name: str) -> str:
    """Return the path of a program, first the one beside our Python."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.is_file() else shutil.which(name)
    if found is None:
        hint = "run `make setup`" if name == "sam" else "install it"
        raise LocalError(f"{name} is missing: {hint}.")
    return found


def run_logged(command: Sequence[str], environment: Mapping[str, str], log: Path) -> int:
    """Run to the end with all output in the log. Whatever ends us ends it too, with the children it has."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        return process.wait()
    except BaseException:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        raise
