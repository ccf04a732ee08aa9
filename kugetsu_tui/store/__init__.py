"""The index, the records and the one write protocol."""
