/* SPDX-License-Identifier: Apache-2.0 */
/* Where a clinic answers its telephone. */
#include "store/desk.h"

#include <string.h>

#include "base/text.h"
#include "store/statement.h"

bool desk_read(struct store *store, int64_t clinic_id, struct desk *out,
               struct error *err)
{
    struct statement *query = statement(
        store, "SELECT phone, zone, open_from, open_to FROM clinic WHERE"
               " id = ?");
    bind_integer(query, 1, clinic_id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *out = (struct desk){.open_from = -1, .open_to = -1};
    if (step == 0)
        return true;
    const char *phone = column_text(query, 0);
    if (phone[0] == '+' && strlen(phone) < sizeof(out->phone))
        text_copy(out->phone, sizeof(out->phone), phone);
    text_copy(out->zone, sizeof(out->zone), column_text(query, 1));
    out->open_from = column_minutes(query, 2);
    out->open_to = column_minutes(query, 3);
    statement_reset(query);
    return true;
}
