"""An error for people: what is wrong and what to do about it. The command line prints it without a traceback."""


class ClusterError(Exception):
    """Something the user can act on; the message says how."""
