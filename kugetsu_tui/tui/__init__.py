"""The face for people."""
