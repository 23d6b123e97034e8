"""What several suites share: builders, the stack in moto, functions and receivers."""
