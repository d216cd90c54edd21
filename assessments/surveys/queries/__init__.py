"""Page-shaped reads, split by noun. Import the module: `from assessments.surveys.queries import results`."""
