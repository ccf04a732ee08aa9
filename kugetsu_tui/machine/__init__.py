"""The machine itself: its accounts, its sshd, and what it does to processes and programs."""
