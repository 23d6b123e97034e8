"""Sources whose PBX cannot reach us: its stream of events is read by us, in runs that follow each other."""
