"""The activity of sources: events an hour, refused requests, unknown names, doubtful clocks, and silences."""
