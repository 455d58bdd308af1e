"""Figures: ratios measured in one run against a named rival or baseline. Nothing here is a test."""
