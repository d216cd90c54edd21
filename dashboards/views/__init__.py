"""The home pages, and the pages of a manager about the team."""
