"""Something was not as promised. The message says what, and is shown without a traceback."""


class Broken(Exception):
    """What was not as promised."""
