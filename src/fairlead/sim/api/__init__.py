"""The API semantics of Kubernetes as a synchronous state machine: one request in, one answer out.

It knows no kind of Fairlead, no asyncio, no thread, no socket, no wall clock and no randomness but those passed in.
"""
