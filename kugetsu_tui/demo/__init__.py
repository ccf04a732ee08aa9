"""A throw-away world: the real opencode, a built-in model, sample issues."""
