"""CRMs: the communications that a telephony tells them of, and the calls that they ask for."""
