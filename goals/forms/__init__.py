"""Forms of goals: they read words and numbers; the services save."""
