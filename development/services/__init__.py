"""Verbs, split by noun. Import the module: `from development.services import plan`."""
