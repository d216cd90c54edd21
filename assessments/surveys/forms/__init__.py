"""Shapes of what people type on survey pages: validation and words, never a write."""
