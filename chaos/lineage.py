"""Lambda's detection of recursive loops: how often each function was invoked along a chain of messages.

What a function sends carries the chain that led to its invocation (`X-Amzn-Trace-Id`, `AWSTraceHeader`: botocore hands
it on). Once a function was invoked sixteen times along one chain, the next invocation is refused, unless the function
is configured with `RecursiveLoop: Allow`. Workflows, schedules and requests from outside begin a chain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from local.bundle import load_template

MOST_INVOCATIONS = 16  # of a function along one chain, "approximately" as AWS documents it
Lineage = Mapping[str, int]
"""How often each function was invoked along a chain."""
NEW: Lineage = {}


@dataclass(slots=True)
class LoopDetection:
    """Counts along the chains of all invocations. `allowed` are the functions with `RecursiveLoop: Allow`."""

    allowed: Collection[str]
    longest: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def invoke(self, function: str, causes: Iterable[Lineage]) -> Lineage | None:
        """The chain as what this invocation sends carries it; None where Lambda refuses the invocation.

        Of several messages in a batch the longest chains count: AWS does not document which.
        """
        chain: Counter[str] = Counter()
        for cause in causes:
            chain |= Counter(cause)
        if chain[function] >= MOST_INVOCATIONS and function not in self.allowed:
            self.refused[function] += 1
            return None
        chain[function] += 1
        self.longest[function] = max(self.longest[function], chain[function])
        return chain

    def lines(self) -> list[str]:
        """The longest chain of each function, as it is printed."""
        found = [f"{function:<40}{count:>7} along one chain" for function, count in sorted(self.longest.items())]
        return found + [f"{function:<40}{count:>7} refused" for function, count in sorted(self.refused.items())]


def allowed() -> frozenset[str]:
    """The functions that the template allows to go round."""
    resources = load_template()["Resources"].items()
    return frozenset(name for name, one in resources if one.get("Properties", {}).get("RecursiveLoop") == "Allow")
