"""Whether a locked package has a known vulnerability: `make audit`.

pip-audit asks the package index for advisories. An index without advisories, such as a mirror, makes the step say that
it was skipped, and why.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from local.bundle import ROOT
from local.terminal import complain, say

LOCKED = ROOT / "requirements" / "dev.txt"  # what the layers hold is in it, at the same versions
# Advisories that do not concern the hub, by id: why.
ACCEPTED: dict[str, str] = {}
PATIENCE = 10  # seconds for an answer of the index


def main(program: str) -> int:
    """Print what is found; return 1 for an advisory that is not accepted."""
    command = [program, "--disable-pip", "--require-hashes", "--requirement", str(LOCKED), "--format", "json"]
    options = ["--progress-spinner", "off", "--timeout", str(PATIENCE)]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        say(f"pip-audit: skipped, for {last_line(done.stderr)}")
        return 0
    return judged(packages)


def judged(packages: list[dict[str, Any]]) -> int:
    """Print a summary of pip-audit's report, and return 1 for an advisory that is not accepted."""
    unknown = [one for one in packages if "skip_reason" in one]
    if len(unknown) == len(packages):
        say(f"pip-audit: skipped, for the package index has no advisories of any of the {len(packages)} packages")
        return 0
    found = list(advisories(packages))
    for line in found:
        complain(line)
    say(f"pip-audit: {len(found)} advisories; {len(packages) - len(unknown)} packages known, {len(unknown)} unknown")
    return 1 if found else 0


def advisories(packages: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a line for each advisory that is not accepted."""
    for package in packages:
        for one in package.get("vulns", []):
            if one["id"] not in ACCEPTED:
                fixed = ", ".join(one.get("fix_versions", [])) or "no version yet"
                yield f"{package['name']} {package['version']}: {one['id']}, mended in {fixed}"


def last_line(text: str) -> str:
    """Return the last line that is not empty."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "pip-audit said nothing")


if __name__ == "__main__":
    sys.exit(main(str(Path(sys.argv[1]))))
