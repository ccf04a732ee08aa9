"""What one `opencode serve` can be asked for, over HTTP.

Seen with opencode 1.18.33. Where it is and how to be let in is `domain.server.ServerAddress`,
which the room that keeps servers knows too.
"""
