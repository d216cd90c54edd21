"""Page-shaped reads, split by noun."""
