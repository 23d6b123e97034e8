import stat
from pathlib import Path

from local.files import read_json, write_json


def test_what_is_written_is_read_and_private(tmp_path: Path) -> None:
    """The file is its owner's alone from its first byte, and nothing is left beside it."""
    path = tmp_path / "hub.json"
    path.write_text("old")
    path.chmod(0o644)
    write_json(path, {"a": 1})
    assert read_json(path) == {"a": 1}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_read_is_nothing(tmp_path: Path) -> None:
    """A missing file, half a file and a list all mean: start afresh."""
    broken = tmp_path / "x.json"
    assert read_json(broken) == {}
    for content in ('{"a": ', "[1]"):
        broken.write_text(content)
        assert read_json(broken) == {}
