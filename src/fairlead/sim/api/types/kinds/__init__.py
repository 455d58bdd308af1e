"""What is particular to single built-in kinds: what the server sets, and what it refuses. One file a noun."""
