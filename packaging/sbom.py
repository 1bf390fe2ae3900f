#!/usr/bin/env python3
"""Prints what packages of the workspace are built from, for a target: CycloneDX 1.5, in JSON.

    python3 packaging/sbom.py TARGET PACKAGE [PACKAGE ..]

Made from Cargo.lock and cargo's resolution for the target, without a time or a random number: the same sources give the same
bytes. What only builds the program (build scripts, macros) is not a part of it, and is left out.
"""
import json
import os
import subprocess
import sys
import tomllib

target, wanted = sys.argv[1], sys.argv[2:]
root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target]
metadata = json.loads(subprocess.run(command, cwd=root, check=True, capture_output=True).stdout)
with open(os.path.join(root, "Cargo.lock"), "rb") as file:
    checksums = {(p["name"], p["version"]): p.get("checksum") for p in tomllib.load(file)["package"]}
packages = {package["id"]: package for package in metadata["packages"]}
nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}


def is_macro(package):
    return any("proc-macro" in target["kind"] for target in package["targets"])


def needed(node):
    """What a package has inside of it: dependencies that are not only for its tests, its build script or the compiler."""
    for dependency in node["deps"]:
        is_normal = any(kind["kind"] is None for kind in dependency["dep_kinds"])
        if is_normal and not is_macro(packages[dependency["pkg"]]):
            yield dependency["pkg"]


def reference(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def component(package):
    found = {"type": "library", "bom-ref": reference(package), "name": package["name"], "version": package["version"]}
    if package["license"]:
        found["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    checksum = checksums.get((package["name"], package["version"]))
    if checksum:
        found["hashes"] = [{"alg": "SHA-256", "content": checksum}]
        found["purl"] = reference(package)
    return found


top = [package for package in metadata["packages"] if package["name"] in wanted]
missing = set(wanted) - {package["name"] for package in top}
if missing:
    sys.exit(f"not in the workspace: {', '.join(sorted(missing))}")
seen, waiting = set(), [package["id"] for package in top]
while waiting:
    identity = waiting.pop()
    if identity not in seen:
        seen.add(identity)
        waiting.extend(needed(nodes[identity]))
first = next(package for package in top if package["name"] == wanted[0])
parts = sorted((packages[identity] for identity in seen), key=lambda package: (package["name"], package["version"]))
bom = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.5",
    "version": 1,
    "metadata": {
        "component": {**component(first), "type": "application"},
        "properties": [{"name": "cargo:target", "value": target}],
    },
    "components": [component(package) for package in parts if package is not first],
    "dependencies": [
        {
            "ref": reference(package),
            "dependsOn": sorted(reference(packages[identity]) for identity in needed(nodes[package["id"]])),
        }
        for package in parts
    ],
}
json.dump(bom, sys.stdout, indent=1)
print()
