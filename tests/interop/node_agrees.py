"""Our client calls a server that node-soap makes from our WSDL: it reads the same values as stand in `input.json`, and
our client reads those of `output.json` from what node-soap writes.

    python3 node_agrees.py FOLDER_OF_NODE_MODULES

What is allowed to differ, and where, stands in README.md beside this file.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

from exchanges import EXCHANGES, WSDL, cases
from warehouse import ongoing

CREDENTIALS = {"UserName": "api-user", "Password": "p&<>\"'å", "GoodsOwnerCode": "ACME", "GoodsOwnerId": 4711}

# Where node-soap is known to differ, and why; README.md says who is right.
KNOWN = {
    "ProcessArticle__writing_decimals_from_json_numbers": "input.json has an exponent, which is not sent",
    "ProcessArticle__writing_leading_and_trailing_spaces": "spaces round a text are lost",
    "ProcessArticle__writing_non_bmp_and_combining": "a byte-order mark at the end of a text is lost",
    "SetTimeOfLastSync__writing_date_24_00": "24:00:00 is sent as the next day",
}

# What is sent for a member that must be there and was not given.
BLANKS = [False, 0, "0", "0001-01-01T00:00:00", None]
BARE_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?")


class Server:
    """node-soap, until the end of the `with`."""

    def __init__(self, modules):
        script = pathlib.Path(__file__).parent / "node_server.mjs"
        command = ["node", str(script), modules, str(WSDL), str(EXCHANGES)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        first = self.line()
        if not first:
            sys.exit("node-soap: the server does not start")
        self.port = int(first)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def line(self):
        return self.process.stdout.readline()

    def seen(self, folder):
        """What was printed of this call; those before it, which ended in an error, are passed over."""
        while line := self.line():
            seen = json.loads(line, parse_float=str)
            if seen["folder"] == folder:
                return seen
        sys.exit("node-soap: the server is gone")


def call(program, server, case):
    """What node-soap understood of the request, and what our client understood of its answer."""
    url = f"http://127.0.0.1:{server.port}/{case.name}/service.asmx"
    settings = {
        "ONGOING_URL": url,
        "ONGOING_USERNAME": CREDENTIALS["UserName"],
        "ONGOING_PASSWORD": CREDENTIALS["Password"],
        "ONGOING_GOODS_OWNER_CODE": CREDENTIALS["GoodsOwnerCode"],
        "ONGOING_GOODS_OWNER_ID": str(CREDENTIALS["GoodsOwnerId"]),
        "NO_PROXY": "127.0.0.1",
    }
    # In the folder, where no ongoing.toml is.
    command = [program, "call", case.operation, "--input", "input.json", "--strict", "--timeout", "20"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ONGOING_")}
    done = subprocess.run(
        command, cwd=case.folder, env=kept | settings, capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode != 0:
        raise Disagreement(done.stderr.strip())
    seen = server.seen(case.name)
    if seen["action"] != f'"http://ongoingsystems.se/WSI/{case.operation}"':
        raise Disagreement(f"the action is {seen['action']}")
    return seen["request"] or {}, json.loads(done.stdout, parse_float=str)


class Disagreement(Exception):
    pass


def judge(program, server, case):
    request, answer = call(program, server, case)
    given = case.json("input.json")
    credentials = {name: request.pop(name) for name in CREDENTIALS if name in request}
    for name, value in credentials.items():
        if value != CREDENTIALS[name]:
            raise Disagreement(f"{name}: {value!r} there")
    # A payload of one structure is given without the element round it.
    if len(request) == 1 and isinstance(next(iter(request.values())), dict) and not request.keys() & given.keys():
        [request] = request.values()
    difference = first_difference(given, request, "input")
    if difference:
        raise Disagreement(difference)
    if answer != case.json("output.json"):
        raise Disagreement(first_difference(case.json("output.json"), answer, "output") or "output: another order")


def first_difference(ours, theirs, path):
    """Where node-soap's form of a value differs from the JSON form; "" where it does not."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        theirs = dict(theirs)
        # Attributes of the element: members of ours, or the derived type, which stands there with its prefix.
        attributes = theirs.pop("attributes", {})
        for name, value in attributes.items():
            local = name.split(":")[-1]
            theirs["@type" if local == "type" else local] = value.split(":")[-1]
        for key in [*ours, *(key for key in theirs if key not in ours)]:
            if key not in ours and (theirs[key] in BLANKS or theirs[key] == CREDENTIALS.get(key)):
                continue
            if key not in theirs and ours[key] is None:
                continue
            if key not in ours or key not in theirs:
                return f"{path}.{key}: only {'here' if key in ours else 'there'}"
            difference = first_difference(ours[key], theirs[key], f"{path}.{key}")
            if difference:
                return difference
        return ""
    if isinstance(ours, list) and isinstance(theirs, dict) and len(theirs) == 1:
        [theirs] = theirs.values()
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = enumerate(zip(ours, theirs), 1)
        return next(filter(None, (first_difference(*pair, f"{path}[{number}]") for number, pair in pairs)), "")
    if ours in ({}, []) and theirs is None:
        return ""  # an element that is there, and has no content
    if isinstance(ours, str):
        ours = BARE_DATE.sub(r"\1T00:00:00\2", ours) if BARE_DATE.fullmatch(ours) else ours
    return "" if type(ours) is type(theirs) and ours == theirs else f"{path}: {ours!r} here, {theirs!r} there"


def main():
    program = ongoing()
    disagreements = {}
    operations = {}
    for case in cases():
        # A refusal is an output and an error. Without credentials the command sends nothing.
        regular = case.is_sent() and case.is_regular() and not case.has("error.txt") and "without" not in case.settings
        if regular and not case.keeps_unknown("input.json") and not case.keeps_unknown("output.json"):
            operations.setdefault(case.operation, []).append(case)
    with Server(sys.argv[1]) as server:
        for operation, judged in operations.items():
            before = len(disagreements)
            for case in judged:
                try:
                    judge(program, server, case)
                except Disagreement as error:
                    disagreements[case.name] = str(error)
            differ = len(disagreements) - before
            print(f"node-soap: {operation}: {len(judged) - differ} agree" + (f", {differ} differ" if differ else ""))
    # Where an answer has errors beside success, the command has no output to compare.
    wanted = [case for case in cases() if case.name.endswith("__all_members")]
    unseen = {case.name for case in wanted if not case.has("error.txt")}
    unseen -= {case.name for judged in operations.values() for case in judged}
    unseen |= {case.operation for case in wanted} - operations.keys()
    disagreements.update(dict.fromkeys(unseen, "is not called"))
    calls = sum(map(len, operations.values()))
    print(f"node-soap: {len(operations)} operations called {calls} times, {len(KNOWN)} disagreements known")
    for name in sorted(disagreements.keys() ^ KNOWN.keys()):
        print(name, disagreements.get(name, "is known to differ, and does not"))
    sys.exit(1 if disagreements.keys() ^ KNOWN.keys() else 0)


main()
