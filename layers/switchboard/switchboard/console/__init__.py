"""The pages of the hub itself: what `functions/console` serves."""
