"""What the image builder writes is what a container runtime reads, and the same each time."""

import gzip
import hashlib
import json
import os
import tarfile
from pathlib import Path

from dev.cluster.image import Image, build, compress, pack, read


def tree(folder: Path, *, written_at_s: int) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/tool").write_bytes(b"#!program")
    (folder / "bin/tool").chmod(0o700)
    (folder / "notes.txt").write_text("words")
    (folder / "link").symlink_to("notes.txt")
    for path in folder.rglob("*"):
        os.utime(path, (written_at_s, written_at_s), follow_symlinks=False)
    return folder


def image(folder: Path, *, written_at_s: int = 1_000_000_000) -> Image:
    layer = pack({"opt/product": tree(folder / "tree", written_at_s=written_at_s)}, folder / "layer.tar")
    return build("docker.io/fairlead/test:1", [layer], ["/opt/product/bin/tool"], folder / "image.tar", env={"A": "b"})


def blob(archive: Path, digest: str) -> bytes:
    with tarfile.open(archive) as tar:
        content = tar.extractfile("blobs/sha256/" + digest.removeprefix("sha256:"))
        assert content
        return content.read()


def test_the_same_files_give_the_same_bytes_whenever_they_were_written(tmp_path):
    first = image(tmp_path / "first", written_at_s=1_000_000_000)
    second = image(tmp_path / "second", written_at_s=1_500_000_000)

    assert first.archive.read_bytes() == second.archive.read_bytes()
    assert first.digest == second.digest


def test_a_changed_file_gives_another_digest(tmp_path):
    before = image(tmp_path / "before")
    (tmp_path / "before/tree/notes.txt").write_text("other words")
    layer = pack({"opt/product": tmp_path / "before/tree"}, tmp_path / "layer.tar")

    after = build("docker.io/fairlead/test:1", [layer], ["/opt/product/bin/tool"], tmp_path / "image.tar")

    assert after.digest != before.digest


def test_every_blob_is_named_by_its_content_and_described_with_its_size(tmp_path):
    made = image(tmp_path)
    manifest = json.loads(blob(made.archive, made.digest))

    for described in (manifest["config"], *manifest["layers"]):
        content = blob(made.archive, described["digest"])
        assert described["digest"] == "sha256:" + hashlib.sha256(content).hexdigest()
        assert described["size"] == len(content)
    config = json.loads(blob(made.archive, manifest["config"]["digest"]))
    assert config["rootfs"]["diff_ids"] == [layer["digest"] for layer in manifest["layers"]]


def test_the_configuration_says_what_runs_and_as_whom(tmp_path):
    made = image(tmp_path)
    manifest = json.loads(blob(made.archive, made.digest))
    config = json.loads(blob(made.archive, manifest["config"]["digest"]))["config"]

    assert config["Entrypoint"] == ["/opt/product/bin/tool"]
    assert config["User"] == "65532:65532"
    assert "A=b" in config["Env"]


def test_a_layer_holds_the_files_at_their_place_owned_by_root_with_plain_modes(tmp_path):
    image(tmp_path)

    with tarfile.open(tmp_path / "layer.tar") as tar:
        entries = {entry.name: entry for entry in tar}

    assert list(entries) == [
        *("opt", "opt/product", "opt/product/bin", "opt/product/bin/tool"),
        *("opt/product/link", "opt/product/notes.txt"),
    ]
    assert {entry.uid for entry in entries.values()} == {0}
    assert entries["opt/product/bin/tool"].mode == 0o755
    assert entries["opt/product/notes.txt"].mode == 0o644
    assert entries["opt/product/link"].linkname == "notes.txt"


def test_a_compressed_layer_is_described_by_what_it_is_and_by_what_it_holds(tmp_path):
    plain = pack({"opt/product": tree(tmp_path / "tree", written_at_s=0)}, tmp_path / "layer.tar")
    made = build("docker.io/fairlead/test:1", [compress(plain, tmp_path / "layer.gz")], ["/x"], tmp_path / "image.tar")
    manifest = json.loads(blob(made.archive, made.digest))
    config = json.loads(blob(made.archive, manifest["config"]["digest"]))
    [described] = manifest["layers"]

    assert described["mediaType"].endswith("tar+gzip")
    assert gzip.decompress(blob(made.archive, described["digest"])) == plain.archive.read_bytes()
    assert config["rootfs"]["diff_ids"] == [plain.digest]


def test_an_archive_tells_again_which_image_it_holds(tmp_path):
    made = image(tmp_path)

    assert read(made.archive) == made
