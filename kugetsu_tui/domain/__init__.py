"""Nouns and rules of the trade: pure, frozen, total."""
