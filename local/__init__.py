"""The hub on one machine: the bundle deployed to an emulator, and a front door that gives it its address."""
