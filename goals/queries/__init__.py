"""What pages and dashboards read about goals. Frozen dataclasses out, a fixed number of queries, no writes."""
