/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_MEASURE_FILE_H
#define CAMPAIGNS_MEASURE_FILE_H

struct arena;
struct faults;
struct measure;
struct source;

/* Inside campaigns/: reads measures/<name>.json. NULL after adding every
 * fault it found; lives in `arena`. */
const struct measure *measure_read(const struct source *source,
                                   const char *name, struct arena *arena,
                                   struct faults *faults);

#endif
