"""Verbs, split by noun. Import the module: `from assessments.surveys.services import campaigns`."""
