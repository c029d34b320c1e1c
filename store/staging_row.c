/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row of a file: what the store knows of it, whether that is news, and where
 * it waits.
 */
#include "store/staging.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"

#include "store/extract.h"
#include "store/extract_time.h"
#include "store/feed_table.h"
#include "store/staging_own.h"
#include "store/statement.h"
#include "store/store.h"

/* Extracts are mostly sorted by key; as long as new keys only rise, none can
 * have come twice, and no index has to be built to find out. */
static void note_order(struct staging *staging, const struct value *values)
{
    if (!staging->rising)
        return;
    const struct value *key = &values[staging->keys[0]];
    if (staging->key_count > 1 || key->type != VALUE_TEXT ||
        strlen(key->text) >= STAGING_KEY_MAX ||
        (staging->last.len > 0 && strcmp(key->text, staging->last.data) <= 0)) {
        staging->rising = false;
        return;
    }
    buf_reset(&staging->last);
    buf_text(&staging->last, key->text);
}

static uint64_t value_sum(uint64_t sum, const struct value *value)
{
    sum = hash_fnv(sum, &value->type, sizeof(value->type));
    if (value->type == VALUE_TEXT || value->type == VALUE_DATE)
        return hash_fnv(sum, value->text, strlen(value->text) + 1);
    if (value->type == VALUE_MISSING)
        return sum;
    sum = hash_fnv(sum, &value->integer, sizeof(value->integer));
    return hash_fnv(sum, &value->number, sizeof(value->number));
}

static void cells_read(struct staging *staging, const struct value *values)
{
    const struct feed_column *about = staging->about_columns;
    uint64_t joint = HASH_FNV;
    staging->row_cells_len = 0;
    extract_add_source(staging->row_cells, &staging->row_cells_len,
                       staging->source ? staging->source : "");
    for (size_t i = 0; i < staging->count; i++)
        if (staging->joint & about[i].bit)
            joint = value_sum(joint, &values[i]);
    for (size_t i = 0; i < staging->count; i++) {
        uint64_t sum = staging->joint & about[i].bit
                           ? joint
                           : value_sum(HASH_FNV, &values[i]);
        if (values[i].type == VALUE_MISSING &&
            staging_is_silent(staging, staging->columns[i]))
            sum = EXTRACT_SILENT;
        extract_add(staging->row_cells, &staging->row_cells_len,
                    __builtin_ctzll(about[i].bit), sum);
    }
}

void staging_cell(struct staging *staging, size_t column,
                  const struct value *value)
{
    staging->row_cells_len = 0;
    extract_add_source(staging->row_cells, &staging->row_cells_len,
                       staging->source ? staging->source : "");
    extract_add(staging->row_cells, &staging->row_cells_len,
                __builtin_ctzll(staging->about_columns[column].bit),
                value_sum(HASH_FNV, value));
}

static void bind_cells(struct statement *statement, int at,
                       const struct staging *staging)
{
    bind_blob(statement, at, staging->row_cells,
              (int64_t)staging->row_cells_len);
}

/* A row that is there is written with what is news alone: a word that is told
 * aside is left out, a guardian who stays is named. */
static void bind_value(struct staging *staging, size_t i,
                       const struct value *value)
{
    int at = (int)i + 4;
    const char *column = staging->columns[i];
    if (staging->row_id && feed_table_aside(staging->about, column) &&
        staging->row_heard & staging->about_columns[i].bit)
        bind_null(staging->add, at);
    else if (staging->row_id && staging->guards &&
             text_equal(column, "guardian_id"))
        bind_text_static(staging->add, at,
                         staging->guardian.len ? staging->guardian.data : NULL);
    else
        feed_bind(staging->add, at, value);
}

static bool add_row(struct staging *staging, int64_t line,
                    const struct value *values, struct error *err)
{
    bind_integer(staging->add, 1, line);
    if (staging->row_id)
        bind_integer(staging->add, 2, staging->row_id);
    else
        bind_null(staging->add, 2);
    bind_cells(staging->add, 3, staging);
    staging->made += staging->row_id == 0;
    for (size_t i = 0; i < staging->count; i++)
        bind_value(staging, i, &values[i]);
    return statement_run(staging->add, err);
}

/* The row of a record that is merged is the survivor's, but that it names
 * nobody is said of itself: so that it is news when it names somebody again. */
