/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which resource this is, and the tools with which its members are read:
 * references of every kind, codes, partial dates. What a type means stands in
 * a file of its own.
 */
#include "feeds/fhir.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"

#include "feeds/fhir_own.h"
#include "feeds/fhir_path.h"

const char *fhir_where(struct fhir_reading *it, const char *path, ...)
{
    char text[200];
    va_list args;
    text_copy(text, sizeof(text) / 2, it->type);
    size_t len = strlen(text);
    text[len++] = '.';
    va_start(args, path);
    vsnprintf(text + len, sizeof(text) - len, path, args);
    va_end(args);
    return arena_text(it->facts->arena, text);
}

const char *fhir_text(struct fhir_reading *it, const char *key)
{
    return json_get_text(it->resource, key);
}

bool fhir_is_forbidden(struct fhir_reading *it)
{
    if (!json_is_true(json_get(it->resource, "doNotPerform")))
        return false;
    facts_ignore(it->facts, fhir_where(it, "doNotPerform"), "true",
                 "asks that it is not done");
    return true;
}

/* References ------------------------------------------------------------------
 */

/* What a literal reference says: a path "Patient/7" (also absolute, also of a
 * version), "urn:uuid:..", or a search "Patient?identifier=system|value". */
struct named {
    const char *base;      /* the server that it names; NULL: by no server's
                              id, but by one of this authority */
    const char *authority; /* NULL: not said */
    const char *kind, *value;
};

static struct named search_read(struct facts *facts, const char *kind,
                                const char *query)
{
    const char *given = strstr(query, "identifier=");
    struct named named = {.kind = kind};
    if (!given)
        return named;
    given += strlen("identifier=");
    const char *bar = strchr(given, '|');
    size_t len = strcspn(bar ? bar + 1 : given, "&");
    named.value = arena_text_n(facts->arena, bar ? bar + 1 : given, len);
    named.authority =
        bar ? arena_text_n(facts->arena, given, (size_t)(bar - given)) : "";
    return named;
}

/* A relative one is of the server that the resource is of itself. */
static struct named literal_read(struct fhir_reading *it, const char *text)
{
    struct facts *facts = it->facts;
    char *path = arena_text(facts->arena, text);
    if (text_starts(path, "urn:uuid:") || text_starts(path, "urn:oid:")) {
        char *value = strrchr(path, ':');
        *value = '\0';
        return (struct named){
            .authority = path, .kind = "", .value = value + 1};
    }
    char *query = strchr(path, '?');
    if (query) {
        *query = '\0';
        char *slash = strrchr(path, '/');
        return search_read(facts, slash ? slash + 1 : path, query + 1);
    }
    char *version = strstr(path, "/_history/");
    if (version)
        *version = '\0';
    char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return (struct named){.kind = ""};
    *slash = '\0';
    char *kind = strrchr(path, '/');
    struct named named = {.kind = kind ? kind + 1 : path, .value = slash + 1};
    if (kind)
        *kind = '\0';
    named.base = kind ? path
                      : fhir_bases_find(it->options->bases, path, named.value,
                                        it->by_url);
    if (!named.base)
        named.base = it->base;
    return named;
}

static struct named reference_read(struct fhir_reading *it,
                                   const struct json_node *of)
{
    const char *text = json_get_text(of, "reference");
    struct named named = {.kind = ""};
    if (text && text[0] != '#')
        named = literal_read(it, text);
    if (!named.value) {
        const struct json_node *identifier = json_get(of, "identifier");
        named.value = json_get_text(identifier, "value");
        named.authority = json_get_text(identifier, "system");
    }
    const char *type = json_get_text(of, "type");
    if (!*named.kind && type)
        named.kind = type;
    return named;
}

const char *fhir_key(struct fhir_reading *it, const struct json_node *of)
{
    return reference_read(it, of).value;
}

void fhir_put_key(struct fhir_reading *it, struct fact *fact,
                  const char *column, const struct json_node *of,
                  const char *where)
{
    struct named named = reference_read(it, of);
    fact_put(fact, column, named.value, where);
    fact_of(fact, column, named.base);
    if (named.base && text_equal(column, "clinic"))
        fact_sort(fact, column, named.kind);
}

const char *fhir_kind(struct fhir_reading *it, const struct json_node *of)
{
    return reference_read(it, of).kind;
}

int fhir_person(struct fhir_reading *it, const struct json_node *of,
                const char *where)
{
    struct named named = reference_read(it, of);
    const struct json_node *identifier = json_get(of, "identifier");
    if (!named.value)
        return -1;
    if (named.base)
        named.authority =
            fhir_authority(it->facts->arena, named.base, named.kind);
    int person = facts_person(it->facts, where);
    facts_person_id(it->facts, person, named.authority, named.value, NULL);
    facts_person_id(it->facts, person, json_get_text(identifier, "system"),
                    json_get_text(identifier, "value"), NULL);
    return person;
}

