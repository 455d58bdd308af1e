"""A real Kubernetes on this machine, from its sources: `python3 -m dev.cluster`.

It needs no container tool, no registry and nothing but the standard library. It starts, signals and removes only
what it made itself, and it knows nothing of Fairlead but how to put it into an image.
"""
