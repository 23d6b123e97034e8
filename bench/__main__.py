"""`make bench`: measure the hub that runs on this machine."""

import sys

from bench.calls import measure
from bench.hub import NotRunning, running_hub


def main() -> int:
    try:
        hub = running_hub()
    except NotRunning as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return measure(hub)


sys.exit(main())
