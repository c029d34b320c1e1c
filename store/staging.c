/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feeds on their way into the store. Each row is looked up by its key and
 * compared there and then, by one prepared query; only what is new or differs
 * is kept, in the temporary database. So a file that says nothing new costs
 * one index look-up a row, memory does not grow with the file (a bit for each
 * row that came), and the write transaction at the end carries differences
 * only. The temporary database has no lock that others could wait for and no
 * journal that must reach the disk.
 *
 * Never deletes a patient's history: what left the source gets gone_at.
 */
#include "store/staging.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"

#include "store/death.h"
#include "store/extract.h"
#include "store/feed_table.h"
#include "store/staging_own.h"
#include "store/statement.h"
#include "store/stay.h"
#include "store/store.h"

enum { SQL_MAX = 64 << 10, SLICE = 20000, KEY_MAX = 256 << 10 };

bool staging_is_patient(const struct staging *staging)
{
    return text_equal(staging->about->table, "patient");
}

bool staging_has(const struct staging *staging, const char *column)
{
    for (size_t i = 0; i < staging->count; i++)
        if (text_equal(staging->columns[i], column))
            return true;
    return false;
}

bool staging_is_key(const struct staging *staging, size_t column)
{
    for (size_t i = 0; i < staging->key_count; i++)
        if (staging->keys[i] == column)
            return true;
    return false;
}

/* Small writes ------------------------------------------------------------- */

bool staging_sql(struct staging *staging, const char *sql, struct error *err)
{
    struct statement *built = statement_build(staging->store, sql, err);
    if (!built)
        return false;
    bool done = statement_run(built, err);
    statement_free(built);
    return done;
}

bool staging_write_begin(struct staging *staging, struct error *err)
{
    if (store_in_transaction(staging->store))
        return true;
    staging->waiting = 0;
    /* Deferred: it locks only what it writes, the temporary database. */
    return statement_run(statement(staging->store, "BEGIN"), err);
}

bool staging_write_end(struct staging *staging, struct error *err)
{
    if (++staging->waiting < SLICE)
        return true;
    return store_commit(staging->store, err);
}

bool staging_settle(struct staging *staging, struct error *err)
{
    if (!store_in_transaction(staging->store))
        return true;
    return store_commit(staging->store, err);
}

/* Opening -------------------------------------------------------------------
 */

struct statement *staging_build(struct staging *staging, struct buf *sql,
                                struct error *err)
{
    if (sql->overflow)
        PANIC("a query about %s is too long", staging->about->table);
    struct statement *built = statement_build(staging->store, sql->data, err);
    buf_reset(sql);
    return built;
}

static bool find_keys(struct staging *staging)
{
    for (size_t k = 0; k < FEED_KEYS && staging->about->keys[k]; k++) {
        size_t i = 0;
        while (i < staging->count &&
               !text_equal(staging->columns[i], staging->about->keys[k]))
            i++;
        if (i == staging->count)
            return false;
        staging->keys[staging->key_count++] = i;
    }
    return true;
}

/* The row of this key; its parameters are named after its columns. A patient's
 * is the surviving record's, unless it is the row that says so. */
static void put_key_match(struct staging *staging, struct buf *sql, bool tells)
{
    char given[80];
    if (staging_is_patient(staging)) {
        buf_format(sql,
                   "t.id = (SELECT iif(%s, k.id, coalesce(k.merged_into, "
                   "k.id)) FROM patient k WHERE k.mrn = :mrn)",
                   tells ? ":merged_into IS NOT NULL" : "0");
        return;
    }
    for (size_t k = 0; k < staging->key_count; k++) {
        const char *key = staging->about->keys[k];
        snprintf(given, sizeof(given), ":%s", key);
        buf_format(sql, "%st.%s = ", k ? " AND " : "", key);
        staging_put_column(staging, sql, key, given);
    }
}

/* What never changes is known again also when its patient's record was merged
 * into another one meanwhile. */
static bool same_patient(const struct feed_table *about, const char *column)
{
    return about->fixed && text_equal(column, "patient_id");
}

bool staging_keeps_cells(const struct staging *staging)
{
    return staging->about->sourced && !staging->about->first_wins;
}

void staging_put_stands(const struct staging *staging, struct buf *out,
                        size_t column, const char *at, const char *cells)
{
    const long long bit = (long long)staging->about_columns[column].bit;
    buf_format(out,
               "((t.source_at > %s AND said_since(t.said, t.source_at, %s) & "
               "%lld) OR extract_same(t.extract, %s) & %lld)",
               at, at, bit, cells, bit);
}

void staging_put_known(struct buf *out, uint64_t columns, const char *cells)
{
    buf_format(out, "extract_same(t.extract, %s) & %lld = %lld", cells,
               (long long)columns, (long long)columns);
}

