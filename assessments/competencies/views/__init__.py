"""Pages of the library and the role profiles."""
