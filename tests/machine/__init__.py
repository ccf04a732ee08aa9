"""The machine: its accounts, its sshd, and what surrounds us on it."""
