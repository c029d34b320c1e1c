/* SPDX-License-Identifier: Apache-2.0 */
/* The audit chain. The newest mac is read once in each transaction (another
 * connection may have added rows between two) and then carried along, so
 * that a row costs one HMAC and one insert. */
#include "store/audit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/hash.h"
#include "base/memory.h"

#include "store/audit_key.h"
#include "store/connection.h"
#include "store/statement.h"
#include "store/store.h"

#define ROW_MAX (1u << 16)
/* Short rows, nearly all of them, are put together on the stack. */
#define ROW_USUAL 1024

/* Text with its length before it, so that no two rows look alike. */
static size_t part_add(char *out, size_t at, const char *text)
{
    uint32_t len = text ? (uint32_t)strlen(text) : UINT32_MAX;
    memcpy(out + at, &len, sizeof(len));
    at += sizeof(len);
    if (text) {
        memcpy(out + at, text, len);
        at += len;
    }
    return at;
}

static size_t part_size(const char *text)
{
    return sizeof(uint32_t) + (text ? strlen(text) : 0);
}

static bool row_mac(struct store *store, const uint8_t before[SHA256_BYTES],
                    const struct audit_row *row, uint8_t out[SHA256_BYTES],
                    struct error *err)
{
    char usual[ROW_USUAL];
    size_t size = SHA256_BYTES + 2 * sizeof(int64_t) + part_size(row->actor) +
                  part_size(row->action) + part_size(row->subject) +
                  part_size(row->detail);
    if (size > ROW_MAX)
        return error_set(err, ERROR_INPUT,
                         "an audit row of %zu bytes is too long", size);
    char *bytes = size <= sizeof(usual) ? usual : memory_new(size);
    size_t at = SHA256_BYTES;
    memcpy(bytes, before, SHA256_BYTES);
    memcpy(bytes + at, &row->id, sizeof(row->id));
    at += sizeof(row->id);
    memcpy(bytes + at, &row->at, sizeof(row->at));
    at += sizeof(row->at);
    at = part_add(bytes, at, row->actor);
    at = part_add(bytes, at, row->action);
    at = part_add(bytes, at, row->subject);
    at = part_add(bytes, at, row->detail);
    hash_hmac_sha256(store->audit_key, sizeof(store->audit_key), bytes, at,
                     out);
    if (bytes != usual)
        free(bytes);
    return true;
}

/* A chain begins behind row 0, whose mac binds it to this store: rows of
 * another one with the same key do not verify here. */
static bool first_mac(struct store *store, uint8_t mac[SHA256_BYTES],
                      struct error *err)
{
    char text[2 * SHA256_BYTES + 1];
    if (!audit_key_ready(store, err) ||
        !store_meta_get(store, "store", text, sizeof(text), err))
        return false;
    hash_hmac_sha256(store->audit_key, sizeof(store->audit_key), text,
                     strlen(text), mac);
    return true;
}

/* A row's id and mac; 0 and zeros when there is none. */
static void mac_read(struct statement *query, int step, int64_t *id,
                     uint8_t mac[SHA256_BYTES])
{
    *id = 0;
    memset(mac, 0, SHA256_BYTES);
    if (step != 1)
        return;
    int len;
    *id = column_integer(query, 0);
    const void *bytes = column_blob(query, 1, &len);
    if (len == SHA256_BYTES)
        memcpy(mac, bytes, SHA256_BYTES);
    statement_reset(query);
}

static bool last_read(struct store *store, int64_t *id,
                      uint8_t mac[SHA256_BYTES], struct error *err)
{
    struct statement *query =
        statement(store, "SELECT id, mac FROM audit ORDER BY id DESC LIMIT 1");
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    mac_read(query, step, id, mac);
    return true;
}

