"""The operator as a process of its own, and what it uses."""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
METRICS_PORT = 19180


class Operator:
    """One operator, outside the cluster, with a kubeconfig."""

    def __init__(self, kubeconfig: Path, log: Path) -> None:
        self.log = log
        arguments = ["--kubeconfig", str(kubeconfig), "--no-leader-election"]
        arguments += ["--metrics-port", str(METRICS_PORT), "--health-port", str(METRICS_PORT + 1)]
        command = [sys.executable, "-m", "fairlead", "operator", *arguments]
        self._process = subprocess.Popen(command, cwd=ROOT, stderr=log.open("ab"))

    @property
    def cpu_s(self) -> float:
        """CPU seconds, of the program and of the kernel for it."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory_mb(self) -> float:
        """Resident memory, in MB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    @property
    def requests(self) -> float:
        """Requests to the API server so far."""
        with urllib.request.urlopen(f"http://127.0.0.1:{METRICS_PORT}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("rest_client_requests_total{"))

    def stop(self, *, kill: bool = False) -> None:
        """End it, gently or not."""
        (self._process.kill if kill else self._process.terminate)()
        self._process.wait(30)

    def wait_ready(self, timeout_s: float = 60) -> None:
        """Wait until its caches are warm."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{METRICS_PORT + 1}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError(f"the operator is not ready after {timeout_s} s; see {self.log}")
