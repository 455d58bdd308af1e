"""Decisions only: no asyncio, no I/O, no clock, no randomness."""
