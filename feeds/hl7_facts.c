/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which message this is, who it is about, and the tools with which its fields
 * are read. What a kind of message means stands in a file of its own.
 */
#include "feeds/hl7_facts.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "feeds/convert.h"
#include "feeds/hl7_own.h"
#include "feeds/hl7_time.h"
#include "feeds/mapping.h"

/* Values ----------------------------------------------------------------------
 */

const char *hl7_where(struct hl7_reading *it, const char *segment, size_t field,
                      size_t component)
{
    return component > 1 ? facts_format(it->facts, "%s-%zu.%zu", segment, field,
                                        component)
                         : facts_format(it->facts, "%s-%zu", segment, field);
}

const char *hl7_said(struct hl7_reading *it, const struct hl7_segment *segment,
                     struct hl7_place place)
{
    const char *text = hl7_text(it->message, segment, place);
    return text == hl7_deleted ? "" : text;
}

void hl7_put(struct hl7_reading *it, struct fact *fact, const char *column,
             const struct hl7_segment *segment, size_t field, size_t component)
{
    const char *text =
        hl7_said(it, segment,
                 (struct hl7_place){.field = field, .component = component});
    if (text)
        fact_put(fact, column, text,
                 hl7_where(it, segment->name, field, component));
}

/* Times -----------------------------------------------------------------------
 */

const char *hl7_time(struct hl7_reading *it, const struct hl7_segment *segment,
                     struct hl7_place place, bool day)
{
    char out[CIVIL_TEXT_MAX];
    const char *text = hl7_said(it, segment, place);
    if (!text || !*text)
        return text;
    if (hl7_time_read(text, out, day))
        return facts_format(it->facts, "%s", out);
    facts_fault_personal(
        it->facts, hl7_where(it, segment->name, place.field, place.component),
        text, HL7_TIME_WANTED);
    return NULL;
}

void hl7_put_time(struct hl7_reading *it, struct fact *fact, const char *column,
                  const struct hl7_segment *segment, size_t field,
                  size_t component, bool day)
{
    const struct hl7_place place = {.field = field, .component = component};
    const char *text =
        fact_is_mapped(fact, column) ? NULL : hl7_time(it, segment, place, day);
    if (text)
        fact_put_from(fact, column, text,
                      hl7_where(it, segment->name, field, component),
                      hl7_said(it, segment, place));
}

/* Where it stands when it happened, and from 1 on when that was written down.
 */
static const struct {
    const char *segment;
    size_t field;
} times[] = {{"EVN", 6}, {"EVN", 2}, {"MSH", 7}};

static const char *time_from(struct hl7_reading *it, size_t first,
                             const struct hl7_segment **segment, size_t *field)
{
    for (size_t i = first; i < sizeof(times) / sizeof(times[0]); i++) {
        const struct hl7_segment *one =
            hl7_first(it->message, times[i].segment);
        const char *text = hl7_time(
            it, one, (struct hl7_place){.field = times[i].field}, false);
        if (!text || !*text)
            continue;
        *segment = one;
        *field = times[i].field;
        return text;
    }
    return NULL;
}

const char *hl7_happened(struct hl7_reading *it,
                         const struct hl7_segment **segment, size_t *field)
{
    return time_from(it, 0, segment, field);
}

/* News is of when it was recorded: EVN-6 of a cancellation is the hour of what
 * is cancelled, and what is entered late is news all the same. Which hour this
 * is hangs on the facility, which only the store knows. */
static void put_when(struct hl7_reading *it)
{
    struct facts *facts = it->facts;
    struct convert_moment moment;
    const struct hl7_segment *segment;
    size_t field;
    const char *facility = hl7_id(it, hl7_at(it->message, 0), 4);
    facts->facility = facility ? facts_format(facts, "%s", facility) : NULL;
    const char *text = time_from(it, 1, &segment, &field);
    if (!text || !convert_moment(text, it->options->zone, &moment))
        return;
    facts->at = moment.at;
    facts->at_span = hl7_time_span(hl7_id(it, segment, field));
    facts->at_where = hl7_where(it, segment->name, field, 0);
    facts->at_local = moment.has_offset ? NULL : text;
}

/* Ids and codes ---------------------------------------------------------------
 */

