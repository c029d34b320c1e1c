/* SPDX-License-Identifier: Apache-2.0 */
#include "feeds/pending.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

/* Writing ---------------------------------------------------------------------
 */

static const char *const verbs[] = {[FACT_SAY] = "say",
                                    [FACT_END] = "end",
                                    [FACT_MERGE] = "merge",
                                    [FACT_PART] = "part",
                                    [FACT_MOVE] = "move"};

static void write_person(struct json_writer *out,
                         const struct fact_person *person)
{
    json_write_array(out, "ids");
    for (size_t i = 0; i < person->id_count; i++) {
        json_write_array(out, NULL);
        json_write_text(out, NULL, person->ids[i].authority);
        json_write_text(out, NULL, person->ids[i].value);
        json_write_text(out, NULL, person->ids[i].type);
        json_write_bool(out, NULL, person->ids[i].record);
        json_write_bool(out, NULL, person->ids[i].bare);
        json_write_end(out, ']');
    }
    json_write_end(out, ']');
    json_write_text(out, "of", person->where);
}

static void write_field(struct json_writer *out, const struct facts *facts,
                        const struct fact_field *field)
{
    json_write_object(out, NULL);
    json_write_text(out, "column", field->column->name);
    json_write_text(out, "where", field->where);
    if (field->person >= 0) {
        write_person(out, &facts->people[field->person]);
    } else {
        json_write_text(out, "text", field->text);
        if (!text_equal(field->source, field->text))
            json_write_text(out, "from", field->source);
        if (field->wrong)
            json_write_text(out, "wrong", field->wrong);
        if (field->authority)
            json_write_text(out, "by", field->authority);
    }
    if (field->only_new)
        json_write_bool(out, field->returns ? "assumed" : "new", true);
    json_write_end(out, '}');
}

static void add_ids(struct waiting_id **ids, size_t *count,
                    const struct fact_person *person)
{
    for (size_t i = 0; i < person->id_count; i++) {
        *ids = memory_grow(*ids, *count + 1, sizeof((*ids)[0]));
        (*ids)[(*count)++] =
            (struct waiting_id){person->ids[i].authority, person->ids[i].value};
    }
}

/* A prescription is waited for as a person is, by an id that nobody gives. */
static void add_prescription(struct waiting_id **ids, size_t *count,
                             const struct facts *facts,
                             const struct fact_field *field)
{
    if (field->column->type != LAYOUT_PRESCRIPTION || text_blank(field->text))
        return;
    *ids = memory_grow(*ids, *count + 1, sizeof((*ids)[0]));
    (*ids)[(*count)++] = (struct waiting_id){
        arena_format(facts->arena, "prescription of %s",
                     field->authority ? field->authority : ""),
        field->text};
}

/* Also whom it names beside: whoever of them is forgotten takes it along. */
struct waiting_id *pending_ids(const struct facts *facts,
                               const struct fact *fact, size_t *count)
{
    struct waiting_id *ids = NULL;
    *count = 0;
    for (size_t i = 0; i < fact->field_count; i++)
        if (fact->fields[i].person >= 0)
            add_ids(&ids, count, &facts->people[fact->fields[i].person]);
    if (*count == 0 && facts->subject >= 0)
        add_ids(&ids, count, &facts->people[facts->subject]);
    for (size_t i = 0; i < fact->field_count; i++)
        add_prescription(&ids, count, facts, &fact->fields[i]);
    return ids;
}

/* Of two records each word counts, by its hour: none takes another one's place.
 */
static void write_key(struct pending *pending, const struct facts *facts,
                      const struct fact *fact)
{
    char sum[SHA256_HEX];
    const char *id = fact_text(fact, "id");
    hash_sha256_hex(pending->content.data, pending->content.len, sum);
    if (id && *id)
        buf_text(&pending->key, id);
    else
        buf_format(&pending->key, "sum %s", sum);
    if (fact->verb == FACT_MERGE || fact->verb == FACT_PART)
        buf_format(&pending->key, " %lld", (long long)facts->at);
}

void pending_write(struct pending *pending, const struct facts *facts,
                   const struct fact *fact)
{
    struct json_writer out;
    *pending = (struct pending){0};
    buf_init(&pending->content, WAITING_CONTENT_MAX);
    buf_init(&pending->key, WAITING_CONTENT_MAX);
    buf_init(&pending->fields, WAITING_CONTENT_MAX);
    json_write_init(&out, &pending->content);
    json_write_object(&out, NULL);
    json_write_text(&out, "verb", verbs[fact->verb]);
    if (facts->facility)
        json_write_text(&out, "facility", facts->facility);
    if (facts->sender)
        json_write_text(&out, "sender", facts->sender);
    if (fact->begins)
        json_write_bool(&out, "begins", true);
    if (fact->stay) {
        json_write_text(&out, "stay", fact->stay);
        json_write_text(&out, "stay_by", fact->stay_owner);
    }
    if (fact->stay_theirs)
        json_write_bool(&out, "stay_theirs", true);
    if (fact->stay_over)
        json_write_bool(&out, "over", true);
    if (fact->of_stay)
        json_write_bool(&out, "of_stay", true);
    if (fact->waits)
        json_write_bool(&out, "waits", true);
    json_write_array(&out, "fields");
    buf_text(&pending->fields, verbs[fact->verb]);
    for (size_t i = 0; i < fact->field_count; i++) {
        const struct fact_field *field = &fact->fields[i];
        write_field(&out, facts, field);
        buf_format(&pending->fields, " %s%s", field->only_new ? "?" : "",
                   field->column->name);
    }
    pending->ids = pending_ids(facts, fact, &pending->id_count);
    json_write_end(&out, ']');
    if (facts->subject >= 0) {
        json_write_object(&out, "about");
        write_person(&out, &facts->people[facts->subject]);
        json_write_end(&out, '}');
    }
    json_write_end(&out, '}');
    write_key(pending, facts, fact);
}

