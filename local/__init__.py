"""The hub on one machine: the bundle deployed to an emulator, and a front door that gives it its address.

What the hub knows by itself, its dialects and their APIs, is read from its own package; the types of the API's answers
are the client's.
"""

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
for _package in (str(_ROOT / "layers" / "switchboard"), str(_ROOT / "cli")):
    if _package not in sys.path:
        sys.path.append(_package)
