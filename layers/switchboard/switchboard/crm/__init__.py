"""CRMs: communications that a telephony reports, calls that a CRM requests, and connectors to CRMs."""