/* Account, insurance and social security numbers are no record numbers, and
 * are kept nowhere (HL7 table 0203). */
static bool names_a_record(const char *type)
{
    static const char *const kinds[] = {"MR", "MRN", "PI",  "PT",
                                        "EI", "U",   "EPI", "MRT"};
    if (!type)
        return true;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (text_equal_nocase(type, kinds[i]))
            return true;
    return false;
}

/* HD: its name, else its universal id. */
static const char *said_of(struct hl7_reading *it,
                           const struct hl7_segment *segment,
                           struct hl7_place name, struct hl7_place universal)
{
    const char *text = hl7_said(it, segment, name);
    if (text_blank(text))
        text = hl7_said(it, segment, universal);
    return text_blank(text) ? NULL : text;
}

/* CX-4, of the repetition at this place. */
static const char *authority_of(struct hl7_reading *it,
                                const struct hl7_segment *segment,
                                struct hl7_place place)
{
    struct hl7_place name = place, universal = place;
    name.component = universal.component = 4;
    name.sub = 0;
    universal.sub = 2;
    return said_of(it, segment, name, universal);
}

size_t hl7_times(struct hl7_reading *it, const struct hl7_segment *segment,
                 size_t field)
{
    size_t count = hl7_repeats(it->message, segment, field);
    if (count <= HL7_REPEATS_MAX)
        return count;
    facts_fault(
        it->facts, hl7_where(it, segment->name, field, 0),
        facts_format(it->facts, "%zu repetitions", count),
        facts_format(it->facts, "only the first %d are read", HL7_REPEATS_MAX));
    return HL7_REPEATS_MAX;
}

int hl7_person(struct hl7_reading *it, const struct hl7_segment *segment,
               size_t field)
{
    size_t count = hl7_times(it, segment, field);
    int person = -1;
    for (size_t r = 1; r <= count; r++) {
        struct hl7_place place = {.field = field, .repeat = r};
        const char *value = hl7_said(it, segment, place);
        place.component = 5;
        const char *type = hl7_said(it, segment, place);
        const char *authority = authority_of(it, segment, place);
        if (!value || !*value)
            continue;
        if (!names_a_record(type && *type ? type : NULL)) {
            facts_ignore(
                it->facts, hl7_where(it, segment->name, field, 0), NULL,
                facts_format(it->facts, "an id of type %s names no record",
                             type));
            continue;
        }
        if (person < 0)
            person =
                facts_person(it->facts, hl7_where(it, segment->name, field, 0));
        facts_person_id(it->facts, person, authority, value, type);
    }
    return person;
}

/* Whose number it is stands beside it, where the mapping names a CX. */
static const char *issuer_mapped(struct hl7_reading *it,
                                 const struct formula *formula)
{
    const struct hl7_segment *segment;
    struct hl7_place place;
    if (formula->kind != FORMULA_COLUMN ||
        !hl7_path_text(formula->hl7, it->message, it->scopes, it->scope_count,
                       &segment, &place) ||
        place.component > 1)
        return NULL;
    return authority_of(it, segment, place);
}

static int person_mapped(struct hl7_reading *it, const struct remapped *mapped)
{
    if (!mapped->text || !*mapped->text)
        return -1;
    int person = facts_person(it->facts, mapped->where);
    facts_person_id(it->facts, person,
                    issuer_mapped(it, mapped->column->formula), mapped->text,
                    "MR");
    it->facts->people[person].ids[0].record = true;
    it->facts->people[person].rule = mapped->rule;
    return person;
}

/* Each person of a message that merges or parts records has segments of their
 * own behind their PID. */
static void scope_person(struct hl7_reading *it, const struct hl7_segment *of)
{
    size_t count = hl7_count(it->message), from = of->line - 1, to = of->line;
    while (to < count && !text_equal(hl7_at(it->message, to)->name, of->name))
        to++;
    it->scope_count = 0;
    hl7_scope_add(it, from, to);
    hl7_scope_add(it, 0, hl7_index(it, of->name));
}

int hl7_record(struct hl7_reading *it, const struct hl7_segment *segment,
               bool old)
{
    struct remapped mapped;
    if (!segment)
        return -1;
    scope_person(it, segment);
    if (remap_text(&it->remap, "patients", old ? "old_mrn" : "mrn", &mapped))
        return person_mapped(it, &mapped);
    int person = hl7_person(it, segment, old ? 1 : 3);
    return person < 0 && !old ? hl7_person(it, segment, 2) : person;
}

