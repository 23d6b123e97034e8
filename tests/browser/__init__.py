"""The console in a browser, on a hub in one process."""
