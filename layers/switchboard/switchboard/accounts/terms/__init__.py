"""The terms of an account: settings, state and limits that the operator sets."""
