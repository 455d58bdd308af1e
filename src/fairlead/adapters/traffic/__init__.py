"""The data plane: what it really answers, as a client sees it."""
