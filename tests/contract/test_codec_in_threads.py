"""Rows and messages are decoded by workers in threads."""

import subprocess
import sys
from pathlib import Path

LAYER = Path(__file__).resolve().parents[2] / "layers" / "switchboard"
SCRIPT = """
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field, make_dataclass
from switchboard.aws.codec import load

with ThreadPoolExecutor(8) as threads:
    for number in range(150):
        inner = make_dataclass(f"Inner{number}", [(f"f{n}", int, field(default=n)) for n in range(20)])
        outer = make_dataclass(f"Outer{number}", [("one", inner), ("many", list[inner], field(default_factory=list))])
        read = list(threads.map(lambda _: load('{"one": {"f3": 7}, "many": [{}, {}]}', outer), range(16)))
        assert all(one == read[0] and one.one.f3 == 7 and len(one.many) == 2 for one in read)
"""


def test_a_new_type_is_decoded_in_many_threads_at_once() -> None:
    """The first rows of a type may come in several threads: the process lives, and all of them are read."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env={"PYTHONPATH": str(LAYER)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
