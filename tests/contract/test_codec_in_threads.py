"""Rows and messages are decoded by workers in threads."""

import subprocess
import sys
from pathlib import Path

LAYER = Path(__file__).resolve().parents[2] / "layers" / "switchboard"
# Annotations are text, as in our models: msgspec resolves them in Python, where threads take turns.
SCRIPT = """
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field, make_dataclass
from switchboard.aws.codec import load

sys.setswitchinterval(1e-6)
with ThreadPoolExecutor(8) as threads:
    for number in range(100):
        inner = make_dataclass(f"Inner{number}", [(f"f{n}", "int", field(default=n)) for n in range(20)])
        globals()[inner.__name__] = inner
        fields = [("one", inner.__name__), ("many", f"list[{inner.__name__}]", field(default_factory=list))]
        outer = make_dataclass(f"Outer{number}", fields)
        outer.__module__ = inner.__module__ = "__main__"
        read = list(threads.map(lambda _: load('{"one": {"f3": 7}, "many": [{}, {}]}', outer), range(16)))
        assert all(one == read[0] and one.one.f3 == 7 and len(one.many) == 2 for one in read)
"""


def test_a_new_type_is_decoded_in_many_threads_at_once() -> None:
    """The first rows of a type may come in several threads: the process lives, and all of them are read."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env={"PYTHONPATH": str(LAYER)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
