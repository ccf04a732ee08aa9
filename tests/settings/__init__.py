"""What the user chose, and the folders things happen in."""
