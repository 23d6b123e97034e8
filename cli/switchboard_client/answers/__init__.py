"""The answers of the hub's API, as types. The OpenAPI document is made from these types and from the hub's own models.

Times are texts in ISO 8601. An unknown value is None. Later releases may add fields.
"""
