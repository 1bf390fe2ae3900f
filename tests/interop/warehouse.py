"""`ongoing sandbox`, as a process of its own.

    python3 warehouse.py [--tls] COMMAND...

runs a command while a sandbox serves; the command finds the address in SANDBOX_URL. With `--tls` it serves over TLS, and
Node.js trusts it.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile

from exchanges import ROOT


def ongoing():
    """The command of this repository."""
    command = "cargo build --locked --quiet -p ongoing --bin ongoing --message-format=json".split()
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    made = [message for message in messages if message.get("executable")]
    [found] = [message["executable"] for message in made if message["target"]["name"] == "ongoing"]
    return found


class Warehouse:
    """A sandbox until the end of the `with`. It chooses a port that is free, and serves when it has told its address."""

    def __init__(self, *flags):
        own = {name: value for name, value in os.environ.items() if not name.startswith("ONGOING_")}
        self.process = subprocess.Popen(
            [ongoing(), "sandbox", "--quiet", *flags], env=own, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self):
        # `--quiet` prints nothing more while it serves, so that nobody has to go on reading.
        for line in self.process.stdout:
            word, _, address = line.partition(" ")
            if word == "address":
                self.url = address.strip()
                return self
        self.__exit__()
        sys.exit("the sandbox does not start")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


if __name__ == "__main__":
    # Whoever ends this ends the sandbox.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    command = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        flags, variables = [], {}
        if command[0] == "--tls":
            authority = os.path.join(folder, "ca.pem")
            flags, variables = [f"--tls={authority}"], {"NODE_EXTRA_CA_CERTS": authority}
            command = command[1:]
        with Warehouse(*flags) as warehouse:
            variables["SANDBOX_URL"] = warehouse.url
            ended = subprocess.run(command, env=os.environ | variables, check=False)
    sys.exit(ended.returncode)
