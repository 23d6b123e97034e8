"""Amazon Chime SDK's PSTN audio service as a telephony: calls without a PBX."""
