class LocalError(Exception):
    """An error for the user, as one sentence. `__main__` prints the sentence and exits with 1."""
