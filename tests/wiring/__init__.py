"""The processes that are built: what they note where they cannot begin, and how long they wait."""
