"""Metrics of pods, read straight from the pods."""