int fhir_subject(struct fhir_reading *it)
{
    const struct json_node *of = json_get(it->resource, "subject");
    const char *member = of ? "subject" : "patient";
    if (!of)
        of = json_get(it->resource, "patient");
    const char *kind = of ? fhir_kind(it, of) : "";
    if (*kind && !text_equal(kind, "Patient")) {
        facts_ignore(it->facts, fhir_where(it, "%s", member), kind,
                     "is about no patient");
        return -1;
    }
    int person = of ? fhir_person(it, of, fhir_where(it, "%s", member)) : -1;
    if (person < 0)
        facts_fatal(it->facts, fhir_where(it, "%s", member), NULL,
                    "names no patient");
    return person;
}

const struct json_node *fhir_contained(struct fhir_reading *it,
                                       const struct json_node *of)
{
    const char *text = json_get_text(of, "reference");
    if (!text || text[0] != '#')
        return NULL;
    for (const struct json_node *one =
             json_first(json_get(it->resource, "contained"));
         one; one = json_next(one))
        if (text_equal(json_get_text(one, "id"), text + 1))
            return one;
    return NULL;
}

/* Codes -----------------------------------------------------------------------
 */

const char *fhir_coding(struct fhir_reading *it, const char *table,
                        const struct json_node *coding)
{
    const char *system = json_get_text(coding, "system");
    const char *code = json_get_text(coding, "code");
    if (system && text_starts(system, "urn:oid:"))
        system += strlen("urn:oid:");
    return code ? terms_find(it->options->terms, table, system, code) : NULL;
}

const char *fhir_coded(struct fhir_reading *it, const char *table,
                       const struct json_node *concept)
{
    for (const struct json_node *coding =
             json_first(json_get(concept, "coding"));
         coding; coding = json_next(coding)) {
        const char *found = fhir_coding(it, table, coding);
        if (found)
            return found;
    }
    return NULL;
}

const char *fhir_words(const struct json_node *concept)
{
    const char *text = json_get_text(concept, "text");
    for (const struct json_node *coding =
             json_first(json_get(concept, "coding"));
         coding && text_blank(text); coding = json_next(coding))
        text = json_get_text(coding, "display");
    return text_blank(text) ? NULL : text;
}

const char *fhir_code(const struct json_node *concept)
{
    for (const struct json_node *coding =
             json_first(json_get(concept, "coding"));
         coding; coding = json_next(coding))
        if (!text_blank(json_get_text(coding, "code")))
            return json_get_text(coding, "code");
    return NULL;
}

/* Times -----------------------------------------------------------------------
 */

/* "1980", "1980-02": so far nobody may guess the rest. */
static bool is_partial(const char *text)
{
    size_t len = strspn(text, "0123456789-");
    return text[len] == '\0' && (len == 4 || len == 7);
}

static bool time_is_read(const char *text)
{
    struct civil local;
    struct civil_date date;
    bool has_offset;
    int offset;
    return civil_parse_date(text, &date) ||
           civil_parse(text, &local, &has_offset, &offset);
}

bool fhir_put_time(struct fhir_reading *it, struct fact *fact,
                   const char *column, const struct json_node *of,
                   const char *where, bool day)
{
    const char *text = json_text(of);
    if (fact_is_mapped(fact, column))
        return !text_blank(fact_text(fact, column));
    if (text_blank(text))
        return false;
    if (is_partial(text) || !time_is_read(text)) {
        facts_fault_personal(it->facts, where, text,
                             is_partial(text)
                                 ? "has no day, and none is guessed"
                                 : "is no date or time of FHIR");
        return false;
    }
    fact_put_from(fact, column,
                  day ? arena_text_n(it->facts->arena, text, 10) : text, where,
                  text);
    return true;
}

/* Before (-1) or behind today; of a partial date as many places are compared as
 * there are. */
static int compare_today(struct fhir_reading *it, const char *text)
{
    char today[CIVIL_TEXT_MAX];
    civil_date_text(zone_today(zone_utc(), it->options->now), today);
    size_t len = strnlen(text, strlen("2026-11-23"));
    return strncmp(text, today, len);
}

bool fhir_is_past(struct fhir_reading *it, const char *text)
{
    return text && compare_today(it, text) < 0;
}

bool fhir_is_to_come(struct fhir_reading *it, const char *text)
{
    return text && compare_today(it, text) > 0;
}

const struct json_node *fhir_choice(const struct json_node *resource,
                                    const char *stem, bool ends)
{
    static const char *const types[] = {"DateTime", "Instant", "Date"};
    char key[64];
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        snprintf(key, sizeof(key), "%s%s", stem, types[i]);
        if (json_get(resource, key))
            return json_get(resource, key);
    }
    snprintf(key, sizeof(key), "%sPeriod", stem);
    const struct json_node *period = json_get(resource, key);
    const struct json_node *first = json_get(period, ends ? "end" : "start");
    return first ? first : json_get(period, ends ? "start" : "end");
}

