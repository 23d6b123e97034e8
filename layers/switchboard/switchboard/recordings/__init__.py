"""Recordings and voicemail: fetch from sources, store, serve, and delete after the retention."""

# Modules that other rooms may import, beside `model` and `ports`.
PUBLIC = frozenset({"formats", "links", "ranges", "serve"})
