"""Recordings and voicemail: fetched, kept, served, and thrown away in time."""
