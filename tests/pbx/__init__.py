"""The hub with a real Asterisk and sipp's telephones, on loopback. `make test-pbx`; no part of `make test`."""
