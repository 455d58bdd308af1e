"""Gather, decide, carry out: the only place that sees both the decisions and the cluster."""
