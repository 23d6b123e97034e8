"""What keeps a number from being called: the account's do-not-call list, and its cap of calls within a day."""
