"""Reproducible measurements; `make bench` runs them against the hub on this machine."""
