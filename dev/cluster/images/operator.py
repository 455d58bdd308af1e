"""The image of Fairlead: Python from Debian's packages, the locked wheels, and the source.

Two layers: what changes with the dependencies, made once and kept, and the source, made each time.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from dev.cluster import image
from dev.cluster.cache import cache_folder, digest, kept
from dev.cluster.failure import ClusterError
from dev.cluster.images import REPOSITORY
from dev.cluster.progress import Progress

REFERENCE = "docker.io/fairlead/operator:dev"
SOURCE = REPOSITORY / "src" / "fairlead"

# Python, the libraries that its modules and the wheels load, and the certificates that the world is trusted by.
_PACKAGES = (
    *("base-files", "ca-certificates", "libbz2-1.0", "libc6", "libexpat1", "libffi8", "libgcc-s1", "liblzma5"),
    *("libpython3.11-minimal", "libpython3.11-stdlib", "libsqlite3-0", "libssl3", "libstdc++6", "libuuid1"),
    *("python3.11-minimal", "zlib1g"),
)
_PACKAGES_PLACE = "usr/local/lib/python3.11/dist-packages"
_LAYER, _CONTENT_DIGEST = "layer.tar.gz", "content-digest"
_CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"
_USERS = "root:x:0:0:root:/:/sbin/nologin\nfairlead:x:65532:65532:fairlead:/:/sbin/nologin\n"
_ENV = {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", "SSL_CERT_FILE": f"/{_CERTIFICATES}"}


def build(source: Path = SOURCE) -> image.Image:
    """Python and the wheels from the cache, the source as it is now."""
    lock = REPOSITORY / "requirements.lock"
    inputs = digest([lock.read_bytes(), Path(__file__).read_bytes()])
    base = kept(f"operator-base-{inputs}", lambda folder: _make_base(lock, folder))
    archive = cache_folder() / "images" / "operator.tar"
    archive.parent.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        package = Path(folder, "fairlead")
        shutil.copytree(source, package, ignore=shutil.ignore_patterns("__pycache__"))
        _precompile(package, f"/{_PACKAGES_PLACE}/fairlead")
        layers = [_base_layer(base), image.pack({f"{_PACKAGES_PLACE}/fairlead": package}, Path(folder, "source.tar"))]
        return image.build(REFERENCE, layers, ["/usr/bin/python3.11", "-m", "fairlead"], archive, env=_ENV)


def _make_base(lock: Path, folder: Path) -> None:
    progress = Progress("base of the operator's image")
    tree = folder / "tree"
    tree.mkdir()
    progress.show("Debian packages")
    _unpack_packages(folder, tree)
    progress.show("wheels")
    _install_wheels(lock, tree / _PACKAGES_PLACE)
    for needless in ("doc", "lintian", "locale", "man"):
        shutil.rmtree(tree / "usr/share" / needless, ignore_errors=True)
    # What the packages' own scripts would do after unpacking.
    trusted = sorted((tree / "usr/share/ca-certificates/mozilla").glob("*.crt"))
    (tree / _CERTIFICATES).parent.mkdir(parents=True, exist_ok=True)
    (tree / _CERTIFICATES).write_text("".join(path.read_text() for path in trusted))
    (tree / "etc/passwd").write_text(_USERS)
    for place in ("usr/lib/python3.11", _PACKAGES_PLACE):
        _precompile(tree / place, f"/{place}")
    progress.show("one layer of it all")
    packed = image.pack({"": tree}, folder / "layer.tar")
    compressed = image.compress(packed, folder / _LAYER)
    (folder / _CONTENT_DIGEST).write_text(compressed.content_digest)
    shutil.rmtree(tree)
    packed.archive.unlink()
    progress.end(f"{compressed.archive.stat().st_size / 1e6:.0f} MB")


def _base_layer(folder: Path) -> image.Layer:
    """The layer that `_make_base` put into the folder."""
    return image.Layer(folder / _LAYER, image.file_digest(folder / _LAYER), (folder / _CONTENT_DIGEST).read_text())


def _unpack_packages(folder: Path, tree: Path) -> None:
    archives = folder / "packages"
    archives.mkdir()
    download = ["apt-get", "-q", "download", *_PACKAGES]
    if subprocess.run(download, cwd=archives, capture_output=True).returncode:
        # The lists are missing, or name versions that are gone.
        _run(["apt-get", "-q", "update"], archives)
        _run(download, archives)
    for package in sorted(archives.glob("*.deb")):
        _run(["dpkg", "--extract", str(package), str(tree)], archives)
    shutil.rmtree(archives)


def _install_wheels(lock: Path, place: Path) -> None:
    environment = REPOSITORY / ".venv/bin/python"
    python = str(environment) if environment.exists() else sys.executable
    options = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--python-version=3.11", "--no-compile"]
    _run([python, "-m", "pip", "install", "-q", *options, f"--target={place}", f"--requirement={lock}"], place.parent)


def _run(command: list[str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise ClusterError(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-2000:]}")


def _precompile(tree: Path, place: str) -> None:
    """Compiles the modules for a file system that cannot be written to: each start would compile them again.

    Only the same version of Python can: with another one the operator merely starts more slowly.
    """
    if sys.version_info[:2] != (3, 11):
        return
    where = ["-s", str(tree), "-p", place]
    # Some of the standard library's files are examples of wrong syntax: the exit code says nothing.
    command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode=unchecked-hash", *where, str(tree)]
    subprocess.run(command, capture_output=True)
