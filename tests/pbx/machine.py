"""An Asterisk in a folder of its own, and sipp's telephones. Everything listens on loopback alone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from local.bundle import ROOT

PACKAGES, SUITE = "asterisk,sip-tester", "sid"
FOLDER = ROOT / ".local" / "pbx" / "root"
SIP = 15060  # port of UDP
MODULES = "[modules]\nautoload=yes\nnoload=chan_alsa.so\nnoload=chan_console.so\nnoload=chan_dahdi.so\n"
ENDPOINT = """
[{name}]
type=endpoint
context={context}
disallow=all
allow=alaw,ulaw
aors={name}
direct_media=no

[{name}]
type=aor
contact=sip:{name}@127.0.0.1:{port}
"""


def missing() -> str:
    """Return why the test cannot run here; empty if it can."""
    if os.geteuid() != 0:
        return "it needs root, for chroot"
    if not (FOLDER / "usr/sbin/asterisk").exists() and shutil.which("debootstrap") is None:
        return "debootstrap is not installed"
    return ""


def install() -> str:
    """Put Debian's Asterisk and sipp into `.local/pbx`, once. Return why that failed; empty if it is there."""
    if (FOLDER / "usr/sbin/asterisk").exists():
        return ""
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(FOLDER)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if made.returncode == 0 else f"debootstrap failed: {made.stdout[-300:]}"


def configure(files: Mapping[str, str], trunk: int, phone: int) -> None:
    """Write the files of Asterisk: those given, and those of this machine's two endpoints."""
    folder = FOLDER / "etc/asterisk"
    for path in folder.glob("*"):
        if path.is_file() and path.name != "asterisk.conf":
            path.unlink()
    own = {
        "modules.conf": MODULES,
        "logger.conf": "[general]\n[logfiles]\nfull => notice,warning,error,verbose(3)\n",
        "rtp.conf": "[general]\nrtpstart=17000\nrtpend=17999\n",
        "http.conf": "[general]\nenabled=no\n",
        "pjsip.conf": f"[transport]\ntype=transport\nprotocol=udp\nbind=127.0.0.1:{SIP}\n"
        + ENDPOINT.format(name="trunk", context="from-trunk", port=trunk)
        + "\n[trunk]\ntype=identify\nendpoint=trunk\nmatch=127.0.0.1\n"
        + ENDPOINT.format(name="100", context="phones", port=phone),
        "extensions.conf": "[from-trunk]\nexten => _X.,1,Stasis(switchboard)\n same => n,Hangup()\n",
    }
    for name, text in {**own, **files}.items():
        (folder / name).write_text(text)


def console(command: str) -> str:
    """Return what Asterisk's console answers."""
    return _in_folder("asterisk", "-rx", command).stdout


def version() -> str:
    return _in_folder("asterisk", "-V").stdout.strip()


@contextmanager
def running() -> Iterator[None]:
    """Asterisk."""
    with started("asterisk", "asterisk", "-f"):
        yield


@contextmanager
def started(name: str, *command: str) -> Iterator[None]:
    """A program in the folder, with its output in a log beside it."""
    log = (FOLDER.parent / f"{name}.log").open("w")
    process = subprocess.Popen(
        ["chroot", str(FOLDER), *command],  # noqa: S607
        stdout=log,
        stderr=log,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        log.close()


def wait_for(condition: object, seconds: float) -> bool:
    """Return whether a condition came true in time."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if callable(condition) and condition():
            return True
        time.sleep(0.2)
    return False


def _in_folder(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["chroot", str(FOLDER), *command], capture_output=True, text=True, check=False)  # noqa: S607
