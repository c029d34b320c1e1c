# SPDX-License-Identifier: Apache-2.0
"""Includes go only downwards, as tests/layers.txt allows."""
import os

import source


def read_layers(root):
    """(room -> rooms it may name, faults of the list itself)."""
    allowed, faults, path = {}, [], os.path.join("tests", "layers.txt")
    for number, line in enumerate(source.read(root, path).splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        room, _, below = line.partition(":")
        for name in below.split():
            # A room may name only rooms above it in the list: no cycles.
            if name not in allowed:
                faults.append((path, number, f"{room} names {name}, which "
                               "does not stand above it: a cycle or a typo"))
        allowed[room.strip()] = set(below.split())
    return allowed, faults


def find(root):
    allowed, faults = read_layers(root)
    yield from faults
    for path in source.files(root, ".c", ".h"):
        parts = path.split(os.sep)
        top, room = parts[0], source.room(path)
        if len(parts) == 1 or (source.is_product(path)
                               and room not in allowed):
            yield path, 0, "stands in no room of tests/layers.txt"
            continue
        for line, quote, name in source.includes(source.read(root, path)):
            if quote == "<":
                continue
            target = name.split("/")[0]
            if "/" not in name or ".." in name:
                yield path, line, f'"{name}": write the path from the root'
            elif not os.path.exists(os.path.join(root, name)):
                yield path, line, f'"{name}" does not exist'
            elif name.endswith(".c"):
                yield path, line, f'"{name}": sources are not included'
            elif target in ("tests", "bench"):
                if source.is_product(path):
                    yield path, line, f"{room} includes from {target}/"
            elif target not in allowed:
                yield path, line, f'"{name}" is in no room'
            elif target != room and room in allowed \
                    and target not in allowed[room] and top != "bench":
                yield path, line, f"{room} may not name {target} ({name})"
