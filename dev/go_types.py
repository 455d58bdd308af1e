"""Which fields of the built-in kinds are left out when they are empty: OpenAPI does not say it, the Go types do.

A field is described by two words, its flags and its Go type. Flags: `p` a pointer (a zero is a value), `o` left out
when empty, `z` left out also where it is a struct without content.
"""

import json
import re
import subprocess
from pathlib import Path

_MODULE = Path(__file__).parent / "cluster" / "kubernetes"
_PREFIXES = {
    "io.k8s.api.": "k8s.io/api",
    "io.k8s.apimachinery.": "k8s.io/apimachinery",
    "io.k8s.apiextensions-apiserver.": "k8s.io/apiextensions-apiserver",
}
_STRUCT = re.compile(r"^type (\w+) struct \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r'^\t(?:\w+ +)?(\*?)(\S+) +`[^`]*json:"([^"]*)"', re.MULTILINE)

Fields = dict[str, list[str]]


def fields_of(definitions: list[str]) -> dict[str, Fields]:
    """By the name of an OpenAPI definition: its fields, in the order of the Go struct."""
    folders = _folders()
    packages: dict[Path, dict[str, str]] = {}
    found: dict[str, Fields] = {}
    for name in definitions:
        prefix = next((prefix for prefix in _PREFIXES if name.startswith(prefix)), None)
        if prefix is None:
            continue
        *path, struct = name.removeprefix(prefix).split(".")
        folder = folders[_PREFIXES[prefix]].joinpath(*path)
        bodies = packages.setdefault(folder, _bodies(folder))
        meta = packages.setdefault(_meta(folders), _bodies(_meta(folders)))
        if struct in bodies:
            found[name] = _fields(struct, bodies, meta, folder.name)
    return found


def _meta(folders: dict[str, Path]) -> Path:
    return folders["k8s.io/apimachinery"] / "pkg/apis/meta/v1"


def _folders() -> dict[str, Path]:
    found = {}
    for module in _PREFIXES.values():
        command = ["go", "list", "-m", "-json", module]
        listed = json.loads(subprocess.run(command, cwd=_MODULE, check=True, capture_output=True).stdout)
        found[module] = Path(listed["Dir"])
    return found


def _bodies(folder: Path) -> dict[str, str]:
    sources = [path.read_text() for path in sorted(folder.glob("*.go")) if not path.name.endswith("_test.go")]
    return {match[1]: match[2] for source in sources for match in _STRUCT.finditer(source)}


def _fields(struct: str, bodies: dict[str, str], meta: dict[str, str], package: str) -> Fields:
    fields: Fields = {}
    for pointer, type_, tag in _FIELD.findall(bodies[struct]):
        name, *options = tag.split(",")
        if "inline" in options or (not name and not options):
            embedded, owner = (type_.removeprefix("metav1."), meta) if type_.startswith("metav1.") else (type_, bodies)
            fields |= _fields(embedded, owner, meta, package)
        elif name and name != "-":
            flags = (
                ("p" if pointer else "")
                + ("o" if "omitempty" in options else "")
                + ("z" if "omitzero" in options else "")
            )
            fields[name] = [flags, _go_type(type_, package)]
    return fields


def _go_type(written: str, package: str) -> str:
    """As Go prints it: types of the own package carry the package's name, metav1 is called v1."""
    qualified = re.sub(r"(?<![\w.])([A-Z]\w*)", rf"{package}.\1", written)
    return re.sub(r"\bmetav1\.", "v1.", qualified)
