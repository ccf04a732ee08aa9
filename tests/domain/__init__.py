"""Rules of the domain, as tables."""
