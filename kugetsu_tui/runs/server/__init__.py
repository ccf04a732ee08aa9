"""One server of opencode for a store and a user: kept, found, ended."""
