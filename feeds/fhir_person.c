/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patient, RelatedPerson, and the places they go to. Of telecoms those that
 * are of use now, the best first: by rank, then mobile before home before
 * temporary before work. What is old or over is not kept: it may be a
 * stranger's by now.
 */
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"

#include "feeds/fhir_own.h"
#include "feeds/kin.h"
#include "feeds/mapping.h"

/* Ranks of the store (as of a CSV row's mobile number) begin at ten. */
enum { TELECOMS_MAX = 12, UNRANKED = 1000, FIRST_RANK = 10 };

/* Ids that name no record, by HL7 table 0203. */
static bool names_a_record(const struct json_node *identifier)
{
    static const char *const others[] = {"SS",  "DL", "PPN", "TAX", "SB",
                                         "MCN", "BC", "NI",  "MB",  "AN"};
    const char *code = fhir_code(json_get(identifier, "type"));
    const char *system = json_get_text(identifier, "system");
    const char *use = json_get_text(identifier, "use");
    if (text_equal(system, "http://hl7.org/fhir/sid/us-ssn") ||
        text_equal(use, "old"))
        return false;
    for (size_t i = 0; code && i < sizeof(others) / sizeof(others[0]); i++)
        if (text_equal(code, others[i]))
            return false;
    return true;
}

/* By the record number that a mapping finds; -1: there is none. What else they
 * are known by is beside it: other resources name them so. */
static int record_of(struct fhir_reading *it)
{
    struct remapped mapped;
    const struct json_node *in = NULL;
    if (!text_equal(it->type, "Patient") ||
        !remap_text(&it->remap, "patients", "mrn", &mapped) || !mapped.text)
        return -1;
    const struct formula *formula = mapped.column->formula;
    if (formula->kind == FORMULA_COLUMN)
        fhir_path_text(it, formula, &in);
    int person = facts_person(it->facts, mapped.where);
    facts_person_id(it->facts, person, json_get_text(in, "system"), mapped.text,
                    NULL);
    it->facts->people[person].ids[0].record = true;
    it->facts->people[person].rule = mapped.rule;
    return person;
}

/* By the resource's own id, by its entry's url, by each of its identifiers. */
static int person_of(struct fhir_reading *it)
{
    int person = record_of(it);
    if (person < 0)
        person = facts_person(it->facts, fhir_where(it, "identifier"));
    for (const struct json_node *one =
             json_first(json_get(it->resource, "identifier"));
         one; one = json_next(one))
        if (names_a_record(one))
            facts_person_id(it->facts, person, json_get_text(one, "system"),
                            json_get_text(one, "value"),
                            fhir_code(json_get(one, "type")));
    facts_person_id(it->facts, person,
                    fhir_authority(it->facts->arena, it->base, it->type),
                    it->id, NULL);
    const char *url = it->full_url;
    const char *slash = url ? strrchr(url, '/') : NULL;
    if (slash && slash > url)
        facts_person_id(
            it->facts, person,
            arena_text_n(it->facts->arena, url, (size_t)(slash - url)),
            slash + 1, NULL);
    return person;
}

/* Names and places ------------------------------------------------------------
 */

/* Of a list, the member whose `use` comes first in `wanted`. */
static const struct json_node *preferred(const struct json_node *list,
                                         const char *const *wanted)
{
    for (; *wanted; wanted++)
        for (const struct json_node *one = json_first(list); one;
             one = json_next(one))
            if (text_equal(json_get_text(one, "use"), *wanted))
                return one;
    for (const struct json_node *one = json_first(list); one;
         one = json_next(one))
        if (!json_get_text(one, "use"))
            return one;
    return NULL;
}

/* `in`: where that stands, "contact[0]."; "": in the resource itself. */
static void put_name(struct fhir_reading *it, struct fact *fact,
                     const struct json_node *name, const char *in)
{
    fact_put(fact, "first_name", json_text(json_first(json_get(name, "given"))),
             fhir_where(it, "%sname.given[0]", in));
    fact_put(fact, "last_name", json_get_text(name, "family"),
             fhir_where(it, "%sname.family", in));
}

