import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.bundle import BUILD
from local.errors import LocalError
from local.paths import ROOT, Paths, shown
from local.processes import clean_environment, run_logged, tool

_SOURCES = ("template.yaml", "alarms.yaml", "openapi.yaml", "samconfig.toml", "functions", "layers", "workflows")
_STAMP = BUILD.with_name("local.stamp")


def digest() -> str:
    """Return a digest of all that goes into a build."""
    total = hashlib.sha256()
    for path in _files():
        content = path.read_bytes()
        total.update(f"{path.relative_to(ROOT)}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def _files() -> Iterator[Path]:
    for name in _SOURCES:
        source = ROOT / name
        if source.is_file():
            yield source
        for path in sorted(source.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def is_built() -> bool:
    return (BUILD / "template.yaml").is_file() and _STAMP.is_file() and _STAMP.read_text() == digest()


def build(paths: Paths) -> None:
    """Build the bundle for this machine. Two hubs of one clone may want to at once, so one waits for the other."""
    with _alone():
        if is_built():
            return
        tool("make")
        _STAMP.unlink(missing_ok=True)
        wanted = digest()
        log = paths.log("build")
        if run_logged([tool("sam"), "build", "--config-env", "local"], sam_environment(paths), log) != 0:
            raise LocalError(f"The build failed; {shown(log)} says why.")
        _STAMP.write_text(wanted)


def sam_environment(paths: Paths, **variables: str) -> dict[str, str]:
    """Return what sam needs to run without a home directory, and without asking the internet for news of itself."""
    return clean_environment(
        SAM_CLI_TELEMETRY="0",
        __SAM_CLI_APP_DIR=str(paths.home / "sam"),
        SAM_CLI_POLL_DELAY="0.2",
        **variables,
    )


@contextmanager
def _alone() -> Iterator[None]:
    _STAMP.parent.mkdir(parents=True, exist_ok=True)
    with _STAMP.with_suffix(".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
