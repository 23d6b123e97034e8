"""The trail of what operators and accounts' tokens changed through the operator's API."""
