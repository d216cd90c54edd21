"""Measuring. A plain package of three apps: surveys, competencies and reviews; it has no models of its own."""
