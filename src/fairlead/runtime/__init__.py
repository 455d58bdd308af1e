"""A small level-triggered controller runtime: it knows no domain, and leaves every decision to who uses it."""