/* Mapping ---------------------------------------------------------------------
 */

static const char *node_text(struct fhir_reading *it,
                             const struct json_node *node)
{
    double number;
    if (json_type(node) == JSON_BOOL)
        return json_is_true(node) ? "yes" : "no";
    if (json_number(node, &number))
        return facts_format(it->facts, "%.15g", number);
    return text_blank(json_text(node)) ? NULL : json_text(node);
}

/* What stands for a whole object in one text: its value, its code, or whom it
 * names. */
static const char *object_text(struct fhir_reading *it,
                               const struct json_node *object)
{
    static const char *const members[] = {"value", "code"};
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        const struct json_node *node = json_get(object, members[i]);
        if (node && json_type(node) != JSON_OBJECT)
            return node_text(it, node);
    }
    return json_get(object, "coding") ? fhir_code(object)
                                      : fhir_key(it, object);
}

const char *fhir_path_text(struct fhir_reading *it, const struct formula *place,
                           const struct json_node **in)
{
    const struct json_node *node =
        fhir_path_find(place->fhir, it->resource, in);
    return json_type(node) == JSON_OBJECT ? object_text(it, node)
                                          : node_text(it, node);
}

static const char *look(void *arg, const struct formula *place, bool *erased)
{
    *erased = false;
    return fhir_path_text(arg, place, NULL);
}

struct fact *fhir_row_bare(struct fhir_reading *it, const char *table,
                           enum fact_verb verb)
{
    struct fact *fact = facts_row(it->facts, table, verb);
    remap_row(&it->remap, fact, NULL);
    return fact;
}

/* The resource ----------------------------------------------------------------
 */

struct fact *fhir_row(struct fhir_reading *it, const char *table,
                      enum fact_verb verb, int person)
{
    struct fact *fact = fhir_row_bare(it, table, verb);
    fact_put(fact, "id", it->id, fhir_where(it, "id"));
    if (text_equal(table, "screenings"))
        fact_sort(fact, "id", it->type);
    fact_put_person(fact, "patient", person,
                    person < 0 ? NULL : it->facts->people[person].where);
    return fact;
}

static const struct {
    const char *type;
    bool (*read)(struct fhir_reading *it);
} types[] = {
    {"Patient", fhir_patient},
    {"RelatedPerson", fhir_related},
    {"Location", fhir_place},
    {"Organization", fhir_place},
    {"Appointment", fhir_appointment},
    {"Encounter", fhir_encounter},
    {"MedicationRequest", fhir_request},
    {"MedicationDispense", fhir_dispense},
    {"Condition", fhir_condition},
    {"Procedure", fhir_procedure},
    {"Immunization", fhir_immunization},
    {"Observation", fhir_observation},
    {"DiagnosticReport", fhir_report},
    {"ServiceRequest", fhir_order},
    {"Consent", fhir_consent},
    {"Communication", fhir_communication},
};

enum fhir_verdict fhir_facts(const struct json_node *resource,
                             const char *full_url,
                             const struct fhir_options *options,
                             struct facts *facts)
{
    struct fhir_reading it = {.resource = resource,
                              .type = json_get_text(resource, "resourceType"),
                              .full_url = full_url,
                              .options = options,
                              .facts = facts};
    if (text_blank(it.type)) {
        facts_fatal(facts, "resourceType", NULL, "this is no FHIR resource");
        return FHIR_WRONG;
    }
    facts->what = arena_text(facts->arena, it.type);
    const char *updated =
        json_get_text(json_get(resource, "meta"), "lastUpdated");
    if (!updated || !civil_parse_instant(updated, &facts->at))
        facts->at = INSTANT_NEVER;
    facts->at_where = "meta.lastUpdated";
    size_t i = 0, count = sizeof(types) / sizeof(types[0]);
    while (i < count && !text_equal(types[i].type, it.type))
        i++;
    if (i == count)
        return FHIR_NOT_OURS;
    it.id = fhir_text(&it, "id");
    if (text_blank(it.id)) {
        facts_fatal(facts, fhir_where(&it, "id"), NULL,
                    "no id: nobody could change it later");
        return FHIR_WRONG;
    }
    fhir_shape(&it);
    it.base = fhir_base(facts->arena, full_url, it.type, resource, &it.by_url);
    if (!it.base)
        it.base = facts->source;
    /* whose the ids are says it, too: two servers are two sources */
    facts->source = facts->sender = facts->issuer =
        arena_text(facts->arena, it.base);
    remap_open(&it.remap, options->mapping, facts, look, &it);
    it.remap.type = it.type;
    bool ours = types[i].read(&it);
    remap_close(&it.remap);
    if (facts_is_fatal(facts))
        return FHIR_WRONG;
    return ours ? FHIR_UNDERSTOOD : FHIR_NOT_OURS;
}
