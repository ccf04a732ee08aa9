"""Verbs: one file each — a request, a use case, an outcome."""
