"""A vault that only marks what is sealed."""


def sealed(account: str, secret: str) -> str:
    return f"sealed:{account}:{secret}"


def opened(account: str, secret: str) -> str:
    return secret.removeprefix(f"sealed:{account}:")
