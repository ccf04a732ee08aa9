"""Outcomes in words and in the one JSON envelope."""
