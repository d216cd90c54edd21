"""Forms, split by noun."""
