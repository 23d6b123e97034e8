"""In-memory adapters; each passes the suite that the real adapter of its port passes."""