bool audit_add(struct store *store, instant now, const char *actor,
               const char *action, const char *subject, const char *detail,
               struct error *err)
{
    uint8_t mac[SHA256_BYTES];
    if (!store->audit_known) {
        if (!audit_key_ready(store, err) ||
            !last_read(store, &store->audit_id, store->audit_mac, err) ||
            (store->audit_id == 0 && !first_mac(store, store->audit_mac, err)))
            return false;
        store->audit_known = true;
    }
    struct audit_row row = {.id = store->audit_id + 1,
                            .at = now,
                            .actor = actor,
                            .action = action,
                            .subject = subject,
                            .detail = detail};
    if (!row_mac(store, store->audit_mac, &row, mac, err))
        return false;
    struct statement *insert = statement(
        store, "INSERT INTO audit(id, at, actor, action, subject, detail, mac)"
               " VALUES (?, ?, ?, ?, ?, ?, ?)");
    bind_integer(insert, 1, row.id);
    bind_integer(insert, 2, now);
    bind_text(insert, 3, actor);
    bind_text(insert, 4, action);
    bind_text(insert, 5, subject);
    bind_text(insert, 6, detail);
    bind_blob(insert, 7, mac, sizeof(mac));
    if (!statement_run(insert, err)) {
        store->audit_known = false;
        return false;
    }
    store->audit_id = row.id;
    memcpy(store->audit_mac, mac, sizeof(mac));
    return true;
}

static void head_text(int64_t id, const uint8_t mac[SHA256_BYTES],
                      char out[AUDIT_HEAD_MAX])
{
    char hex[2 * SHA256_BYTES + 1] = "";
    if (id > 0)
        hash_hex(mac, SHA256_BYTES, hex);
    snprintf(out, AUDIT_HEAD_MAX, "%lld:%s", (long long)id, hex);
}

bool audit_head(struct store *store, char out[AUDIT_HEAD_MAX],
                struct error *err)
{
    int64_t id;
    uint8_t mac[SHA256_BYTES];
    if (!last_read(store, &id, mac, err))
        return false;
    head_text(id, mac, out);
    return true;
}

bool audit_head_at(struct store *store, int64_t id, char out[AUDIT_HEAD_MAX],
                   struct error *err)
{
    uint8_t mac[SHA256_BYTES];
    struct statement *query =
        statement(store, "SELECT id, mac FROM audit WHERE id = ?");
    bind_integer(query, 1, id);
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    mac_read(query, step, &id, mac);
    head_text(id, mac, out);
    return true;
}

void audit_head_now(const struct store *store, char out[AUDIT_HEAD_MAX])
{
    head_text(store->audit_id, store->audit_mac, out);
}

bool audit_text_mark(struct store *store, const char *text, char out[65],
                     struct error *err)
{
    uint8_t mac[SHA256_BYTES];
    if (!audit_key_ready(store, err))
        return false;
    hash_hmac_sha256(store->audit_key, sizeof(store->audit_key), text,
                     strlen(text), mac);
    hash_hex(mac, sizeof(mac), out);
    return true;
}

static struct audit_row row_read(struct statement *query)
{
    return (struct audit_row){.id = column_integer(query, 0),
                              .at = column_integer(query, 1),
                              .actor = column_text(query, 2),
                              .action = column_text(query, 3),
                              .subject = column_text(query, 4),
                              .detail = column_text(query, 5)};
}

/* What is known while walking the chain. */
struct walk {
    int64_t id;
    int64_t from; /* up to here another key made the rows, which is lost */
    uint8_t mac[SHA256_BYTES];
    int64_t head_id; /* 0: none was given */
    const char *head;
};

static bool head_read(struct walk *walk, const char *head, struct error *err)
{
    char *end;
    walk->head = head;
    if (!head || strcmp(head, "0:") == 0)
        return true;
    errno = 0;
    walk->head_id = strtoll(head, &end, 10);
    if (errno == 0 && walk->head_id > 0 && *end == ':' &&
        strspn(end + 1, "0123456789abcdef") == 2 * SHA256_BYTES &&
        strlen(end + 1) == 2 * SHA256_BYTES)
        return true;
    return error_set(err, ERROR_USAGE,
                     "'%.80s' is no head: give the whole line that `outreach "
                     "audit head` printed",
                     head);
}

static bool row_changed(const struct audit_row *row, struct error *err)
{
    char at[CIVIL_TEXT_MAX];
    return error_set(err, ERROR_CORRUPT,
                     "row %lld of the audit chain was changed, put in or "
                     "moved: it says %s, %.40s, %.40s by %.40s",
                     (long long)row->id, civil_utc_text(row->at, at),
                     row->action, row->subject ? row->subject : "-",
                     row->actor);
}

/* Rows of a lost key: only that none is missing can be seen; the first of the
 * new key says that it is. */
