"""CRMs that are told of calls over their REST API: connectors with an OAuth application."""