/* Of life and death, and of stays in hospital, each source has its own say. */
static bool says_words(const struct staging *staging)
{
    return staging_is_patient(staging) &&
           (staging_has(staging, "deceased_at") ||
            staging_has(staging, "inpatient"));
}

/* Parameters are named after their columns and numbered in their order. */
static bool build_look(struct staging *staging, struct buf *sql,
                       struct error *err)
{
    const struct feed_table *about = staging->about;
    char given[80];
    /* The parameters get their numbers here, whatever follows. */
    buf_text(sql, "WITH given AS (SELECT 1");
    for (size_t i = 0; i < staging->count; i++)
        buf_format(sql, ", :%s", staging->columns[i]);
    buf_text(sql, ", :stage_cells, :stage_at");
    if (says_words(staging))
        buf_text(sql, ", :word_source");
    bool cells = staging_keeps_cells(staging);
    buf_format(sql, ") SELECT t.id, %s, ",
               staging_is_patient(staging) ? "t.mrn IS NOT :mrn" : "0");
    /* most rows are just so, and nothing else is looked at */
    if (cells) {
        buf_text(sql, "" EXTRACT_CELLS " IS :stage_cells OR ");
        staging_put_known(sql, staging->cells, ":stage_cells");
    }
    buf_text(sql, cells ? ", " EXTRACT_CELLS " IS :stage_cells OR 1" : "1, 1");
    if (feed_table_marks_gone(about)) {
        buf_text(sql, " AND (t.gone_at IS NULL OR t.source_at > :stage_at OR ");
        staging_put_known(sql, staging->needed, ":stage_cells");
        buf_text(sql, ")");
    }
    for (size_t i = 0; i < staging->count && !about->first_wins; i++) {
        if (staging_is_key(staging, i))
            continue;
        snprintf(given, sizeof(given), ":%s", staging->columns[i]);
        if (staging_is_kin(staging, staging->columns[i])) {
            staging_kin_put_same(sql, staging->columns[i]);
            continue;
        }
        if (feed_table_aside(about, staging->columns[i])) {
            if (text_equal(staging->columns[i], "inpatient"))
                stay_put_same(sql, staging->columns[i]);
            else
                death_put_same(sql, staging->columns[i]);
            continue;
        }
        buf_format(sql,
                   same_patient(about, staging->columns[i])
                       ? " AND ((SELECT coalesce(k.merged_into, k.id) FROM "
                         "patient k WHERE k.id = t.%s) IS "
                       : " AND (t.%s IS ",
                   staging->columns[i]);
        staging_put_column(staging, sql, staging->columns[i], given);
        if (cells) {
            buf_text(sql, " OR ");
            staging_put_stands(staging, sql, i, ":stage_at", ":stage_cells");
        }
        buf_text(sql, ")");
    }
    buf_format(sql, " FROM %s t WHERE ", about->table);
    if (about->found)
        buf_text(sql, about->found);
    else
        put_key_match(staging, sql, staging_has(staging, "merged_into"));
    staging->look = staging_build(staging, sql, err);
    if (staging->look && says_words(staging))
        bind_text_static(staging->look, (int)staging->count + 3,
                         staging->source ? staging->source : "");
    return staging->look != NULL;
}

static bool build_add(struct staging *staging, struct buf *sql,
                      struct error *err)
{
    buf_text(sql, "INSERT INTO temp.stage(stage_line, stage_id, stage_cells");
    for (size_t i = 0; i < staging->count; i++)
        buf_format(sql, ", %s", staging->columns[i]);
    buf_text(sql, ") VALUES (?1, ?2, ?3");
    for (size_t i = 0; i < staging->count; i++)
        buf_format(sql, ", ?%zu", i + 4);
    buf_text(sql, ")");
    staging->add = staging_build(staging, sql, err);
    return staging->add != NULL;
}

static bool drop_tables(struct staging *staging, struct error *err)
{
    static const char *const drops[] = {
        "DROP TABLE IF EXISTS temp.stage",
        "DROP TABLE IF EXISTS temp.noted",
        "DROP TABLE IF EXISTS temp.gone",
        "DROP TABLE IF EXISTS temp.contact",
        "DROP TABLE IF EXISTS temp.contact_owner",
        "DROP TABLE IF EXISTS temp.cover",
        "DROP TABLE IF EXISTS temp.kin"};
    for (size_t i = 0; i < sizeof(drops) / sizeof(drops[0]); i++)
        if (!staging_sql(staging, drops[i], err))
            return false;
    return true;
}

/* As in schema.sql: the same address, whatever its case. */
static bool is_address(const char *column)
{
    return text_equal(column, "value") || text_equal(column, "address");
}

