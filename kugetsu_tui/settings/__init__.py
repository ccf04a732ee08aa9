"""What the user chose, and where things live on this machine."""
