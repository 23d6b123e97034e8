"""Dialects: one pure package for each vendor, with `parse`, `handshake`, `render` and `refuse` over mapping tables."""

# Modules that other rooms may import, beside `model` and `ports`.
PUBLIC = frozenset(
    {"campaign_system", "crm_hooks", "crm_roles", "oauth_roles", "registry", "rest_crm", "vendor_requests"}
)
