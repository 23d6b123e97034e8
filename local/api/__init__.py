"""Makes the OpenAPI 3.1 document of the whole API: from the table of routes, the hub's models and the answers' types.

The document is for clients. The gateway reads `openapi.yaml`, which `local/openapi.py` writes.
"""
