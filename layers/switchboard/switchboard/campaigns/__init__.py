"""Notification campaigns: groups of people are rung, a message is played, and everyone's outcome is reported."""