static bool note_unmerged(struct staging *staging, const struct value *values,
                          struct error *err)
{
    uint8_t cell[EXTRACT_MAX];
    size_t len = 0;
    size_t i = staging_place(staging, "merged_into");
    if (i == staging->count)
        return true;
    extract_add(cell, &len, __builtin_ctzll(staging->about_columns[i].bit),
                EXTRACT_SILENT);
    struct statement *note = statement(
        staging->store, "INSERT OR IGNORE INTO temp.noted(id, cells) SELECT "
                        "id, ?2 FROM patient WHERE mrn = ?1 AND extract_put("
                        "extract, ?2) IS NOT extract");
    feed_bind(note, 1, &values[staging->keys[0]]);
    bind_blob(note, 2, cell, (int64_t)len);
    return statement_run(note, err);
}

/* What a message had said before this file, which says it by now, too. */
static bool note_cells(struct staging *staging, struct error *err)
{
    struct statement *note = statement(
        staging->store, "INSERT INTO temp.noted(id, cells) VALUES (?1, ?2)");
    bind_integer(note, 1, staging->row_id);
    bind_cells(note, 2, staging);
    return statement_run(note, err);
}

/* The row of a record that was merged into another one is the survivor's,
 * unless that one's own row comes: staging_kin() decides. */
static enum staging_verdict staging_follow(struct staging *staging,
                                           int64_t line, bool same)
{
    staging->followed =
        memory_grow(staging->followed, staging->followed_count + 1,
                    sizeof(staging->followed[0]));
    staging->followed[staging->followed_count++] =
        (struct staging_followed){staging->row_id, line};
    return same ? STAGING_SAME : STAGING_CHANGED;
}

/* The row of this key, and what files said of it. */
static struct statement *find_row(struct staging *staging,
                                  const struct value *values, struct error *err)
{
    if (!staging->find) {
        struct buf sql;
        buf_init(&sql, STAGING_KEY_MAX);
        buf_format(&sql, "SELECT t.id, %s FROM %s t WHERE ",
                   staging_keeps_cells(staging) ? "t.extract" : "NULL",
                   staging->about->table);
        staging_put_match(staging, &sql, false);
        staging->find = staging_build(staging, &sql, err);
        buf_free(&sql);
    }
    for (size_t k = 0; staging->find && k < staging->key_count; k++)
        feed_bind(staging->find, (int)k + 1, &values[staging->keys[k]]);
    return staging->find;
}

/* A newer file was here before this one: what it said of the row is no news
 * now, though that was the same again and no row was written for it. */
static bool yield_cells(struct staging *staging, const struct value *values,
                        struct error *err)
{
    int len;
    instant said = 0;
    staging->row_late = false;
    if (!staging->late)
        return true;
    struct statement *find = find_row(staging, values, err);
    int step = find ? statement_step(find, err) : -1;
    const void *cells = step == 1 ? column_blob(find, 1, &len) : NULL;
    bool done =
        step >= 0 &&
        (!cells || extract_time_read(staging->store, staging->about->table,
                                     column_integer(find, 0), &said, err));
    staging->row_late = done && cells && said > staging->at;
    if (staging->row_late)
        extract_yield(staging->row_cells, &staging->row_cells_len, cells,
                      (size_t)len);
    if (find)
        statement_reset(find);
    return done;
}

/* "north" of "north:people.csv", the table of a mapping; 0: no file's. (Where a
 * message comes from is "hl7:...", "fhir:..." or an address.) */
static size_t mapping_of(const char *source)
{
    size_t len = source ? strcspn(source, ":") : 0;
    return len == 0 || text_starts(source + len, "://") ||
                   text_starts(source, "hl7:") || text_starts(source, "fhir:")
               ? 0
               : len;
}

static bool is_other_mapping(const char *one, const char *other)
{
    size_t len = mapping_of(one);
    return len > 0 && mapping_of(other) > 0 &&
           (mapping_of(other) != len || strncmp(one, other, len) != 0);
}

/* Made once: rows of another mapping may be all of a file. */
static struct statement *anothers_row(struct staging *staging,
                                      struct error *err)
{
    static const char person[] =
        "SELECT 1 FROM patient WHERE id = ?1 AND birth_on NOT LIKE ?2 || '%' "
        "AND ?2 NOT LIKE birth_on || '%' AND (family_name != ?3 COLLATE NOCASE "
        "OR given_name != ?4 COLLATE NOCASE)";
    if (!staging->anothers) {
        struct buf sql;
        buf_init(&sql, STAGING_KEY_MAX);
        if (staging_is_patient(staging))
            buf_text(&sql, person);
        else
            buf_format(&sql,
                       "SELECT 1 FROM %s t JOIN patient p ON p.id = "
                       "t.patient_id WHERE t.id = ?1 AND "
                       "coalesce(p.merged_into, p.id) != ?2",
                       staging->about->table);
        staging->anothers = staging_build(staging, &sql, err);
        buf_free(&sql);
    }
    return staging->anothers;
}

