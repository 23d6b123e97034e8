"""Programs that read data from strangers have nothing of the hub's, and limits."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from switchboard.campaigns.audio.ports import RawAudio
from switchboard.media import converter
from switchboard.media.bounded import ProgramLimits, run_bounded
from switchboard.media.espeak import EspeakSpeaker
from tests.support.sounds import tone, wav

SHOWS = "import json, os, resource; print(json.dumps([dict(os.environ), resource.getrlimit(resource.RLIMIT_AS)[0]]))"
LOADED = {"LD_LIBRARY_PATH", "LC_CTYPE"}  # Python sets LC_CTYPE for itself


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of a function on Lambda."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "hub-only")


def test_a_program_sees_no_variable_of_the_hub() -> None:
    """The environment is empty, but for the path of libraries, and the limits are set."""
    limits = ProgramLimits(memory=300_000_000)
    done = run_bounded([sys.executable, "-I", "-c", SHOWS], b"", limits)
    variables, memory = json.loads(done.stdout)
    assert variables.keys() <= LOADED
    assert memory == limits.memory


def test_a_program_that_exceeds_a_limit_is_ended() -> None:
    """Of memory, of the processor, and of time."""
    python = [sys.executable, "-I", "-c"]
    assert run_bounded([*python, "bytearray(10**9)"], b"", ProgramLimits(memory=200_000_000)).returncode
    assert run_bounded([*python, "while True: pass"], b"", ProgramLimits(cpu=1)).returncode
    with pytest.raises(subprocess.TimeoutExpired):
        run_bounded([*python, "import time; time.sleep(60)"], b"", ProgramLimits(wall=0.2))


def test_the_program_that_speaks_sees_no_credentials(tmp_path: Path) -> None:
    """A program in the place of espeak-ng finds an environment without them."""
    program = tmp_path / "espeak-ng"
    program.write_text("#!/bin/sh\nexport -p\ncat\n")
    program.chmod(0o755)
    told = EspeakSpeaker(str(program)).speak("Паводок", "")
    assert "Паводок" in told.decode()
    assert b"hub-only" not in told


def test_the_process_that_decodes_sees_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment is that of a bounded program."""
    monkeypatch.setattr(converter, "BOOT", f"import sys\n{SHOWS.replace('print(', 'sys.exit(')}")
    with (
        pytest.raises(converter.ChildFailed) as failed,
        converter.ChildConverter().convert(RawAudio([wav(tone(1))], "x")),
    ):
        pass
    variables, _ = json.loads(str(failed.value))
    assert variables.keys() <= LOADED
