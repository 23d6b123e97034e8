"""Programs that read data from strangers: run without the hub's environment, under limits that the kernel keeps."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from dataclasses import dataclass

# Sets the limits, and becomes the program.
BOOT = """
import json, os, resource, sys
for what, most in json.loads(sys.argv[1]).items():
    resource.setrlimit(getattr(resource, what), (most, most))
os.execv(sys.argv[2], sys.argv[2:])
"""
SET_DUMPABLE = 4  # linux/prctl.h


@dataclass(frozen=True, slots=True)
class ProgramLimits:
    """Limits of a program: seconds of CPU (`cpu`) and of real time (`wall`), bytes of memory and of a written file."""

    cpu: int = 20
    wall: float = 20.0
    memory: int = 512 * 1024 * 1024
    file: int = 64 * 1024 * 1024


def bare_environment() -> dict[str, str]:
    """Return the environment of a child: the path of libraries alone, which Python on Lambda needs to start."""
    return {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}


def hide_environment() -> None:
    """Close this process's `/proc/<pid>` to children of the same user: credentials of AWS stand in `environ`.

    Does nothing outside of Linux.
    """
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(SET_DUMPABLE, 0, 0, 0, 0)


def run_bounded(command: list[str], given: bytes, limits: ProgramLimits) -> subprocess.CompletedProcess[bytes]:
    """Run a program with `given` as its input. Raises TimeoutExpired after `limits.wall` seconds."""
    most = {"RLIMIT_CPU": limits.cpu, "RLIMIT_AS": limits.memory, "RLIMIT_FSIZE": limits.file, "RLIMIT_CORE": 0}
    boot = [sys.executable, "-I", "-S", "-B", "-c", BOOT, json.dumps(most), *command]
    return subprocess.run(  # noqa: S603 - no shell
        boot, input=given, capture_output=True, timeout=limits.wall, check=False, cwd="/", env=bare_environment()
    )