static bool row_accept(struct store *store, struct walk *walk,
                       const struct audit_row *row, const void *kept, int len,
                       struct error *err)
{
    uint8_t mac[SHA256_BYTES];
    if (row->id == walk->from + 1 && walk->from > 0 &&
        strcmp(row->action, "new-key") != 0)
        return row_changed(row, err);
    if (len == SHA256_BYTES && row->id <= walk->from) {
        memcpy(walk->mac, kept, SHA256_BYTES);
        return true;
    }
    if (!row_mac(store, walk->mac, row, mac, err))
        return false;
    if (len != SHA256_BYTES || !hash_equal(kept, mac, SHA256_BYTES))
        return row_changed(row, err);
    memcpy(walk->mac, mac, sizeof(mac));
    return true;
}

/* Nobody writes a text with a NUL inside (audit_add takes none): what stands
 * behind it, no mac covers and nobody is shown. */
static bool row_has_nul(struct statement *query)
{
    for (int at = 2; at <= 5; at++)
        if (column_text_has_nul(query, at))
            return true;
    return false;
}

static bool row_verify(struct store *store, struct statement *query,
                       struct walk *walk, struct error *err)
{
    char head[AUDIT_HEAD_MAX];
    struct audit_row row = row_read(query);
    int len;
    const void *kept = column_blob(query, 6, &len);
    if (row.id != walk->id + 1)
        return error_set(err, ERROR_CORRUPT, "the audit chain lacks row %lld",
                         (long long)walk->id + 1);
    if (row_has_nul(query))
        return row_changed(&row, err);
    if (!row_accept(store, walk, &row, kept, len, err))
        return false;
    walk->id = row.id;
    head_text(row.id, walk->mac, head);
    return row.id != walk->head_id || strcmp(walk->head, head) == 0 ||
           error_set(err, ERROR_CORRUPT,
                     "row %lld of the audit chain is not the one that was "
                     "exported: the chain was written anew, or is another "
                     "store's",
                     (long long)row.id);
}

static bool rows_verify(struct store *store, struct walk *walk,
                        struct error *err)
{
    struct statement *query =
        statement(store, "SELECT id, at, actor, action, subject, detail, mac "
                         "FROM audit ORDER BY id");
    int step;
    while ((step = statement_step(query, err)) == 1) {
        if (!row_verify(store, query, walk, err)) {
            statement_reset(query);
            return false;
        }
    }
    return step == 0;
}

bool audit_verify(struct store *store, const char *head,
                  struct audit_verdict *out, struct error *err)
{
    struct walk walk = {0};
    char from[24];
    if (!head_read(&walk, head, err) || !first_mac(store, walk.mac, err) ||
        !store_meta_get(store, "audit_from", from, sizeof(from), err))
        return false;
    walk.from = strtoll(from, NULL, 10);
    if (!rows_verify(store, &walk, err))
        return false;
    if (walk.id < walk.head_id || (walk.from > 0 && walk.id <= walk.from))
        return error_set(
            err, ERROR_CORRUPT,
            "the audit chain ends with row %lld: the rows behind "
            "it, up to %lld, were cut off",
            (long long)walk.id,
            (long long)(walk.head_id ? walk.head_id : walk.from + 1));
    *out = (struct audit_verdict){.rows = walk.id, .unverified = walk.from};
    return true;
}

bool audit_each(struct store *store, const struct audit_filter *filter,
                audit_row_fn *row, void *arg, struct error *err)
{
    struct statement *query = statement(
        store,
        "SELECT id, at, actor, action, subject, detail FROM audit WHERE "
        "at >= ?1 AND (?2 IS NULL OR subject = ?2) AND (?3 IS NULL OR "
        "actor = ?3) AND (?4 IS NULL OR action = ?4) AND (?5 IS NULL OR "
        "subject IN (SELECT 'patient ' || ?5 UNION ALL SELECT "
        "'outreach ' || id FROM outreach WHERE patient_id = ?5 UNION ALL "
        "SELECT 'task ' || id FROM task WHERE patient_id = ?5)) "
        "ORDER BY id");
    bind_integer(query, 1, filter->since);
    bind_text(query, 2, filter->subject);
    bind_text(query, 3, filter->actor);
    bind_text(query, 4, filter->action);
    if (filter->patient_id)
        bind_integer(query, 5, filter->patient_id);
    int step;
    while ((step = statement_step(query, err)) == 1) {
        struct audit_row seen = row_read(query);
        if (!row(arg, &seen))
            break;
    }
    statement_reset(query);
    return step >= 0;
}
