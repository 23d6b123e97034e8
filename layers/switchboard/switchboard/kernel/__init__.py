"""The words that every capability shares: numbers and what they mean."""