static bool make_tables(struct staging *staging, struct buf *sql,
                        struct error *err)
{
    if (!staging_write_begin(staging, err) ||
        !staging_sql(staging, "PRAGMA temp.cache_size=-4096", err))
        return false;
    /* A staging that ended badly may have left its own. */
    if (!drop_tables(staging, err))
        return false;
    buf_text(sql, "CREATE TEMP TABLE stage(stage_n INTEGER PRIMARY KEY, "
                  "stage_line INTEGER, stage_id INTEGER, stage_cells "
                  "BLOB");
    for (size_t i = 0; i < staging->total; i++)
        buf_format(sql, ", %s%s", staging->columns[i],
                   is_address(staging->columns[i]) ? " COLLATE NOCASE" : "");
    buf_text(sql, ")");
    bool done = staging_sql(staging, sql->data, err);
    buf_reset(sql);
    return done &&
           staging_sql(staging,
                       "CREATE TEMP TABLE gone(id INTEGER PRIMARY KEY)", err) &&
           staging_sql(staging,
                       "CREATE TEMP TABLE noted(id INTEGER PRIMARY KEY, "
                       "cells BLOB)",
                       err) &&
           (!staging_is_patient(staging) ||
            staging_contact_open(staging, err)) &&
           store_commit(staging->store, err);
}

static void copy_columns(struct staging *staging,
                         const struct staging_request *request)
{
    static const char *const computed[] = {"runs_out_on", "runs_out_at",
                                           "first_fill", "latest"};
    size_t more = text_equal(request->table, "fill") ? 4 : 0;
    staging->count = request->count;
    staging->total = request->count + more;
    staging->columns =
        memory_grow(NULL, staging->total, sizeof(staging->columns[0]));
    for (size_t i = 0; i < staging->total; i++)
        staging->columns[i] =
            memory_text(i < request->count ? request->columns[i]
                                           : computed[i - request->count]);
    struct buf name;
    buf_init(&name, KEY_MAX);
    buf_format(&name, "%s%spatients", request->source ? request->source : "",
               request->source ? ":" : "");
    staging->contact_source = buf_take(&name);
}

static bool columns_know(struct staging *staging, struct error *err)
{
    uint64_t lacking;
    staging->about_columns =
        memory_new((staging->total + 1) * sizeof(staging->about_columns[0]));
    if (!feed_columns(staging->store, staging->about->table,
                      (const char *const *)staging->columns, staging->total,
                      staging->about_columns, &lacking, err))
        return false;
    for (size_t i = 0; i < staging->total; i++)
        if (!staging_is_key(staging, i) &&
            !feed_table_aside(staging->about, staging->columns[i]))
            staging->said |= staging->about_columns[i].bit;
    for (size_t i = 0; i < staging->count; i++) {
        staging->cells |= staging->about_columns[i].bit;
        if (feed_table_joint(staging->columns[i]))
            staging->joint |= staging->about_columns[i].bit;
        if (staging->about_columns[i].needed && !staging_is_key(staging, i))
            staging->needed |= staging->about_columns[i].bit;
    }
    /* (a patient has nothing that every row has, but the key) */
    if (!staging->needed)
        staging->needed = staging->cells;
    return true;
}

struct staging *staging_open(struct store *store,
                             const struct staging_request *request,
                             struct error *err)
{
    const struct feed_table *about = feed_table_find(request->table);
    if (!about)
        PANIC("nothing is staged for %s", request->table);
    struct staging *staging = memory_new(sizeof(*staging));
    staging->store = store;
    staging->about = about;
    staging->source = memory_text(request->source);
    staging->zone = request->zone;
    copy_columns(staging, request);
    staging->now = request->now;
    staging->at = request->at;
    staging->rising = true;
    buf_init(&staging->last, KEY_MAX);
    if (!find_keys(staging))
        PANIC("a key of %s is not among the columns", about->table);
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    bool done = columns_know(staging, err) && make_tables(staging, &sql, err) &&
                build_look(staging, &sql, err) && build_add(staging, &sql, err);
    buf_free(&sql);
    if (!done) {
        staging_close(staging);
        return NULL;
    }
    return staging;
}

void staging_close(struct staging *staging)
{
    if (!staging)
        return;
    statement_free(staging->look);
    statement_free(staging->add);
    statement_free(staging->keep);
    statement_free(staging->contact_look);
    statement_free(staging->contact_same);
    statement_free(staging->contact_add);
    statement_free(staging->contact_owner);
    struct error ignored;
    store_rollback(staging->store);
    if (staging_write_begin(staging, &ignored) &&
        drop_tables(staging, &ignored))
        store_commit(staging->store, &ignored);
    store_rollback(staging->store);
    for (size_t i = 0; i < staging->total; i++)
        free(staging->columns[i]);
    free(staging->columns);
    free(staging->about_columns);
    free(staging->source);
    free(staging->contact_source);
    free(staging->seen);
    free(staging->followed);
    buf_free(&staging->last);
    free(staging);
}