const char *hl7_id(struct hl7_reading *it, const struct hl7_segment *segment,
                   size_t field)
{
    const char *text =
        hl7_said(it, segment, (struct hl7_place){.field = field});
    return text && *text ? text : NULL;
}

const char *hl7_id_authority(struct hl7_reading *it,
                             const struct hl7_segment *segment, size_t field,
                             bool cx)
{
    const struct hl7_place place = {.field = field};
    const struct hl7_place name = {.field = field, .component = 2};
    const struct hl7_place universal = {.field = field, .component = 3};
    return cx ? authority_of(it, segment, place)
              : said_of(it, segment, name, universal);
}

const char *hl7_coded(struct hl7_reading *it, const char *table,
                      const struct hl7_segment *segment, size_t field)
{
    for (size_t first = 1; first <= 4; first += 3) {
        const char *code =
            hl7_said(it, segment,
                     (struct hl7_place){.field = field, .component = first});
        const char *system = hl7_said(
            it, segment,
            (struct hl7_place){.field = field, .component = first + 2});
        const char *found =
            code && *code ? terms_find(it->options->terms, table,
                                       system && *system ? system : NULL, code)
                          : NULL;
        if (found)
            return found;
    }
    return NULL;
}

/* Rows ------------------------------------------------------------------------
 */

size_t hl7_index(const struct hl7_reading *it, const char *name)
{
    size_t i = 0;
    while (i < hl7_count(it->message) &&
           !text_equal(hl7_at(it->message, i)->name, name))
        i++;
    return i;
}

void hl7_scope_add(struct hl7_reading *it, size_t from, size_t to)
{
    it->scopes[it->scope_count++] = (struct hl7_scope){from, to};
}

void hl7_scope_whole(struct hl7_reading *it)
{
    it->scope_count = 0;
    hl7_scope_add(it, 0, hl7_count(it->message));
}

static const char *look(void *arg, const struct formula *place, bool *erased)
{
    struct hl7_reading *it = arg;
    const char *text = hl7_path_text(place->hl7, it->message, it->scopes,
                                     it->scope_count, NULL, NULL);
    *erased = text == hl7_deleted;
    return *erased ? NULL : text;
}

struct fact *hl7_row(struct hl7_reading *it, const char *table,
                     enum fact_verb verb, const char *except)
{
    struct fact *fact = facts_row(it->facts, table, verb);
    remap_row(&it->remap, fact, except);
    return fact;
}

void hl7_put_patient(struct hl7_reading *it, struct fact *fact)
{
    fact_put_person(fact, "patient", it->patient,
                    it->patient < 0 ? NULL
                                    : it->facts->people[it->patient].where);
}

/* The message -----------------------------------------------------------------
 */

static enum hl7_verdict fatal(struct hl7_reading *it, const char *where,
                              const char *value, const char *reason,
                              enum hl7_verdict verdict)
{
    facts_fatal(it->facts, where, value, reason);
    return verdict;
}

static bool version_known(const char *version)
{
    return version[0] == '2' && version[1] == '.' && version[2] >= '1' &&
           version[2] <= '9' && (version[3] == '\0' || version[3] == '.');
}

void hl7_from(struct hl7 *message, char *out, size_t size)
{
    const struct hl7_segment *head = hl7_at(message, 0);
    const char *application = hl7_field(message, head, 3);
    const char *facility = hl7_field(message, head, 4);
    snprintf(out, size, "%s^%s", application ? application : "",
             facility ? facility : "");
}

/* The facility that sends, whose numbers are its own; else the application. */
static const char *sender_of(struct hl7_reading *it,
                             const struct hl7_segment *head)
{
    for (size_t field = 4; field >= 3; field--) {
        const char *said =
            said_of(it, head, (struct hl7_place){.field = field},
                    (struct hl7_place){.field = field, .component = 2});
        if (said)
            return facts_format(it->facts, "%s", said);
    }
    return NULL;
}

static bool is_type(const char *text)
{
    return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3 && !text[3];
}

