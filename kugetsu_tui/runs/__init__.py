"""The supervisor of a run, its journal and who is still alive."""
