"""Shapes of what people type: validation and words, never a write."""
