"""Where the program begins."""

import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit."""
    said = sys.argv[1:] if arguments is None else arguments
    if said[:1] == ["operator"]:
        # It lives for months: it does not load what only people at a terminal need.
        from fairlead.cli.operator import main as run_operator

        sys.exit(run_operator(said[1:]))
    from fairlead.cli.commands import app

    plugin = Path(sys.argv[0]).name.startswith("kubectl-")
    app(said, prog_name="kubectl fairlead" if plugin else "fairlead")
