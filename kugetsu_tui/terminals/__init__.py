"""This terminal, handed over and taken back."""
