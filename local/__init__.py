"""The hub on one machine: the bundle deployed to an emulator, and a front door that gives it its address.

What the hub knows by itself, its dialects and their APIs, is read from its own package.
"""

import sys
from pathlib import Path

_PACKAGE = str(Path(__file__).resolve().parent.parent / "layers" / "switchboard")
if _PACKAGE not in sys.path:
    sys.path.append(_PACKAGE)
