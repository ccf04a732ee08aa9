"""See every issue being worked on, and the opencode session that works on it."""
