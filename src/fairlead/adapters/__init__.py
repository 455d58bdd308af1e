"""One folder per kind of outside system. Adapters know neither each other nor the controllers."""
