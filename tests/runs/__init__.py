"""Runs, with real processes; only opencode is played."""
