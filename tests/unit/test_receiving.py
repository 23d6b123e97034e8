"""The programs of docs/receiving.md, each run by its interpreter."""

import base64
import hashlib
import hmac
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from local.bundle import ROOT

BLOCKS = dict(
    re.findall(r"```(python|javascript|php|go|java)\n(.*?)```", (ROOT / "docs/receiving.md").read_text(), re.DOTALL)
)
PROGRAMS = {"python": ("python3", "py"), "javascript": ("node", "js"), "php": ("php", "php"), "go": ("go run", "go"),
            "java": ("java", "java")}  # fmt: skip
KEY, BODY = b"a key of twenty-four byte", '{"type": "call.started", "who": "Анна"}'.encode()


@pytest.mark.parametrize("language", PROGRAMS)
def test_a_program_takes_the_right_signature_alone(language: str, tmp_path: Path) -> None:
    """Also beside another one; a changed body is refused."""
    words, ending = PROGRAMS[language]
    program, *more = words.split()
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    file = tmp_path / f"Main.{ending}"
    file.write_text(BLOCKS[language])
    signature = "v1," + base64.b64encode(hmac.new(KEY, b"m1.1700000000." + BODY, hashlib.sha256).digest()).decode()
    sent = {"SECRET": "whsec_" + base64.b64encode(KEY).decode(), "ID": "m1", "TIMESTAMP": "1700000000"}
    env = {**os.environ, **sent, "SIGNATURE": f"v1,x {signature}"}
    said = [
        subprocess.run([program, *more, str(file)], input=body, env=env, capture_output=True, check=True).stdout
        for body in (BODY, BODY + b" ")
    ]
    assert [one.decode().strip() for one in said] == ["good", "bad"]
