"""A wire between the PBX and the hub, which can be cut: a proxy of TCP on loopback."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self


class Wire:
    """Passes bytes between a port of its own and the hub's port, as a context. `cut` closes all connections."""

    def __init__(self, hub: int) -> None:
        self._hub = hub
        self._door = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []

    @property
    def port(self) -> int:
        """The port that the PBX connects to."""
        return int(self._door.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._door.close()
        self.cut()

    def cut(self) -> None:
        """Close every connection; the PBX connects again."""
        found, self._open = self._open, []
        for one in found:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                far = socket.create_connection(("127.0.0.1", self._hub))
                self._open += [near, far]
                for way in ((near, far), (far, near)):
                    threading.Thread(target=_pass, args=way, daemon=True).start()


def _pass(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
