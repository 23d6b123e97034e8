"""Programs and codecs: adapters that decode, encode and speak. PyAV and other processes are used here alone."""
