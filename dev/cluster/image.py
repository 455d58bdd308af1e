"""Container images as OCI archives, written file by file: no container tool, no registry.

The same files give the same bytes: entries are sorted, owners and times are fixed, modes are only "may be run" or not.
Layers need not be compressed: they never travel further than this machine. It pays for a large one that is written
again and again beside a small one.
"""

import gzip
import hashlib
import io
import json
import platform
import shutil
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_EPOCH_S = 1_700_000_000
_CREATED = "2023-11-14T22:13:20Z"
_PLATFORM = {"os": "linux", "architecture": {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]}


@dataclass(frozen=True)
class Layer:
    """One layer: a tar file, compressed or not; its digest as `sha256:...`, and the digest before compression."""

    archive: Path
    digest: str
    content_digest: str

    @property
    def media_type(self) -> str:
        """What a runtime has to do to read it."""
        return "application/vnd.oci.image.layer.v1.tar" + ("" if self.digest == self.content_digest else "+gzip")


@dataclass(frozen=True)
class Image:
    """An archive that holds the one image `reference`; `digest` is that of its manifest."""

    archive: Path
    reference: str
    digest: str


def pack(trees: Mapping[str, Path], archive: Path) -> Layer:
    """Writes a layer: each tree (a folder or one file), at the place in the image that is its key."""
    entries: dict[str, Path | None] = {}
    for place, tree in trees.items():
        for parent in Path(place).parents:
            entries.setdefault(str(parent), None)
        entries[place] = tree
        entries |= {str(Path(place, path.relative_to(tree))): path for path in tree.rglob("*")}
    # The root is there already.
    for root in ("", "."):
        entries.pop(root, None)
    with tarfile.open(archive, "w", format=tarfile.GNU_FORMAT) as tar:
        for place, source in sorted(entries.items()):
            _add(tar, place, source)
    digest = file_digest(archive)
    return Layer(archive, digest, digest)


def compress(layer: Layer, archive: Path) -> Layer:
    """Writes the same layer anew, compressed: fast rather than small."""
    with (
        layer.archive.open("rb") as content,
        archive.open("wb") as target,
        gzip.GzipFile(filename="", fileobj=target, mode="wb", compresslevel=1, mtime=0) as compressed,
    ):
        shutil.copyfileobj(content, compressed)
    return Layer(archive, file_digest(archive), layer.content_digest)


def file_digest(path: Path) -> str:
    """The digest of a file, as layers and blobs are named by it."""
    with path.open("rb") as content:
        return "sha256:" + hashlib.file_digest(content, "sha256").hexdigest()


def _add(tar: tarfile.TarFile, place: str, source: Path | None) -> None:
    """Adds a file, a link or a folder; without a source, a folder."""
    entry = tarfile.TarInfo(place)
    entry.mtime = _EPOCH_S
    if source and source.is_symlink():
        entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, str(source.readlink()), 0o777
        tar.addfile(entry)
    elif source and source.is_file():
        status = source.stat()
        entry.size, entry.mode = status.st_size, 0o755 if status.st_mode & 0o100 else 0o644
        with source.open("rb") as content:
            tar.addfile(entry, content)
    else:
        entry.type, entry.mode = tarfile.DIRTYPE, 0o755
        tar.addfile(entry)


def build(
    reference: str,
    layers: Sequence[Layer],
    entrypoint: Sequence[str],
    archive: Path,
    *,
    env: Mapping[str, str] | None = None,
    user: str = "65532:65532",
) -> Image:
    """Writes the archive of an image. `reference` must be complete: docker.io/<name>/<name>:<tag>, never `latest`."""
    config = {
        **_PLATFORM,
        "created": _CREATED,
        "config": {
            "Env": [f"{name}={value}" for name, value in sorted({"PATH": "/usr/bin:/bin", **(env or {})}.items())],
            "Entrypoint": list(entrypoint),
            "User": user,
            "WorkingDir": "/",
        },
        "rootfs": {"type": "layers", "diff_ids": [layer.content_digest for layer in layers]},
        "history": [{"created": _CREATED} for _ in layers],
    }
    config_bytes = _json(config)
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": _describe("application/vnd.oci.image.config.v1+json", _digest(config_bytes), len(config_bytes)),
        "layers": [_describe(layer.media_type, layer.digest, layer.archive.stat().st_size) for layer in layers],
    }
    manifest_bytes = _json(manifest)
    described = _describe(manifest["mediaType"], _digest(manifest_bytes), len(manifest_bytes))
    described["platform"] = _PLATFORM
    described["annotations"] = {
        "io.containerd.image.name": reference,
        "org.opencontainers.image.ref.name": reference.rsplit(":", 1)[1],
    }
    archive.parent.mkdir(parents=True, exist_ok=True)
    unfinished = archive.with_name(archive.name + ".unfinished")
    with tarfile.open(unfinished, "w", format=tarfile.GNU_FORMAT) as tar:
        _add_bytes(tar, "oci-layout", _json({"imageLayoutVersion": "1.0.0"}))
        _add_bytes(tar, "index.json", _json({"schemaVersion": 2, "manifests": [described]}))
        _add_bytes(tar, _blob(_digest(config_bytes)), config_bytes)
        _add_bytes(tar, _blob(_digest(manifest_bytes)), manifest_bytes)
        for layer in layers:
            _add(tar, _blob(layer.digest), layer.archive)
    unfinished.rename(archive)
    return Image(archive, reference, _digest(manifest_bytes))


def read(archive: Path) -> Image:
    """The image that an archive written by `build` holds."""
    with tarfile.open(archive) as tar:
        index = tar.extractfile("index.json")
        assert index, "every archive has an index"
        [manifest] = json.load(index)["manifests"]
    return Image(archive, manifest["annotations"]["io.containerd.image.name"], manifest["digest"])


def _add_bytes(tar: tarfile.TarFile, place: str, content: bytes) -> None:
    entry = tarfile.TarInfo(place)
    entry.mtime, entry.size = _EPOCH_S, len(content)
    tar.addfile(entry, io.BytesIO(content))


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True).encode()


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _blob(digest: str) -> str:
    return f"blobs/sha256/{digest.removeprefix('sha256:')}"


def _describe(media_type: object, digest: str, size_bytes: int) -> dict[str, object]:
    return {"mediaType": media_type, "digest": digest, "size": size_bytes}
