"""What opencode says and stores, as captured from it, and the real one."""
