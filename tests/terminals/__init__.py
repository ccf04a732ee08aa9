"""The terminal handed over, with a terminal outside that keeps the books."""
