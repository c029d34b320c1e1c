/* SPDX-License-Identifier: Apache-2.0 */
#include "feeds/fhir_read.h"

#include <string.h>

#include "base/text.h"

#include "feeds/fhir_delete.h"

static bool facts_read(const struct fhir_reader *reader,
                       const struct fhir_entry *entry, struct facts **out,
                       enum fhir_verdict *verdict, struct error *err)
{
    struct facts *facts = *out = facts_new(reader->source);
    bool done = true;
    if (entry->wish == FHIR_DELETE) {
        const struct fhir_deletion deletion = {.type = entry->type,
                                               .id = entry->id,
                                               .url = entry->full_url,
                                               .by_identifier =
                                                   entry->value != NULL,
                                               .system = entry->system};
        done = fhir_delete(reader->store, &deletion, facts, verdict, err);
    } else {
        struct json *own = fhir_names_resolve(reader->names, entry);
        *verdict = fhir_facts(own ? json_root(own) : entry->resource,
                              entry->full_url, &reader->options, facts);
        json_free(own);
    }
    facts->message_id = reader->message_id;
    if (facts->at == INSTANT_NEVER) {
        facts->at = reader->at;
        facts->at_where = "Bundle.timestamp";
    }
    return done;
}

/* Of which type of resource it is an id: "Patient" of "fhir/Patient". */
static const char *type_of(const struct fact_id *id)
{
    const char *slash = strrchr(id->authority, '/');
    return slash ? slash + 1 : "";
}

/* Their own ids, without the one that is of this Bundle alone. When that is all
 * they have, a name that the sender made up for them is better than none. */
static struct fact_person *local_drop(const struct fhir_entry *entry,
                                      struct facts *facts)
{
    for (size_t p = 0; p < facts->person_count; p++) {
        struct fact_person *person = &facts->people[p];
        for (size_t i = 0; i < person->id_count; i++) {
            if (!text_equal(type_of(&person->ids[i]), entry->type) ||
                !text_equal(person->ids[i].value, entry->id))
                continue;
            if (person->id_count == 1) {
                if (entry->made_up)
                    facts_fatal(facts, "id", NULL,
                                "no id: nobody could change it later");
                return person;
            }
            memmove(&person->ids[i], &person->ids[i + 1],
                    (person->id_count - i - 1) * sizeof(person->ids[0]));
            person->id_count--;
            return person;
        }
    }
    return NULL;
}

bool fhir_read_self(const struct fhir_reader *reader,
                    const struct fhir_entry *entry, struct error *err)
{
    struct facts *facts;
    enum fhir_verdict verdict;
    if (!entry->local || entry->flaw.status)
        return true;
    bool done = facts_read(reader, entry, &facts, &verdict, err);
    const struct fact_person *self = local_drop(entry, facts);
    if (self)
        fhir_names_know(reader->names, entry, self);
    facts_free(facts);
    return done;
}

/* Whoever is known by an id of the Bundle alone is known by their others. */
static void person_settle(const struct fhir_names *names,
                          struct fact_person *person)
{
    const char *where = person->where;
    for (size_t i = 0; i < person->id_count; i++) {
        const struct fact_person *self = fhir_names_person(
            names, type_of(&person->ids[i]), person->ids[i].value);
        if (!self)
            continue;
        *person = *self;
        person->where = where;
        return;
    }
}

/* It is only for who is not there yet. Consents never change, and are known by
 * all that they say. */
static void only_new(const struct fhir_entry *entry, struct facts *facts)
{
    if (text_equal(entry->type, "Patient") && facts->person_count > 0)
        facts_person_id(facts, 0, entry->system, entry->value, NULL);
    for (size_t i = 0; i < facts->count; i++)
        facts->items[i].only_new =
            !text_equal(facts->items[i].table->name, "consents");
}

bool fhir_read(const struct fhir_reader *reader, const struct fhir_entry *entry,
               struct facts **out, enum fhir_verdict *verdict,
               struct error *err)
{
    bool done = facts_read(reader, entry, out, verdict, err);
    struct facts *facts = *out;
    if (entry->local)
        local_drop(entry, facts);
    for (size_t i = 0; i < facts->person_count; i++)
        person_settle(reader->names, &facts->people[i]);
    if (entry->wish == FHIR_CREATE)
        only_new(entry, facts);
    if (facts_is_fatal(facts))
        *verdict = FHIR_WRONG;
    return done;
}
