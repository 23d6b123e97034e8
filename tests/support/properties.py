"""The profiles of property tests: `fast` tries the same examples in every run, `fuzz` tries random ones."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

VARIABLE = "FUZZ_MINUTES"


def load_profile() -> None:
    """Select `fuzz` if the environment variable FUZZ_MINUTES is set, else `fast`."""
    fuzzes = bool(os.environ.get(VARIABLE))
    settings.register_profile("fast", derandomize=True, deadline=None, database=None)
    settings.register_profile(
        "fuzz", deadline=None, database=None, print_blob=True, suppress_health_check=list(HealthCheck)
    )
    settings.load_profile("fuzz" if fuzzes else "fast")