void pending_free(struct pending *pending)
{
    buf_free(&pending->content);
    buf_free(&pending->key);
    buf_free(&pending->fields);
    free(pending->ids);
    *pending = (struct pending){0};
}

/* Reading ---------------------------------------------------------------------
 */

static bool verb_find(const char *name, enum fact_verb *verb)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (text_equal(verbs[i], name)) {
            *verb = (enum fact_verb)i;
            return true;
        }
    return false;
}

static int read_person(struct facts *facts, const struct json_node *field)
{
    enum { AUTHORITY, VALUE, TYPE, RECORD, BARE, PARTS };
    const char *of = json_get_text(field, "of");
    int person = facts_person(facts, of ? of : "");
    for (const struct json_node *id = json_first(json_get(field, "ids")); id;
         id = json_next(id)) {
        const struct json_node *parts[PARTS] = {json_first(id)};
        for (int i = 1; i < PARTS && parts[i - 1]; i++)
            parts[i] = json_next(parts[i - 1]);
        const char *authority = json_text(parts[AUTHORITY]);
        const struct fact_id read = {.authority = authority ? authority : "",
                                     .value = json_text(parts[VALUE]),
                                     .type = json_text(parts[TYPE]),
                                     .record = json_is_true(parts[RECORD]),
                                     .bare = json_is_true(parts[BARE])};
        facts_person_put(facts, person, &read);
    }
    return person;
}

static bool read_field(struct facts *facts, struct fact *fact,
                       const struct json_node *field)
{
    const char *name = json_get_text(field, "column");
    const char *where = json_get_text(field, "where");
    const char *text = json_get_text(field, "text");
    const char *from = json_get_text(field, "from");
    if (!name || !layout_column(fact->table, name) ||
        fact->field_count == FACT_FIELDS_MAX)
        return false;
    where = where ? arena_text(facts->arena, where) : NULL;
    if (json_get(field, "ids"))
        fact_put_person(fact, name, read_person(facts, field), where);
    else if (text)
        fact_put_from(fact, name, text, where, from ? from : text);
    else
        return false;
    fact->fields[fact->field_count - 1].wrong =
        arena_text(facts->arena, json_get_text(field, "wrong"));
    fact_of(fact, name, json_get_text(field, "by"));
    if (json_is_true(json_get(field, "new")))
        fact_only_new(fact);
    if (json_is_true(json_get(field, "assumed")))
        fact_assumed(fact);
    return true;
}

static bool read_row(struct facts *facts, const char *kind,
                     const struct json_node *root)
{
    enum fact_verb verb;
    if (!layout_find(kind) || !verb_find(json_get_text(root, "verb"), &verb))
        return false;
    struct fact *fact = facts_row(facts, kind, verb);
    fact->begins = json_is_true(json_get(root, "begins"));
    fact->stay = arena_text(facts->arena, json_get_text(root, "stay"));
    fact->stay_owner = arena_text(facts->arena, json_get_text(root, "stay_by"));
    fact->stay_theirs = json_is_true(json_get(root, "stay_theirs"));
    fact->stay_over = json_is_true(json_get(root, "over"));
    fact->of_stay = json_is_true(json_get(root, "of_stay"));
    fact->vague = fact->waits = json_is_true(json_get(root, "waits"));
    for (const struct json_node *field = json_first(json_get(root, "fields"));
         field; field = json_next(field))
        if (!read_field(facts, fact, field))
            return false;
    const struct json_node *about = json_get(root, "about");
    facts->subject = about ? read_person(facts, about) : -1;
    return fact->field_count > 0;
}

struct facts *pending_read(const struct waiting_kept *kept)
{
    struct error ignored = {0};
    struct json *doc =
        json_parse(kept->content, strlen(kept->content), 0, &ignored, NULL);
    struct facts *facts = facts_new(kept->source);
    facts->message_id =
        kept->message ? arena_text(facts->arena, kept->message) : NULL;
    facts->at = kept->at;
    const char *facility =
        doc ? json_get_text(json_root(doc), "facility") : NULL;
    facts->facility = facility ? arena_text(facts->arena, facility) : NULL;
    bool good = doc && read_row(facts, kept->kind, json_root(doc));
    /* (behind the fields: who gave out their ids is said of each) */
    if (good)
        facts->sender =
            arena_text(facts->arena, json_get_text(json_root(doc), "sender"));
    json_free(doc);
    if (good)
        return facts;
    facts_free(facts);
    return NULL;
}
