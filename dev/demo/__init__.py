"""The demonstration: `python -m dev.demo --cluster local`, or the name of a context.

A good version and a bad one are released under load; what is promised is counted by the client, never by Fairlead.
"""
