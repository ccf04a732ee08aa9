"""The screen, driven by keys, on worlds of fakes."""
