/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_SAMPLE_H
#define APP_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

/* Writes an invented clinic group into `folder` (which exists) as CSV files
 * of the import's layout (docs/import.md): 4 clinics, a pharmacy and a
 * hospital in six time zones, and SAMPLE_PATIENTS people with visits,
 * prescriptions, screenings and discharges around `now`, so that the shipped
 * campaigns have something to do on each of the next four days, and something
 * to hold back. The same `now` and `seed` write the same bytes. Every number
 * is a 555-01xx, every address @example.org: they reach nobody. */
#define SAMPLE_PATIENTS 200
bool sample_write(const char *folder, instant now, uint64_t seed,
                  struct error *err);

#endif
