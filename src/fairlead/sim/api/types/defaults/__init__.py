"""The defaults of built-in kinds: which fields the server fills in. Where a table says it, no code does."""
