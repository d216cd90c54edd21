"""Doors of the surveys app: answering, campaigns for HR, results for everybody."""
