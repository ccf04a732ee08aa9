"""Which key says what, where; the user's own choice of keys, and what is apt now."""