/* Of the others the segments say what has happened. */
static bool has_events(const char *type)
{
    return text_equal(type, "ADT") || text_equal(type, "SIU");
}

static enum hl7_verdict head_read(struct hl7_reading *it)
{
    struct facts *facts = it->facts;
    const struct hl7_segment *head = hl7_at(it->message, 0);
    const char *mode = hl7_field(it->message, head, 11);
    const char *version = hl7_field(it->message, head, 12);
    const char *id = hl7_id(it, head, 10);
    char from[64];
    hl7_from(it->message, from, sizeof(from));
    facts->source = facts_format(facts, "hl7:%s", from);
    facts->sender = sender_of(it, head);
    facts->issuer =
        it->options->mrn_authority ? it->options->mrn_authority : facts->sender;
    facts->message_id = id ? facts_format(facts, "%s", id) : NULL;
    hl7_event(it);
    if (!is_type(it->type))
        return fatal(it, "MSH-9", *it->type ? it->type : NULL,
                     "no message type, as ADT", HL7_WRONG);
    facts->what = facts_format(facts, "%s^%s", it->type, it->event);
    if (!facts->message_id)
        return fatal(it, "MSH-10", NULL,
                     "no control id: nobody could tell a repetition",
                     HL7_WRONG);
    if (version && version != hl7_deleted && !version_known(version))
        return fatal(it, "MSH-12", version, "only 2.1 to 2.9 are understood",
                     HL7_REFUSED);
    if (mode && (mode[0] == 'T' || mode[0] == 'D') && !it->options->training)
        return fatal(it, "MSH-11", mode,
                     "a message for training or debugging is not taken here",
                     HL7_REFUSED);
    if (!*it->event && has_events(it->type))
        return fatal(it, "MSH-9.2", hl7_part(it->message, head, 9, 2),
                     "names no event, as S15: what has happened?", HL7_WRONG);
    put_when(it);
    return HL7_UNDERSTOOD;
}

static const struct {
    const char *type;
    bool (*read)(struct hl7_reading *it);
} kinds[] = {
    {"SIU", hl7_visit},  {"RDE", hl7_drug}, {"RDS", hl7_drug},
    {"RGV", hl7_drug},   {"OMP", hl7_drug}, {"ORM", hl7_drug},
    {"ORU", hl7_result},
};

/* Each kind reads what is its own; what nobody reads is nobody's. */
static bool body_read(struct hl7_reading *it, struct fact *patient)
{
    if (text_equal(it->type, "ADT"))
        return hl7_stay(it, patient);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (text_equal(it->type, kinds[i].type))
            return kinds[i].read(it);
    return false;
}

static enum hl7_verdict read_all(struct hl7_reading *it)
{
    enum hl7_verdict verdict = head_read(it);
    if (verdict != HL7_UNDERSTOOD)
        return verdict;
    const struct hl7_segment *pid = hl7_first(it->message, "PID");
    it->facts->subject = it->patient = hl7_record(it, pid, false);
    struct fact *patient = it->patient < 0 ? NULL : hl7_patient(it);
    const char *birth_on = patient ? fact_text(patient, "birth_date") : NULL;
    const struct hl7_segment *torn = hl7_torn(it->message);
    if (torn)
        facts_fault(it->facts, facts_format(it->facts, "%s", torn->name), NULL,
                    "goes on in a line that is no segment: taken for text");
    hl7_scope_whole(it);
    if (!body_read(it, patient))
        return HL7_NOT_OURS;
    if (it->patient >= 0)
        hl7_kin(it, birth_on);
    if (it->patient < 0 && !it->nobodys)
        return fatal(it, remap_where(&it->remap, "patients", "mrn", "PID-3"),
                     NULL, "no record number: whose is it?", HL7_WRONG);
    return facts_is_fatal(it->facts) ? HL7_WRONG : HL7_UNDERSTOOD;
}

enum hl7_verdict hl7_facts(struct hl7 *message,
                           const struct hl7_options *options,
                           struct facts *facts)
{
    struct hl7_reading it = {
        .message = message, .options = options, .facts = facts, .patient = -1};
    hl7_scope_whole(&it);
    remap_open(&it.remap, options->mapping, facts, look, &it);
    enum hl7_verdict verdict = read_all(&it);
    remap_close(&it.remap);
    return verdict;
}
