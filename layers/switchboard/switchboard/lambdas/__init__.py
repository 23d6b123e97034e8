"""What every handler shares: HTTP in and out, batches of a queue, and the log."""
