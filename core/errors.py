"""Refusals that a person can read."""


class DomainError(Exception):
    """A rule said no. The message is one sentence for the person on the page: what is wrong and how to mend it."""


class Conflict(DomainError):
    """Somebody else changed the same thing meanwhile. Pages answer 409 and keep what was typed."""
