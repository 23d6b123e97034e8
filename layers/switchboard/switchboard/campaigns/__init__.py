"""Notification campaigns: call the people of a list, play a message, and report each person's outcome."""