static void put_address(struct fhir_reading *it, struct fact *fact)
{
    static const char *const wanted[] = {"home", "temp", NULL};
    const struct json_node *list = json_get(it->resource, "address");
    const struct json_node *address = preferred(list, wanted);
    if (json_type(list) == JSON_OBJECT)
        address = list; /* of a Location */
    if (!address)
        return;
    const char *country = json_get_text(address, "country");
    bool abroad = country && *country && !text_equal_nocase(country, "US") &&
                  !text_equal_nocase(country, "USA");
    const struct {
        const char *column, *text;
        bool national;
    } parts[] = {
        {"street", json_text(json_first(json_get(address, "line"))), false},
        {"city", json_get_text(address, "city"), false},
        {"state", json_get_text(address, "state"), true},
        {"zip", json_get_text(address, "postalCode"), true}};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        fact_put(fact, parts[i].column,
                 parts[i].text && !(abroad && parts[i].national) ? parts[i].text
                                                                 : "",
                 fhir_where(it, "address"));
}

/* Telecoms --------------------------------------------------------------------
 */

struct telecom {
    const char *column, *value;
    int64_t rank;
    int use;
    size_t place;
};

static int compare(const void *left, const void *right)
{
    const struct telecom *a = left, *b = right;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a->use != b->use)
        return a->use - b->use;
    return a->place < b->place ? -1 : a->place > b->place;
}

static const char *column_of(const char *system, const char *use)
{
    if (text_equal(system, "email"))
        return "email";
    if (text_equal(system, "sms") || text_equal(use, "mobile"))
        return "mobile";
    return text_equal(use, "work") ? "work_phone" : "phone";
}

static bool is_over(struct fhir_reading *it, const struct json_node *period)
{
    return fhir_is_past(it, json_get_text(period, "end")) ||
           fhir_is_to_come(it, json_get_text(period, "start"));
}

static bool telecom_read(struct fhir_reading *it, const struct json_node *from,
                         const char *in, struct telecom *out)
{
    static const char *const uses[] = {"mobile", "home", "temp", "work"};
    const char *system = json_get_text(from, "system");
    const char *use = json_get_text(from, "use");
    const char *where = fhir_where(it, "%stelecom[%zu]", in, out->place);
    out->value = json_get_text(from, "value");
    if (text_blank(out->value))
        return false;
    if (!text_equal(system, "phone") && !text_equal(system, "sms") &&
        !text_equal(system, "email")) {
        facts_ignore(it->facts, where, system,
                     "takes no message, nor a call for the patient");
        return false;
    }
    if (text_equal(use, "old") || is_over(it, json_get(from, "period"))) {
        facts_ignore(it->facts, where, NULL, "is old, or not theirs yet");
        return false;
    }
    out->column = column_of(system, use);
    if (!json_integer(json_get(from, "rank"), &out->rank))
        out->rank = UNRANKED;
    out->use = 4;
    for (int i = 0; i < 4; i++)
        if (text_equal(use, uses[i]))
            out->use = i;
    return true;
}

/* A server sends and writes a resource as a whole, and says where it does not.
 */
static bool is_whole(struct fhir_reading *it)
{
    for (const struct json_node *tag =
             json_first(json_get(json_get(it->resource, "meta"), "tag"));
         tag; tag = json_next(tag))
        if (text_equal(json_get_text(tag, "code"), "SUBSETTED"))
            return false;
    return true;
}

