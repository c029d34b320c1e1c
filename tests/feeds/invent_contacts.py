#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Invents a telephone number and an email address for each patient of a
Synthea export, as contact_points.csv. The numbers are reserved for fiction
(555-0100 to 555-0199), the addresses are of example.org: none is anybody's.

  invent_contacts.py output/csv/patients.csv > contact_points.csv
"""
import csv
import sys

AREAS = ("617", "508", "413", "781", "978", "774")


def main(path):
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("patient", "kind", "value", "rank", "use"))
    with open(path, newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file)):
            area = AREAS[number // 100 % len(AREAS)]
            phone = f"+1{area}55501{number % 100:02d}"
            out.writerow((row["Id"], "phone", phone, 10, "mobile"))
            out.writerow((row["Id"], "email", f"p{number}@example.org", 10,
                          ""))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
