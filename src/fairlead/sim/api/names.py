"""What the server makes up: uids and the ends of generated names, from the randomness that is passed in."""

import random
import uuid

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""No vowels, and nothing that looks like something else."""

SUFFIX_CHARACTERS = 5
MAX_BASE_CHARACTERS = 63 - SUFFIX_CHARACTERS


def uid(rng: random.Random) -> str:
    """A new uid."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def generated(base: str, rng: random.Random) -> str:
    """A name from metadata.generateName."""
    return base[:MAX_BASE_CHARACTERS] + "".join(rng.choices(ALPHABET, k=SUFFIX_CHARACTERS))
