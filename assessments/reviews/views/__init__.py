"""Pages of review cycles: rating, results, the team, and HR."""
