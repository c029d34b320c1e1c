/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of medical record numbers becomes a named list of patients. Lines
 * that name nobody are told, never guessed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/list.h"
#include "store/patient.h"
#include "store/store.h"

#include "app/blast.h"
#include "app/table.h"

enum { FILE_MAX_BYTES = 32 << 20, TOLD_MAX = 10 };

static bool look_up(struct mrn_list *list, struct store *store, char *line,
                    int number, struct error *err)
{
    int64_t id;
    bool found;
    text_trim(line);
    if (text_blank(line) || line[0] == '#')
        return true;
    if (!patient_find_by_mrn(store, line, &found, &id, err))
        return false;
    if (!found) {
        if (list->unknown++ < TOLD_MAX)
            print_to(stderr, "line %d: no patient has this number\n", number);
        return true;
    }
    list->patients =
        memory_grow(list->patients, list->count + 1, sizeof(*list->patients));
    list->patients[list->count++] = id;
    return true;
}

bool mrn_list_read(struct mrn_list *list, const char *path,
                   const char *store_path, struct error *err)
{
    struct buf text;
    *list = (struct mrn_list){0};
    bool ok = file_read(path, FILE_MAX_BYTES, &text, err);
    struct store *store =
        ok ? store_open(store_path, STORE_READ_ONLY, err) : NULL;
    ok = store != NULL;
    char *line = text.data;
    for (int number = 1; ok && line; number++) {
        char *next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        ok = look_up(list, store, line, number, err);
        line = next;
    }
    store_close(store);
    buf_free(&text);
    if (ok && list->unknown)
        print_to(stderr, "%s: %zu numbers are unknown and left out\n", path,
                 list->unknown);
    if (ok && list->count == 0)
        ok = error_set(err, ERROR_INPUT, "%s names no patient of this store",
                       path);
    return ok;
}

bool mrn_list_store(const struct mrn_list *list, struct store *store,
                    const char *name, const char *actor, instant now,
                    struct error *err)
{
    int64_t id;
    if (!list_ensure(store, name, "blast", &id, err))
        return false;
    for (size_t i = 0; i < list->count; i++) {
        bool added;
        if (!list_add(store, id, list->patients[i], NULL, actor, now, &added,
                      err))
            return false;
    }
    return true;
}

void mrn_list_free(struct mrn_list *list)
{
    free(list->patients);
    *list = (struct mrn_list){0};
}
