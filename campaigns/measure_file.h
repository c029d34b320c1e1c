/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_MEASURE_FILE_H
#define CAMPAIGNS_MEASURE_FILE_H

#include "base/civil.h"

struct arena;
struct faults;
struct measure;
struct source;

/* Inside campaigns/: reads measures/<name>.json, which holds one measure or the
 * list of its versions in the order of their dates; the last of them. NULL
 * after adding every fault it found; lives in `arena`. With a day (year 0:
 * none) also advice: not in force, or not for long. */
const struct measure *measure_read(const struct source *source,
                                   const char *name, struct civil_date today,
                                   struct arena *arena, struct faults *faults);
/* One of them: what stands in { ... }. */
struct measure *measure_version_read(const struct source *source,
                                     const char *name, struct arena *arena,
                                     struct faults *faults);

#endif
