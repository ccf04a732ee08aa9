"""A server that is kept: born once, found by all, ended when nobody needs it."""