/* Ids of two mappings that are the same by chance: another birth date and
 * another name, or a row about another patient. */
static bool is_anothers(struct staging *staging, const struct value *values,
                        bool *anothers, struct error *err)
{
    static const char *const columns[2][3] = {
        {"patient_id"}, {"birth_on", "family_name", "given_name"}};
    const bool person = staging_is_patient(staging);
    *anothers = false;
    if (!staging->row_others ||
        (!person && (!staging_has(staging, "patient_id") ||
                     feed_table_is_key(staging->about, "patient_id"))))
        return true;
    struct statement *query = anothers_row(staging, err);
    if (!query)
        return false;
    bind_integer(query, 1, staging->row_id);
    for (int i = 0; i < 3 && columns[person][i]; i++) {
        size_t place = staging_place(staging, columns[person][i]);
        if (place < staging->count)
            feed_bind(query, i + 2, &values[place]);
    }
    int step = statement_step(query, err);
    *anothers = step == 1;
    statement_reset(query);
    return step >= 0;
}

/* What the look found. */
struct found {
    bool any, same, follows, noted;
};

static bool look(struct staging *staging, const struct value *values,
                 struct found *found, struct error *err)
{
    *found = (struct found){0};
    staging->row_id = 0;
    for (size_t i = 0; i < staging->count; i++)
        feed_bind(staging->look, (int)i + 1, &values[i]);
    cells_read(staging, values);
    if (!yield_cells(staging, values, err))
        return false;
    bind_cells(staging->look, (int)staging->count + 1, staging);
    bind_integer(staging->look, (int)staging->count + 2, staging->at);
    int step = statement_step(staging->look, err);
    if (step == 1) {
        staging->row_id = column_integer(staging->look, 0);
        found->any = true;
        found->follows = column_integer(staging->look, 1) != 0;
        found->noted =
            staging->row_late || column_integer(staging->look, 2) != 0;
        found->same = column_integer(staging->look, 3) != 0;
        staging->row_heard = (uint64_t)column_integer(staging->look, 4);
        staging->guards = column_integer(staging->look, 5) != 0;
        const char *guardian = column_text(staging->look, 6);
        buf_reset(&staging->guardian);
        buf_text(&staging->guardian, guardian ? guardian : "");
        staging->row_others =
            is_other_mapping(column_text(staging->look, 7), staging->source);
    }
    statement_reset(staging->look);
    return step >= 0;
}

static enum staging_verdict judge(struct staging *staging, int64_t line,
                                  const struct found *found)
{
    if (!found->any)
        return STAGING_NEW;
    if (found->follows && row_set_has(&staging->seen, staging->row_id))
        return STAGING_YIELDS;
    if (found->follows)
        return staging_follow(staging, line, found->same);
    if (row_set_add(&staging->seen, staging->row_id))
        return STAGING_TWICE;
    if (found->same)
        return STAGING_SAME;
    return staging->about->fixed ? STAGING_FIXED : STAGING_CHANGED;
}

bool staging_row(struct staging *staging, int64_t line,
                 const struct value *values, enum staging_verdict *verdict,
                 struct error *err)
{
    struct found found;
    bool anothers;
    staging->row_others = false;
    if (!staging_write_begin(staging, err) ||
        !look(staging, values, &found, err) ||
        !is_anothers(staging, values, &anothers, err))
        return false;
    if (anothers) {
        if (staging_is_patient(staging) && staging->mistaken)
            row_set_add(staging->mistaken, staging->row_id);
        *verdict = STAGING_OTHER;
        return staging_write_end(staging, err);
    }
    *verdict = judge(staging, line, &found);
    if (found.follows && !note_unmerged(staging, values, err))
        return false;
    if (*verdict == STAGING_NEW)
        note_order(staging, values);
    if (*verdict == STAGING_NEW || *verdict == STAGING_CHANGED) {
        if (!add_row(staging, line, values, err))
            return false;
    } else if (*verdict == STAGING_SAME && staging_keeps_cells(staging)) {
        row_set_add(&staging->again, staging->row_id);
        if (!found.noted && !found.follows && !note_cells(staging, err))
            return false;
    }
    return staging_write_end(staging, err);
}

bool staging_keep(struct staging *staging, const struct value *values,
                  struct error *err)
{
    if (!staging_ends(staging))
        return true;
    if (!staging_write_begin(staging, err))
        return false;
    struct statement *find = find_row(staging, values, err);
    int step = find ? statement_step(find, err) : -1;
    if (step == 1)
        row_set_add(&staging->seen, column_integer(find, 0));
    if (find)
        statement_reset(find);
    return step >= 0 && staging_write_end(staging, err);
}
