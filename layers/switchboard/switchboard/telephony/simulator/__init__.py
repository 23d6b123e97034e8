"""A simulated telephony for trials, demonstrations and tests. The called number decides the course of a call."""
