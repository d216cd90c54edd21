"""Pages of goals: reading (pages), checking in (updates), setting and changing (planning), cycles (cycles)."""
