import hashlib
import os
import shutil
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime

_KEPT = 6


def install(directory: Path) -> None:
    """Let MiniStack unpack each layer once, and link to the unpacked files.

    MiniStack itself unpacks all layers for every new worker. These are some thousand files, and seconds of each cold
    start. AWS does not spend this time.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for old in sorted(directory.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    unpacking = threading.Lock()

    class LinkingZipFile(zipfile.ZipFile):
        def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
            if not Path(path).name.startswith("layer_"):
                return super().extractall(path, members, pwd)
            kept = directory / self._digest()
            with unpacking:
                if not kept.is_dir():
                    self._unpack(kept)
            os.utime(kept)
            Path(path).rmdir()
            Path(path).symlink_to(kept, target_is_directory=True)
            return None

        def _unpack(self, kept: Path) -> None:
            half_done = kept.with_suffix(f".{os.getpid()}")
            super().extractall(half_done)
            half_done.rename(kept)

        def _digest(self) -> str:
            files = sorted((info.filename, info.file_size, info.CRC) for info in self.infolist())
            return hashlib.sha256(repr(files).encode()).hexdigest()[:32]

    lambda_runtime.zipfile = SimpleNamespace(
        ZipFile=LinkingZipFile, BadZipFile=zipfile.BadZipFile, LargeFileError=zipfile.LargeZipFile
    )
