import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import boto3
import httpx
from botocore.config import Config

from local.errors import LocalError
from local.files import read_json, write_json
from local.lock import Lock
from local.paths import ROOT, Paths, shown
from local.processes import REGION, clean_environment

SECONDS_TO_START = 30.0
# Its state is written in a fraction of a second, but it first waits for requests under way.
SECONDS_TO_END = 30.0
_POLL = 0.05


class Emulator:
    """MiniStack on 127.0.0.1 with its state in `.local/`, as a context: entered it serves, left it has saved and gone.

    Its port never changes, because the addresses of the queues in its state are made of it.
    """

    def __init__(self, paths: Paths, port: int | None) -> None:
        self._paths = paths
        self._lock = Lock(paths.emulator_lock)
        remembered = read_json(paths.emulator).get("port")
        self.port = port or (remembered if isinstance(remembered, int) else free_port())
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def client(self, service: Any) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the emulator takes anything
            config=Config(retries={"total_max_attempts": 1}),
        )

    def __enter__(self) -> Self:
        end_orphan(self._paths)
        self._check_port()
        # What an earlier one unpacked for its workers, and never removes.
        shutil.rmtree(self._paths.scratch, ignore_errors=True)
        self._paths.scratch.mkdir(parents=True)
        write_json(self._paths.emulator, {"port": self.port, "endpoint_url": self.url})
        self._start()
        try:
            self._wait_until_ready()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def save(self) -> None:
        """Have it write everything down, as it does by itself with the data alone."""
        if self._process is not None:
            self._process.send_signal(signal.SIGUSR1)

    def failure(self) -> LocalError:
        return LocalError(f"The emulator ended by itself; {shown(self._paths.log('emulator'))} says why.")

    def _check_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError as error:
                raise LocalError(
                    f"Port {self.port} of the emulator is in use, and its state in {shown(self._paths.home)} "
                    f"is bound to it: free the port, or remove that directory to start afresh."
                ) from error

    def _start(self) -> None:
        self._lock.take()
        with self._paths.log("emulator").open("wb") as log:
            # The lock goes on to the emulator, which holds it as long as it lives. Its standard input is ours: it ends
            # when we are gone. Its own session keeps Ctrl-C from it: it is told to end when all else has.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local.emulator_process"],
                cwd=ROOT,
                env=self._environment(),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(self._lock.descriptor,),
            )
        self._lock.name(self._process.pid)
        self._lock.leave()

    def _environment(self) -> dict[str, str]:
        return clean_environment(
            BIND_HOST="127.0.0.1",
            GATEWAY_PORT=str(self.port),
            PERSIST_STATE="1",
            STATE_DIR=str(self._paths.state),
            S3_PERSIST="1",
            S3_DATA_DIR=str(self._paths.objects),
            LAYERS_DIR=str(self._paths.layers),
            TMPDIR=str(self._paths.scratch),
            # It has a broker and a file server of its own, each on a port.
            IOT_MTLS_ENABLED="0",
            SFTP_ENABLED="0",
            LAMBDA_EXECUTOR="local",
            LOG_LEVEL=os.environ.get("EMULATOR_LOG_LEVEL", "WARNING"),
            PYTHONUNBUFFERED="1",
        )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        with httpx.Client(trust_env=False, timeout=2) as http:
            while time.monotonic() < deadline:
                if self.ended:
                    raise self.failure()
                with suppress(httpx.HTTPError):
                    if http.get(f"{self.url}/_ministack/ready").is_success:
                        return
                time.sleep(_POLL)
        raise LocalError(f"The emulator did not start; {shown(self._paths.log('emulator'))} may say why.")

    def _end(self) -> None:
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()
        shutil.rmtree(self._paths.scratch, ignore_errors=True)


def end_orphan(paths: Paths) -> bool:
    """End the emulator of a hub that was killed; it is ending by itself, most likely. Say whether there was one."""
    lock = Lock(paths.emulator_lock)
    pid = lock.holder()
    if pid is None:
        return False
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        if lock.wait_until_free(SECONDS_TO_END):
            return True
    raise LocalError(f"An emulator of this directory still runs as process {pid} and does not end.")


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