/* Rows ----------------------------------------------------------------------
 */

bool staging_mark_seen(struct staging *staging, int64_t id)
{
    size_t byte = (size_t)id / 8;
    if (byte >= staging->seen_bytes) {
        size_t bytes = 2 * byte + 4096;
        staging->seen = memory_grow(staging->seen, bytes, 1);
        memset(staging->seen + staging->seen_bytes, 0,
               bytes - staging->seen_bytes);
        staging->seen_bytes = bytes;
    }
    uint8_t bit = (uint8_t)(1u << (id % 8));
    bool was = (staging->seen[byte] & bit) != 0;
    staging->seen[byte] |= bit;
    return was;
}

bool staging_is_seen(const struct staging *staging, int64_t id)
{
    size_t byte = (size_t)id / 8;
    return byte < staging->seen_bytes &&
           (staging->seen[byte] & (1u << (id % 8))) != 0;
}

/* Extracts are mostly sorted by key; as long as new keys only rise, none can
 * have come twice, and no index has to be built to find out. */
static void note_order(struct staging *staging, const struct value *values)
{
    if (!staging->rising)
        return;
    const struct value *key = &values[staging->keys[0]];
    if (staging->key_count > 1 || key->type != VALUE_TEXT ||
        strlen(key->text) >= KEY_MAX ||
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
    for (size_t i = 0; i < staging->count; i++)
        if (staging->joint & about[i].bit)
            joint = value_sum(joint, &values[i]);
    for (size_t i = 0; i < staging->count; i++)
        extract_add(staging->row_cells, &staging->row_cells_len,
                    __builtin_ctzll(about[i].bit),
                    staging->joint & about[i].bit
                        ? joint
                        : value_sum(HASH_FNV, &values[i]));
}

static void bind_cells(struct statement *statement, int at,
                       const struct staging *staging)
{
    bind_blob(statement, at, staging->row_cells,
              (int64_t)staging->row_cells_len);
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
        feed_bind(staging->add, (int)i + 4, &values[i]);
    return statement_run(staging->add, err);
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

bool staging_row(struct staging *staging, int64_t line,
                 const struct value *values, enum staging_verdict *verdict,
                 struct error *err)
{
    if (!staging_write_begin(staging, err))
        return false;
    for (size_t i = 0; i < staging->count; i++)
        feed_bind(staging->look, (int)i + 1, &values[i]);
    cells_read(staging, values);
    bind_cells(staging->look, (int)staging->count + 1, staging);
    bind_integer(staging->look, (int)staging->count + 2, staging->at);
    int step = statement_step(staging->look, err);
    if (step < 0)
        return false;
    bool same = false, follows = false, noted = false;
    staging->row_id = 0;
    if (step == 1) {
        staging->row_id = column_integer(staging->look, 0);
        follows = column_integer(staging->look, 1) != 0;
        noted = column_integer(staging->look, 2) != 0;
        same = column_integer(staging->look, 3) != 0;
    }
    statement_reset(staging->look);
    if (follows && staging_is_seen(staging, staging->row_id))
        *verdict = STAGING_YIELDS;
    else if (follows)
        *verdict = staging_follow(staging, line, same);
    else if (step == 1 && staging_mark_seen(staging, staging->row_id))
        *verdict = STAGING_TWICE;
    else if (step == 1 && same)
        *verdict = STAGING_SAME;
    else if (step == 1)
        *verdict = staging->about->fixed ? STAGING_FIXED : STAGING_CHANGED;
    else
        *verdict = STAGING_NEW;
    if (*verdict == STAGING_NEW)
        note_order(staging, values);
    if (*verdict == STAGING_NEW || *verdict == STAGING_CHANGED) {
        if (!add_row(staging, line, values, err))
            return false;
    } else if (*verdict == STAGING_SAME && !noted && !follows &&
               !note_cells(staging, err)) {
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
    if (!staging->keep) {
        struct buf sql;
        buf_init(&sql, SQL_MAX);
        buf_format(&sql, "SELECT t.id FROM %s t WHERE ", staging->about->table);
        put_key_match(staging, &sql, false);
        staging->keep = staging_build(staging, &sql, err);
        buf_free(&sql);
        if (!staging->keep)
            return false;
    }
    for (size_t k = 0; k < staging->key_count; k++)
        feed_bind(staging->keep, (int)k + 1, &values[staging->keys[k]]);
    int step = statement_step(staging->keep, err);
    if (step == 1)
        staging_mark_seen(staging, column_integer(staging->keep, 0));
    statement_reset(staging->keep);
    return step >= 0 && staging_write_end(staging, err);
}
