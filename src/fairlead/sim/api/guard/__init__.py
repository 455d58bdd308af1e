"""Who may do what, and what may be stored. Must not know how objects are stored."""
