"""Measured by hand, beside peers, and reported; nothing here is a test."""
