/* SPDX-License-Identifier: Apache-2.0 */
/* Clinics, hospitals and pharmacies as rows. */
#include "store/clinic.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "store/statement.h"
#include "store/store.h"

bool clinic_list(struct store *store, struct clinic_row **rows, size_t *count,
                 struct error *err)
{
    struct clinic_row *list = NULL;
    size_t used = 0, room = 0;
    int step;
    struct statement *query = statement(
        store, "SELECT id, external_id, name, public_name, sensitive,"
               " street FROM clinic WHERE gone_at IS NULL ORDER BY id");
    while ((step = statement_step(query, err)) == 1) {
        if (used == room) {
            room = room ? 2 * room : 8;
            list = memory_grow(list, room, sizeof(*list));
        }
        struct clinic_row *row = &list[used++];
        row->id = column_integer(query, 0);
        text_copy(row->external_id, sizeof(row->external_id),
                  column_text(query, 1));
        text_copy(row->name, sizeof(row->name), column_text(query, 2));
        text_copy(row->public_name, sizeof(row->public_name),
                  column_text(query, 3));
        row->sensitive = column_integer(query, 4) != 0;
        text_copy(row->street, sizeof(row->street), column_text(query, 5));
    }
    if (step < 0) {
        free(list);
        return false;
    }
    *rows = list;
    *count = used;
    return true;
}

bool clinic_given_read(struct store *store, const char *external_id,
                       struct clinic_given *out, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT CASE WHEN zone_given THEN zone END, "
                         "nullif(public_name, name) FROM clinic WHERE "
                         "external_id = ?");
    *out = (struct clinic_given){0};
    bind_text_static(query, 1, external_id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    if (step == 1) {
        text_copy(out->zone, sizeof(out->zone), column_text(query, 0));
        text_copy(out->public_name, sizeof(out->public_name),
                  column_text(query, 1));
    }
    statement_reset(query);
    return true;
}

bool clinic_zone_find(struct store *store, const char *name,
                      struct clinic_zone *out, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT id, zone, external_id = ?1 FROM clinic WHERE external_id"
               " = ?1 OR (name = ?1 AND gone_at IS NULL) ORDER BY 3 DESC LIMIT"
               " 2");
    int step, count = 0;
    *out = (struct clinic_zone){0};
    bind_text_static(query, 1, name);
    while ((step = statement_step(query, err)) == 1) {
        bool key = column_integer(query, 2) != 0;
        if (count++ == 0) {
            out->id = column_integer(query, 0);
            text_copy(out->zone, sizeof(out->zone), column_text(query, 1));
        } else {
            *out = (struct clinic_zone){0}; /* two of one name */
        }
        if (key)
            break;
    }
    statement_reset(query);
    return step >= 0;
}

bool clinic_zone_of_visit(struct store *store, const char *key,
                          struct clinic_zone *out, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT c.id, c.zone FROM appointment a JOIN clinic c ON c.id = "
               "a.clinic_id WHERE a.external_id = ?1");
    *out = (struct clinic_zone){0};
    bind_text_static(query, 1, key);
    int step = statement_step(query, err);
    if (step == 1) {
        out->id = column_integer(query, 0);
        text_copy(out->zone, sizeof(out->zone), column_text(query, 1));
    }
    statement_reset(query);
    return step >= 0;
}

bool clinic_desk_read(struct store *store, int64_t clinic_id,
                      struct clinic_desk *out, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT phone, zone, open_from, open_to FROM clinic WHERE"
               " id = ?");
    bind_integer(query, 1, clinic_id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *out = (struct clinic_desk){.open_from = -1, .open_to = -1};
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
