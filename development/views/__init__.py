"""Doors, split by noun."""
