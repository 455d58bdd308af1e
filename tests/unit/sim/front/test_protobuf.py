import gzip
import json
from importlib.resources import files

from fairlead.sim.api.types.builtin import document
from fairlead.sim.front.protobuf import EMBEDDED, RENAMED


def test_every_field_is_called_as_in_json():
    messages = json.loads(gzip.decompress(files("fairlead.sim.front").joinpath("protobuf.json.gz").read_bytes()))
    schemas = {tuple(name.split(".")[-3:]): schema for name, schema in document().schemas.items()}
    other = [
        f"{message}.{field}"
        for message, fields in messages.items()
        if (known := schemas.get(tuple(message.split(".")[-3:]), {}).get("properties"))
        for field, *_ in fields.values()
        if RENAMED.get(field, field) not in known and field not in EMBEDDED
    ]
    assert other == []
