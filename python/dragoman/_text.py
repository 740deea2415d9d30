"""Text as the library takes it."""


def valid(text: str) -> str:
    """Python's text may hold halves of surrogate pairs, which are no characters."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
