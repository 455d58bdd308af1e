"""Whether the candidate is as good as stable: from counters of pods to a verdict."""
