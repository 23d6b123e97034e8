"""What Lambda takes of one request: an event of 6 MB of JSON.

The body stands in the event in base64, and headers and query stand in it twice. So a body of some 4.7 MB is the
largest, though API Gateway takes 10 MB. Source: Lambda Developer Guide, "Lambda quotas".
"""

LARGEST_EVENT = 6 * 1024 * 1024
OF_ALL_EVENTS = 2048  # bytes: the request's context, and the names of fields


def fits_an_event(body: int, head: int) -> bool:
    """Whether a body and a head (path, query and headers) of so many bytes fit into an event."""
    in_base64 = -(-body // 3) * 4
    return in_base64 + 2 * head + OF_ALL_EVENTS <= LARGEST_EVENT