static void put_telecoms(struct fhir_reading *it, struct fact *fact,
                         const struct json_node *list, const char *in)
{
    struct telecom telecoms[TELECOMS_MAX];
    size_t count = 0, place = 0;
    for (const struct json_node *one = json_first(list); one;
         one = json_next(one), place++) {
        if (count == TELECOMS_MAX) {
            facts_ignore(it->facts, fhir_where(it, "%stelecom[%zu]", in, place),
                         NULL, "more numbers than are kept");
            break;
        }
        telecoms[count].place = place;
        count += telecom_read(it, one, in, &telecoms[count]);
    }
    if (count > 0)
        qsort(telecoms, count, sizeof(telecoms[0]), compare);
    bool ranked = count > 0 && telecoms[0].rank != UNRANKED;
    for (size_t i = 0; i < count; i++) {
        fact_put(fact, telecoms[i].column, telecoms[i].value,
                 fhir_where(it, "%stelecom[%zu]", in, telecoms[i].place));
        if (ranked)
            fact_rank(fact, FIRST_RANK + (int)i);
    }
    /* All that were there are none any more: of this source, where it says of
       each that it is over, or names none, as FHIR has no empty list. */
    bool listed = json_type(list) == JSON_ARRAY;
    if (count == 0 && (listed || json_type(list) == JSON_NULL) &&
        is_whole(it)) {
        fact_put(fact, "phone", "", fhir_where(it, "%stelecom", in));
        fact->ended = place > 0 || !listed;
    }
}

/* Patient ---------------------------------------------------------------------
 */

static void put_language(struct fhir_reading *it, struct fact *fact)
{
    const struct json_node *first = NULL;
    size_t i = 0, at = 0;
    for (const struct json_node *one =
             json_first(json_get(it->resource, "communication"));
         one; one = json_next(one), i++) {
        if (!first || json_is_true(json_get(one, "preferred"))) {
            first = one;
            at = i;
        }
        if (json_is_true(json_get(one, "preferred")))
            break;
    }
    fact_put(fact, "language", fhir_code(json_get(first, "language")),
             fhir_where(it, "communication[%zu].language", at));
}

static void put_life(struct fhir_reading *it, struct fact *fact)
{
    const struct json_node *active = json_get(it->resource, "active");
    const struct json_node *dead = json_get(it->resource, "deceasedBoolean");
    if (json_type(active) == JSON_BOOL)
        fact_put(fact, "active", json_is_true(active) ? "yes" : "no",
                 fhir_where(it, "active"));
    if (json_get(it->resource, "deceasedDateTime")) {
        if (!fhir_put_time(it, fact, "deceased",
                           json_get(it->resource, "deceasedDateTime"),
                           fhir_where(it, "deceasedDateTime"), false))
            fact_put(fact, "deceased", "yes",
                     fhir_where(it, "deceasedDateTime"));
    } else if (json_type(dead) == JSON_BOOL) {
        fact_put(fact, "deceased", json_is_true(dead) ? "yes" : "no",
                 fhir_where(it, "deceasedBoolean"));
    } else {
        fact->no_death = is_whole(it) && !fact_is_mapped(fact, "deceased");
    }
}

/* One without a day is kept as far as it is known. */
static void put_birth(struct fhir_reading *it, struct fact *fact)
{
    struct civil_date latest;
    const char *text = fhir_text(it, "birthDate");
    if (civil_parse_latest(text, &latest))
        fact_put(fact, "birth_date", text, fhir_where(it, "birthDate"));
    else
        fhir_put_time(it, fact, "birth_date",
                      json_get(it->resource, "birthDate"),
                      fhir_where(it, "birthDate"), true);
}

static void put_about(struct fhir_reading *it, struct fact *fact)
{
    static const char *const wanted[] = {"official", "usual", NULL};
    put_name(it, fact, preferred(json_get(it->resource, "name"), wanted), "");
    put_birth(it, fact);
    fact_put(fact, "sex", fhir_text(it, "gender"), fhir_where(it, "gender"));
    put_address(it, fact);
    put_language(it, fact);
    put_telecoms(it, fact, json_get(it->resource, "telecom"), "");
}

/* Whose record this one is now, or that is now a part of this one. One that is
 * in use and names no other is one of its own, whatever was said before. */
