"""Verbs: praise, feedback, and what HR does."""
