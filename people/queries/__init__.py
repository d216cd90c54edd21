"""What the pages of the people app read, as frozen dataclasses."""
