"""The words that every capability shares: calls, numbers, times, news, campaigns, communications and addresses."""
