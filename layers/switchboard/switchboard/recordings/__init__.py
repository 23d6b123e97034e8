"""Recordings and voicemail: fetch from sources, store, serve, and delete after the retention."""
