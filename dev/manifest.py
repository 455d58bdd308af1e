"""The one-file manifest, made from the chart: `kubectl apply --server-side -f charts/fairlead.yaml` needs no Helm.

`python3 -m dev.manifest` writes it. The definitions are copied; the templates are rendered by Helm, and where there is
none, what was rendered last is kept.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHART = ROOT / "charts" / "fairlead"
MANIFEST = ROOT / "charts" / "fairlead.yaml"
NAMESPACE = "fairlead"

HEADER = """\
# Fairlead in the namespace fairlead, with the default values of its chart.
# Made from charts/fairlead by `python3 -m dev.manifest`: change the chart, not this file.
"""
NAMESPACE_OBJECT = f"""\
apiVersion: v1
kind: Namespace
metadata:
  name: {NAMESPACE}
  labels:
    pod-security.kubernetes.io/enforce: restricted
"""
MARK = "# From the templates of the chart.\n"


def rendered() -> str | None:
    """Return the templates as Helm renders them, None where there is no Helm."""
    helm = shutil.which("helm")
    if helm is None:
        return None
    command = [helm, "template", "fairlead", str(CHART), "--namespace", NAMESPACE]
    text = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    without_sources = re.sub(r"^(---\n)?# Source: .*\n", r"\1", text, flags=re.MULTILINE)
    return re.sub(r"\n{2,}", "\n", without_sources).removeprefix("---\n")


def manifest(templates: str) -> str:
    """Return the whole file around the rendered templates."""
    definitions = [path.read_text() for path in sorted((CHART / "crds").glob("*.yaml"))]
    return "---\n".join([HEADER + NAMESPACE_OBJECT, *definitions, MARK + templates])


def main() -> int:
    """Write the manifest."""
    templates = rendered()
    if templates is None:
        _, _, templates = MANIFEST.read_text().partition(MARK)
        sys.stderr.write("there is no helm on PATH: only the definitions were taken from the chart\n")
    MANIFEST.write_text(manifest(templates))
    return 0


if __name__ == "__main__":
    sys.exit(main())
