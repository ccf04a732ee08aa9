"""One conversation with the user each: ask, do, show."""
