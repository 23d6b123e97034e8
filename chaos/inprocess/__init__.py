"""The real handlers on tables in memory, in virtual time, with every step's turn and every fault chosen by a seed."""
