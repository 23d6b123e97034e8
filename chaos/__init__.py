"""The proof that nothing is lost or out of order: events flow while what carries them is killed. `make chaos`."""
