"""Everything that knows opencode."""
