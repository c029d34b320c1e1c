/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hours and closed days that are given for a clinic which nobody has: most
 * likely a slip of the pen in its id, and then the clinic's patients are
 * contacted at other hours than it thinks. Nothing fails by that, for a clinic
 * may be imported later; so somebody must be told.
 */
#include "app/clinics_known.h"
#include "app/table.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "store/clinic.h"
#include "store/store.h"

enum { TOLD = 10, SENTENCE_MAX = 2000 };

static bool is_known(const struct clinic_row *rows, size_t count,
                     const char *id)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(rows[i].external_id, id))
            return true;
    }
    return false;
}

static void sentence(const struct clinic_row *rows, size_t count,
                     const char *id, struct buf *out)
{
    buf_format(out, "there is no clinic '%s', so this is nobody's; there %s ",
               id, count == 1 ? "is" : "are");
    for (size_t i = 0; i < count && i < TOLD; i++)
        buf_format(out, "%s'%s'", i ? ", " : "", rows[i].external_id);
    if (count > TOLD)
        buf_format(out, " and %zu more", count - TOLD);
}

void clinics_unknown(const struct config *config, struct store *store,
                     unknown_clinic_fn *tell, void *arg)
{
    const struct json_node *all =
        config->doc ? json_get(json_root(config->doc), "clinics") : NULL;
    struct clinic_row *rows = NULL;
    size_t count = 0;
    struct error err = {0};
    if (!all || !clinic_list(store, &rows, &count, &err))
        return;
    for (const struct json_node *one = json_first(all); one && count;
         one = json_next(one)) {
        struct buf what;
        if (is_known(rows, count, json_key(one)))
            continue;
        buf_init(&what, SENTENCE_MAX);
        sentence(rows, count, json_key(one), &what);
        tell(arg, config->path, json_key_place(config->doc, one), what.data);
        buf_free(&what);
    }
    free(rows);
}

void clinics_unknown_there(const struct config *config, unknown_clinic_fn *tell,
                           void *arg)
{
    struct error err = {0};
    struct store *store =
        file_exists(config->store_path)
            ? store_open(config->store_path, STORE_READ_ONLY, &err)
            : NULL;
    if (store)
        clinics_unknown(config, store, tell, arg);
    store_close(store);
}

void clinics_print(void *arg, const char *path, struct json_place place,
                   const char *what)
{
    print_to(arg, "%s:%d:%d: warning: %s\n", path, place.line, place.column,
             what);
}
