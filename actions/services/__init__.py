"""Verbs, split by noun. Import the module: `from actions.services import promises`."""