static void put_links(struct fhir_reading *it, int person)
{
    size_t i = 0;
    const struct json_node *active = json_get(it->resource, "active");
    if (json_type(active) != JSON_BOOL || json_is_true(active))
        it->facts->alone = person;
    for (const struct json_node *link =
             json_first(json_get(it->resource, "link"));
         link; link = json_next(link), i++) {
        const char *type = json_get_text(link, "type");
        const char *where = fhir_where(it, "link[%zu]", i);
        bool replaced = text_equal(type, "replaced-by");
        if (!replaced && !text_equal(type, "replaces"))
            continue;
        if (replaced)
            it->facts->alone = -1;
        if (i >= FHIR_ROWS_MAX) {
            facts_fault(it->facts, fhir_where(it, "link"), NULL,
                        FHIR_ROWS_TOLD);
            return;
        }
        int other = fhir_person(it, json_get(link, "other"), where);
        if (other < 0) {
            facts_fault(it->facts, where, NULL, "names nobody");
            continue;
        }
        struct fact *fact = facts_row(it->facts, "patients", FACT_MERGE);
        fact_put_person(fact, "mrn", replaced ? person : other, where);
        fact_put_person(fact, "merged_into", replaced ? other : person, where);
    }
}

/* v3-RoleCode, or HL7 table 0063: who speaks for a child. */
static bool is_guardian(const struct json_node *who)
{
    static const char *const roles[] = {
        "GUARD",  "PRN",     "PARNT",   "MTH",     "FTH",    "NMTH",
        "NFTH",   "STPPRN",  "STPMTH",  "STPFTH",  "ADOPTP", "ADOPTM",
        "ADOPTF", "PRNFOST", "HPOWATT", "RESPRSN", "PAR",    "GRD"};
    for (const struct json_node *one =
             json_first(json_get(who, "relationship"));
         one; one = json_next(one))
        for (const struct json_node *coding =
                 json_first(json_get(one, "coding"));
             coding; coding = json_next(coding))
            for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
                if (text_equal(json_get_text(coding, "code"), roles[i]))
                    return true;
    return false;
}

/* The first contact who speaks for a child and can be reached; `*over`: there
 * was one. */
static const struct json_node *guardian_of(struct fhir_reading *it,
                                           size_t *place, bool *over)
{
    size_t i = 0;
    for (const struct json_node *one =
             json_first(json_get(it->resource, "contact"));
         one; one = json_next(one), i++) {
        if (!is_guardian(one) || !json_first(json_get(one, "telecom")))
            continue;
        *place = i;
        if (!is_over(it, json_get(one, "period")))
            return one;
        *over = true;
    }
    return NULL;
}

/* Contacts have no id: a parent is one record behind the child's, as in HL7.
 * Whoever is not named any more, or is over, speaks for them no more by the
 * word of this server. */
static void put_contact(struct fhir_reading *it, int child)
{
    size_t i = 0;
    bool over = false;
    bool any = json_get(it->resource, "contact");
    bool minor = kin_is_minor(fhir_text(it, "birthDate"),
                              zone_today(zone_utc(), it->options->now));
    const struct json_node *one = minor ? guardian_of(it, &i, &over) : NULL;
    if (!one && any)
        facts_ignore(it->facts, fhir_where(it, "contact"), NULL,
                     over    ? "they speak for the child no more"
                     : minor ? "no parent or guardian with a number among them"
                             : "no child: nobody else is written to");
    const struct kin kin = {.name = "contact", .ward = child};
    if (!one && minor && (over || is_whole(it)))
        kin_end(it->facts, &kin, fhir_where(it, "contact"));
    if (!one)
        return;
    const char *in = facts_format(it->facts, "contact[%zu].", i);
    const char *where = fhir_where(it, "contact[%zu]", i);
    int person;
    struct fact *fact = kin_row(it->facts, &kin, where, &person);
    if (!fact)
        return;
    put_name(it, fact, json_get(one, "name"), in);
    put_telecoms(it, fact, json_get(one, "telecom"), in);
    fact_put(fact, "active", "yes", where);
    fact = facts_row(it->facts, "patients", FACT_SAY);
    fact_put_person(fact, "mrn", child, it->facts->people[child].where);
    fact_put_person(fact, "guardian", person, where);
}

