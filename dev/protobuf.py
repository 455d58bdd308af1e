"""Takes the numbers of fields from the protobuf files of Kubernetes' Go modules, for the simulated API's front.

    python3 -m dev.protobuf MODULES

reads k8s.io/api and k8s.io/apimachinery below the folder (as `go env GOMODCACHE` names it) and writes
src/fairlead/sim/front/protobuf.json.gz. Run it after the pinned version of Kubernetes has moved.
"""

import gzip
import json
import re
import sys
from pathlib import Path

VERSION = "v0.34.10"
TARGET = Path(__file__).parents[1] / "src/fairlead/sim/front/protobuf.json.gz"
_FIELD = re.compile(r"^  (?:(optional|repeated) ([\w.]+)|map<string, ([\w.]+)>) (\w+) = (\d+);")
_SCALARS = frozenset(("string", "bytes", "bool", "int32", "int64", "double"))


def main() -> None:
    """Writes one table: message -> number -> (name, type, form), where the form is one, many or map."""
    messages: dict[str, dict[str, tuple[str, str, str]]] = {}
    for module in ("api", "apimachinery"):
        for file in sorted(Path(sys.argv[1], "k8s.io", f"{module}@{VERSION}").rglob("generated.proto")):
            messages |= _read(file)
    TARGET.write_bytes(gzip.compress(json.dumps(messages, separators=(",", ":")).encode(), mtime=0))


def _read(file: Path) -> dict[str, dict[str, tuple[str, str, str]]]:
    messages: dict[str, dict[str, tuple[str, str, str]]] = {}
    package, message = "", ""
    for line in file.read_text().splitlines():
        if line.startswith("package "):
            package = line[8:].rstrip(";")
        elif line.startswith("message "):
            message = f"{package}.{line.split()[1]}"
            messages[message] = {}
        elif found := _FIELD.match(line):
            label, one, of_map, name, number = found.groups()
            form = "map" if of_map else {"optional": "one", "repeated": "many"}[label]
            messages[message][number] = (name, _type(one or of_map, package), form)
    return messages


def _type(name: str, package: str) -> str:
    if name in _SCALARS:
        return name
    return name[1:] if name.startswith(".") else f"{package}.{name}"


if __name__ == "__main__":
    main()
