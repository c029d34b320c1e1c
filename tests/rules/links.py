# SPDX-License-Identifier: Apache-2.0
"""Links in our pages lead somewhere: to a file that exists."""
import os
import re

import source

LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def find(root):
    for path in source.files(root, ".md"):
        fenced = False
        lines = source.read(root, path).splitlines()
        for number, line in enumerate(lines, 1):
            if line.lstrip().startswith("```"):
                fenced = not fenced
            for target in [] if fenced else LINK.findall(line):
                place = os.path.join(root, os.path.dirname(path), target)
                if not re.match(r"\w+:", target) \
                        and not os.path.exists(place):
                    yield path, number, f"{target} does not exist"
