"""One `opencode serve`, asked and listened to."""
