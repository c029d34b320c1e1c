/* SPDX-License-Identifier: Apache-2.0 */
#include "store/person.h"

#include "store/statement.h"

bool person_merge(struct store *store, int64_t gone, int64_t stays,
                  const char *source, instant at, struct error *err)
{
    struct statement *merge =
        statement(store, "UPDATE patient SET merged_into = ?2, source = ?3, "
                         "source_at = ?4 WHERE id = ?1 AND merged_into IS NOT "
                         "?2 AND id != ?2");
    bind_integer(merge, 1, gone);
    bind_integer(merge, 2, stays);
    bind_text_static(merge, 3, source);
    bind_integer(merge, 4, at);
    return statement_run(merge, err);
}
