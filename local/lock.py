import fcntl
import os
import time
from pathlib import Path


class Lock:
    """A file that a living process holds. The system lets go of it whatever way the process ends, so it is never stale.

    The file holds the process id, for whoever wants to end the holder.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self) -> bool:
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        self.name(os.getpid())
        return True

    def name(self, pid: int) -> None:
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, str(pid).encode(), 0)

    def leave(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    @property
    def descriptor(self) -> int:
        if self._file is None:
            raise RuntimeError("the lock is not taken")
        return self._file

    def holder(self) -> int | None:
        """The process that holds the lock, if one does."""
        if not self._path.exists():
            return None
        if self.take():
            self.leave()
            return None
        try:
            return int(self._path.read_text())
        except ValueError:
            return None

    def wait_until_free(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.holder() is not None:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True
