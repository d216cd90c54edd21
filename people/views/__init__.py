"""Doors of the people app, one module per subject."""
