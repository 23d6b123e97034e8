"""Adapters for audio: decode, encode, and speak. Only this package uses PyAV and other processes."""
