/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_IMPORT_EXPLAIN_H
#define APP_IMPORT_EXPLAIN_H

#include "feeds/inspect.h"

#include "app/command.h"

/* `import --explain`: one record of a file, field by field. Which of the two
 * options counts says `messages`. The exit code. */
int import_explain(const struct options *options,
                   const struct import_options *tables,
                   const struct bulk_options *messages, const char *store_path,
                   int64_t line);

#endif
