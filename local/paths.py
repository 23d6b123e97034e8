import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Paths:
    """The hub's files, all under one directory: `.local/`, or SWITCHBOARD_LOCAL_DIR."""

    home: Path

    @classmethod
    def from_environment(cls) -> "Paths":
        return cls(Path(os.environ.get("SWITCHBOARD_LOCAL_DIR") or ROOT / ".local").resolve())

    def make(self) -> None:
        self.state.mkdir(parents=True, exist_ok=True)

    @property
    def hub(self) -> Path:
        """The file for scripts; exists while the hub is ready."""
        return self.home / "hub.json"

    @property
    def account(self) -> Path:
        """The demo account's tokens, which the hub itself knows only as hashes."""
        return self.home / "account.json"

    @property
    def emulator(self) -> Path:
        """The emulator's port, which stays, and its process."""
        return self.home / "emulator.json"

    @property
    def deployed(self) -> Path:
        return self.home / "deployed.json"

    @property
    def hub_lock(self) -> Path:
        return self.home / "hub.lock"

    @property
    def emulator_lock(self) -> Path:
        return self.home / "emulator.lock"

    @property
    def state(self) -> Path:
        return self.home / "state"

    @property
    def objects(self) -> Path:
        return self.home / "objects"

    @property
    def layers(self) -> Path:
        return self.home / "layers"

    @property
    def scratch(self) -> Path:
        return self.home / "tmp"

    def log(self, of: str) -> Path:
        return self.home / f"{of}.log"


def shown(path: Path) -> str:
    """The path as a reader would type it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
