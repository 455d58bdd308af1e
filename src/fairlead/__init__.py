"""Fairlead guides a release: the new version beside the old, judged on evidence, and back by itself."""

__version__ = "0.1.0"
