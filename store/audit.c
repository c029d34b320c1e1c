/* SPDX-License-Identifier: Apache-2.0 */
/* The audit chain. The newest mac is read once in each transaction (another
 * connection may have added rows between two) and then carried along, so
 * that a row costs one HMAC and one insert. */
#include "store/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"

#include "store/connection.h"
#include "store/statement.h"
#include "store/store.h"

#define ROW_MAX (1u << 16)
/* Short rows, nearly all of them, are put together on the stack. */
#define ROW_USUAL 1024

void audit_set_key(struct store *store, const void *key, size_t len)
{
    hash_sha256(key, len, store->audit_key);
    store->audit_has_key = true;
}

static bool key_ready(struct store *store, struct error *err)
{
    char text[2 * SHA256_BYTES + 1];
    if (store->audit_has_key)
        return true;
    if (!store_meta_get(store, "audit_key", text, sizeof(text), err))
        return false;
    if (text[0] == '\0')
        return error_set(err, ERROR_CORRUPT,
                         "%s lost the key of its audit chain: restore it "
                         "from a backup",
                         store_path(store));
    audit_set_key(store, text, strlen(text));
    return true;
}

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

/* A chain begins behind row 0, whose mac is all zeros. */
static bool last_read(struct store *store, int64_t *id,
                      uint8_t mac[SHA256_BYTES], struct error *err)
{
    struct statement *query =
        statement(store, "SELECT id, mac FROM audit ORDER BY id DESC LIMIT 1");
    int step = statement_step(query, err);
    if (step < 0)
        return false;
    *id = 0;
    memset(mac, 0, SHA256_BYTES);
    if (step == 1) {
        int len;
        *id = column_integer(query, 0);
        const void *bytes = column_blob(query, 1, &len);
        if (len == SHA256_BYTES)
            memcpy(mac, bytes, SHA256_BYTES);
        statement_reset(query);
    }
    return true;
}

bool audit_add(struct store *store, instant now, const char *actor,
               const char *action, const char *subject, const char *detail,
               struct error *err)
{
    uint8_t mac[SHA256_BYTES];
    if (!store->audit_known) {
        if (!key_ready(store, err) ||
            !last_read(store, &store->audit_id, store->audit_mac, err))
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
    uint8_t mac[SHA256_BYTES];
    const char *head;
    bool head_seen;
};

static bool row_verify(struct store *store, struct statement *query,
                       struct walk *walk, struct error *err)
{
    uint8_t mac[SHA256_BYTES];
    char head[AUDIT_HEAD_MAX];
    struct audit_row row = row_read(query);
    if (row.id != walk->id + 1)
        return error_set(err, ERROR_CORRUPT, "the audit chain lacks row %lld",
                         (long long)walk->id + 1);
    if (!row_mac(store, walk->mac, &row, mac, err))
        return false;
    int len;
    const void *kept = column_blob(query, 6, &len);
    if (len != SHA256_BYTES || !hash_equal(kept, mac, SHA256_BYTES))
        return error_set(err, ERROR_CORRUPT,
                         "row %lld of the audit chain was changed, or the "
                         "key is another one",
                         (long long)row.id);
    walk->id = row.id;
    memcpy(walk->mac, mac, sizeof(mac));
    head_text(row.id, mac, head);
    walk->head_seen |= walk->head && strcmp(walk->head, head) == 0;
    return true;
}

bool audit_verify(struct store *store, const char *head, int64_t *rows,
                  struct error *err)
{
    struct walk walk = {.head = head,
                        .head_seen = !head || strcmp(head, "0:") == 0};
    if (!key_ready(store, err))
        return false;
    struct statement *query =
        statement(store, "SELECT id, at, actor, action, subject, detail, mac "
                         "FROM audit ORDER BY id");
    int step;
    while ((step = statement_step(query, err)) == 1) {
        if (!row_verify(store, query, &walk, err)) {
            statement_reset(query);
            return false;
        }
    }
    if (step < 0)
        return false;
    if (!walk.head_seen)
        return error_set(err, ERROR_CORRUPT,
                         "the audit chain does not contain %s: rows behind "
                         "%lld were cut off or replaced",
                         head, (long long)walk.id);
    *rows = walk.id;
    return true;
}

bool audit_each(struct store *store, instant since, const char *subject,
                audit_row_fn *row, void *arg, struct error *err)
{
    struct statement *query =
        statement(store, "SELECT id, at, actor, action, subject, detail FROM "
                         "audit WHERE at >= ?1 AND (?2 IS NULL OR subject = "
                         "?2) ORDER BY id");
    bind_integer(query, 1, since);
    bind_text(query, 2, subject);
    int step;
    while ((step = statement_step(query, err)) == 1) {
        struct audit_row seen = row_read(query);
        if (!row(arg, &seen))
            break;
    }
    statement_reset(query);
    return step >= 0;
}
