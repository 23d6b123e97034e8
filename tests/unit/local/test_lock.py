import os
import subprocess
import sys
from pathlib import Path

from local.lock import Lock

_HOLDER = "import sys, time; from local.lock import Lock; from pathlib import Path; "
_HOLDER += "Lock(Path(sys.argv[1])).take() or sys.exit(1); print(flush=True); time.sleep(60)"


def test_a_lock_is_taken_once(tmp_path: Path) -> None:
    """A second taker is refused, and finds who holds it."""
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    assert first.take()
    assert not second.take()
    assert second.holder() == os.getpid()
    first.leave()
    assert second.holder() is None
    assert second.take()
    second.leave()


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    """The system lets go of it, so a process id in the file means nothing by itself."""
    path = tmp_path / "lock"
    root = Path(__file__).resolve().parents[3]
    with subprocess.Popen([sys.executable, "-c", _HOLDER, str(path)], cwd=root, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert Lock(path).holder() == holder.pid
        holder.kill()
    assert Lock(path).holder() is None
    assert Lock(path).wait_until_free(0)


def test_a_lock_that_never_was_is_free(tmp_path: Path) -> None:
    """Asking does not make the file."""
    assert Lock(tmp_path / "lock").holder() is None
    assert not (tmp_path / "lock").exists()