/* Where they go: to whoever keeps the record, else to the practice of their
 * own doctor. */
static void put_clinic(struct fhir_reading *it, struct fact *fact)
{
    const struct json_node *keeper =
        json_get(it->resource, "managingOrganization");
    size_t i = 0;
    bool found = keeper != NULL;
    fhir_put_key(it, fact, "clinic", keeper,
                 fhir_where(it, "managingOrganization"));
    for (const struct json_node *one =
             json_first(json_get(it->resource, "generalPractitioner"));
         one; one = json_next(one), i++) {
        const char *where = fhir_where(it, "generalPractitioner[%zu]", i);
        bool practice = text_equal(fhir_kind(it, one), "Organization");
        if (practice && !found)
            fhir_put_key(it, fact, "clinic", one, where);
        else
            facts_ignore(it->facts, where, NULL,
                         practice ? "another clinic is theirs already"
                                  : "a person: only visits name who treats");
        found = found || practice;
    }
}

bool fhir_patient(struct fhir_reading *it)
{
    int person = person_of(it);
    struct fact *fact = fhir_row_bare(it, "patients", FACT_SAY);
    fact_put_person(fact, "mrn", person, it->facts->people[person].where);
    put_about(it, fact);
    put_life(it, fact);
    put_clinic(it, fact);
    put_contact(it, person);
    put_links(it, person);
    return true;
}

/* A parent who is no patient of ours is somebody with numbers, and no more. */
bool fhir_related(struct fhir_reading *it)
{
    if (!is_guardian(it->resource)) {
        facts_ignore(it->facts, fhir_where(it, "relationship"), NULL,
                     "no guardian: nobody writes to them");
        return false;
    }
    int child = fhir_subject(it);
    if (child < 0)
        return false;
    int person = person_of(it);
    struct fact *fact = facts_row(it->facts, "patients", FACT_SAY);
    fact_put_person(fact, "mrn", person, fhir_where(it, "identifier"));
    /* One who is it no more stays the guardian, and is reached no more: without
       one the child would be written to in person. */
    const struct json_node *active = json_get(it->resource, "active");
    bool ended = is_over(it, json_get(it->resource, "period")) ||
                 (json_type(active) == JSON_BOOL && !json_is_true(active));
    put_about(it, fact);
    fact_put(fact, "active", ended ? "no" : "yes",
             fhir_where(it, ended ? "period, active" : "active"));
    if (ended)
        return true;
    fact = facts_row(it->facts, "patients", FACT_SAY);
    fact_put_person(fact, "mrn", child, fhir_where(it, "patient"));
    fact_put_person(fact, "guardian", person, fhir_where(it, "id"));
    return true;
}

/* Places ----------------------------------------------------------------------
 */

bool fhir_place(struct fhir_reading *it)
{
    struct fact *fact = fhir_row_bare(it, "clinics", FACT_SAY);
    fact_put(fact, "id", it->id, fhir_where(it, "id"));
    fact_sort(fact, "id", it->type);
    fact_put(fact, "name", fhir_text(it, "name"), fhir_where(it, "name"));
    if (text_blank(fact_text(fact, "name"))) {
        facts_ignore(it->facts, fhir_where(it, "name"), NULL,
                     "a place without a name: nobody would know it");
        facts_unrow(it->facts);
        return false;
    }
    put_address(it, fact);
    size_t i = 0;
    for (const struct json_node *one =
             json_first(json_get(it->resource, "telecom"));
         one; one = json_next(one), i++)
        if (text_equal(json_get_text(one, "system"), "phone")) {
            fact_put(fact, "phone", json_get_text(one, "value"),
                     fhir_where(it, "telecom[%zu]", i));
            break;
        }
    return true;
}
