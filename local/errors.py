class LocalError(Exception):
    """What the user has to know, as one sentence. `__main__` prints it and exits with 1."""
