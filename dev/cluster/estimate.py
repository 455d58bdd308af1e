"""How far a build is and how long it still takes, from the size of the Go sources.

A compiler's time goes with the bytes it reads far better than with the number of packages. Before a build has shown
its own speed, an ordinary one is assumed; as it goes on, its own counts more and more.
"""

from collections.abc import Mapping
from dataclasses import dataclass

# Kubernetes: 102 MB in 4 min 28 s on two cores. The assumption weighs as much as this many bytes that were seen.
ORDINARY_BYTES_PER_CORE_S = 190_000
ASSUMPTION_BYTES = 10_000_000


@dataclass
class Estimate:
    """The progress of one build. `source_bytes` are the sizes of the packages that are to be compiled."""

    source_bytes: Mapping[str, int]
    cores: int
    compiled: int = 0
    compiled_bytes: int = 0

    def saw(self, package: str) -> None:
        """The compiler has come to `package`."""
        self.compiled += 1
        self.compiled_bytes += self.source_bytes[package]

    @property
    def total_bytes(self) -> int:
        """The size of everything that is to be compiled."""
        return sum(self.source_bytes.values())

    def remaining_s(self, elapsed_s: float) -> float:
        """Seconds until the last package is compiled; linking comes on top."""
        assumed_s = ASSUMPTION_BYTES / (ORDINARY_BYTES_PER_CORE_S * self.cores)
        speed = (self.compiled_bytes + ASSUMPTION_BYTES) / (elapsed_s + assumed_s)
        return (self.total_bytes - self.compiled_bytes) / speed

    def describe(self, elapsed_s: float) -> str:
        """One line for people, with what the estimate is made from."""
        left_s = self.remaining_s(elapsed_s)
        left = f"{left_s / 60:.0f} min" if left_s >= 90 else f"{left_s:.0f} s"
        megabytes = f"{self.compiled_bytes / 1e6:.0f} of {self.total_bytes / 1e6:.0f} MB of source"
        return f"package {self.compiled} of {len(self.source_bytes)}, {megabytes}; about {left} left, then linking"
