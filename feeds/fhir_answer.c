/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers of FHIR R4. Only what the specification asks for: whoever sent is a
 * machine, and whoever reads its log wants the place and the reason.
 */
#include "feeds/fhir_answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

enum { TEXT_MAX = 400, UUID_MAX = 40 };

void fhir_say(struct arena *arena, struct fhir_said *said,
              const struct fhir_issue *issue)
{
    if (said->count == FHIR_ISSUES_MAX)
        return;
    if (said->count == said->room) {
        size_t room = said->room ? 2 * said->room : 2;
        struct fhir_issue *grown =
            arena_alloc(arena, room * sizeof(said->issues[0]));
        if (said->count > 0)
            memcpy(grown, said->issues, said->count * sizeof(grown[0]));
        said->issues = grown;
        said->room = room;
    }
    said->issues[said->count++] = *issue;
}

/* A string of FHIR is never empty; what we say is bounded. */
static void put_text(struct json_writer *writer, const char *key,
                     const char *text)
{
    char cut[TEXT_MAX];
    text_copy(cut, sizeof(cut), text);
    if (*cut)
        json_write_text(writer, key, cut);
}

/* "onset[x]" is no path. */
static void put_path(struct json_writer *writer, const char *where)
{
    char path[TEXT_MAX];
    size_t len = 0;
    for (; *where && len + 1 < sizeof(path); where++)
        if (text_starts(where, "[x]"))
            where += 2;
        else
            path[len++] = *where;
    path[len] = '\0';
    json_write_array(writer, "expression");
    put_text(writer, NULL, path);
    json_write_end(writer, ']');
}

static void put_issue(struct json_writer *writer,
                      const struct fhir_issue *issue)
{
    static const char *const grades[] = {[FHIR_INFORMATION] = "information",
                                         [FHIR_WARNING] = "warning",
                                         [FHIR_ERROR] = "error",
                                         [FHIR_FATAL] = "fatal"};
    json_write_object(writer, NULL);
    json_write_text(writer, "severity", grades[issue->grade]);
    json_write_text(writer, "code", issue->code);
    put_text(writer, "diagnostics", issue->text);
    if (issue->where && *issue->where && text_length(issue->where) < TEXT_MAX)
        put_path(writer, issue->where);
    json_write_end(writer, '}');
}

static void put_outcome(struct json_writer *writer, const char *key,
                        const char *id, const struct fhir_said *said)
{
    static const struct fhir_issue well = {.grade = FHIR_INFORMATION,
                                           .code = "informational",
                                           .text = "all of it was taken"};
    json_write_object(writer, key);
    json_write_text(writer, "resourceType", "OperationOutcome");
    if (id)
        json_write_text(writer, "id", id);
    json_write_array(writer, "issue");
    if (said->count == 0)
        put_issue(writer, &well);
    for (size_t i = 0; i < said->count; i++)
        put_issue(writer, &said->issues[i]);
    json_write_end(writer, ']');
    json_write_end(writer, '}');
}

void fhir_answer_outcome(struct buf *out, const struct fhir_said *said)
{
    struct json_writer writer;
    json_write_init(&writer, out);
    put_outcome(&writer, NULL, NULL, said);
}

void fhir_answer_issue(struct buf *out, enum fhir_grade grade, const char *code,
                       const char *where, const char *text)
{
    struct fhir_issue issue = {
        .grade = grade, .code = code, .where = where, .text = text};
    const struct fhir_said said = {.issues = &issue, .count = 1};
    fhir_answer_outcome(out, &said);
}

/* Bundles ---------------------------------------------------------------------
 */

static const char *status_text(int status)
{
    static const struct {
        int status;
        const char *text;
    } texts[] = {
        {200, "200 OK"},
        {201, "201 Created"},
        {400, "400 Bad Request"},
        {405, "405 Method Not Allowed"},
        {412, "412 Precondition Failed"},
        {422, "422 Unprocessable Entity"},
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (texts[i].status == status)
            return texts[i].text;
    PANIC("no text for the status %d", status);
}

void fhir_answer_bundle(struct buf *out, enum fhir_form form,
                        const struct fhir_said *said, size_t count)
{
    struct json_writer writer;
    json_write_init(&writer, out);
    json_write_object(&writer, NULL);
    json_write_text(&writer, "resourceType", "Bundle");
    json_write_text(&writer, "type",
                    form == FHIR_TRANSACTION ? "transaction-response"
                                             : "batch-response");
    if (count > 0) /* no list of FHIR is empty */
        json_write_array(&writer, "entry");
    for (size_t i = 0; i < count; i++) {
        json_write_object(&writer, NULL);
        json_write_object(&writer, "response");
        json_write_text(&writer, "status", status_text(said[i].status));
        put_outcome(&writer, "outcome", NULL, &said[i]);
        json_write_end(&writer, '}');
        json_write_end(&writer, '}');
    }
    if (count > 0)
        json_write_end(&writer, ']');
    json_write_end(&writer, '}');
}

/* Messages --------------------------------------------------------------------
 */

static void uuid_make(char out[UUID_MAX])
{
    uint8_t bytes[16] = {0};
    char hex[33];
    hash_random_bytes(bytes, sizeof(bytes));
    bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
    hash_hex(bytes, sizeof(bytes), hex);
    snprintf(out, UUID_MAX, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
             hex + 16, hex + 20);
}

static void put_entry(struct json_writer *writer, const char *id)
{
    char url[UUID_MAX + 16];
    snprintf(url, sizeof(url), "urn:uuid:%s", id);
    json_write_object(writer, NULL);
    json_write_text(writer, "fullUrl", url);
}

static void put_event(struct json_writer *writer,
                      const struct json_node *header)
{
    const struct json_node *coding = json_get(header, "eventCoding");
    const char *system = json_get_text(coding, "system");
    const char *code = json_get_text(coding, "code");
    if (text_blank(code)) {
        put_text(writer, "eventUri", json_get_text(header, "eventUri"));
        return;
    }
    json_write_object(writer, "eventCoding");
    if (system)
        put_text(writer, "system", system);
    put_text(writer, "code", code);
    json_write_end(writer, '}');
}

/* We answer as whom they wrote to. */
static void put_ends(struct json_writer *writer, const struct json_node *header)
{
    const char *ours =
        json_get_text(json_first(json_get(header, "destination")), "endpoint");
    json_write_array(writer, "destination");
    json_write_object(writer, NULL);
    put_text(writer, "endpoint",
             json_get_text(json_get(header, "source"), "endpoint"));
    json_write_end(writer, '}');
    json_write_end(writer, ']');
    json_write_object(writer, "source");
    put_text(writer, "endpoint", text_blank(ours) ? "urn:outreach" : ours);
    json_write_end(writer, '}');
}

void fhir_answer_message(struct buf *out, const struct fhir_bundle *bundle,
                         const char *code, const struct fhir_said *said,
                         instant now)
{
    struct json_writer writer;
    char whole[UUID_MAX], head[UUID_MAX], details[UUID_MAX];
    char reference[UUID_MAX + 16], at[CIVIL_TEXT_MAX];
    const char *id = json_get_text(bundle->header, "id");
    uuid_make(whole);
    uuid_make(head);
    uuid_make(details);
    snprintf(reference, sizeof(reference), "urn:uuid:%s", details);
    json_write_init(&writer, out);
    json_write_object(&writer, NULL);
    json_write_text(&writer, "resourceType", "Bundle");
    json_write_text(&writer, "id", whole);
    json_write_text(&writer, "type", "message");
    json_write_text(&writer, "timestamp", civil_utc_text(now, at));
    json_write_array(&writer, "entry");
    put_entry(&writer, head);
    json_write_object(&writer, "resource");
    json_write_text(&writer, "resourceType", "MessageHeader");
    json_write_text(&writer, "id", head);
    put_event(&writer, bundle->header);
    put_ends(&writer, bundle->header);
    json_write_object(&writer, "response");
    json_write_text(&writer, "identifier", id ? id : bundle->id);
    json_write_text(&writer, "code", code);
    json_write_object(&writer, "details");
    json_write_text(&writer, "reference", reference);
    json_write_end(&writer, '}');
    json_write_end(&writer, '}');
    json_write_end(&writer, '}');
    json_write_end(&writer, '}');
    put_entry(&writer, details);
    put_outcome(&writer, "resource", details, said);
    json_write_end(&writer, '}');
    json_write_end(&writer, ']');
    json_write_end(&writer, '}');
}

/* What we are -----------------------------------------------------------------
 */

/* When this statement was last changed. */
#define STATED_ON "2026-11-29"

static void put_interaction(struct json_writer *writer, const char *code)
{
    json_write_object(writer, NULL);
    json_write_text(writer, "code", code);
    json_write_end(writer, '}');
}

void fhir_answer_capability(struct buf *out, const char *version)
{
    struct json_writer writer;
    json_write_init(&writer, out);
    json_write_object(&writer, NULL);
    json_write_text(&writer, "resourceType", "CapabilityStatement");
    json_write_text(&writer, "status", "active");
    json_write_text(&writer, "date", STATED_ON);
    json_write_text(&writer, "kind", "instance");
    json_write_object(&writer, "software");
    json_write_text(&writer, "name", "Outreach");
    json_write_text(&writer, "version", version);
    json_write_end(&writer, '}');
    json_write_object(&writer, "implementation");
    json_write_text(&writer, "description",
                    "Takes what a clinic's systems say of visits, stays, "
                    "prescriptions and results; nothing can be read here");
    json_write_end(&writer, '}');
    json_write_text(&writer, "fhirVersion", "4.0.1");
    json_write_array(&writer, "format");
    json_write_text(&writer, NULL, "application/fhir+json");
    json_write_end(&writer, ']');
    json_write_array(&writer, "rest");
    json_write_object(&writer, NULL);
    json_write_text(&writer, "mode", "server");
    json_write_object(&writer, "security");
    json_write_text(&writer, "description",
                    "Authorization: Bearer, with the secret of the "
                    "configuration");
    json_write_end(&writer, '}');
    json_write_array(&writer, "interaction");
    put_interaction(&writer, "transaction");
    put_interaction(&writer, "batch");
    json_write_end(&writer, ']');
    json_write_end(&writer, '}');
    json_write_end(&writer, ']');
    json_write_array(&writer, "messaging");
    json_write_object(&writer, NULL);
    json_write_text(&writer, "documentation",
                    "A message Bundle is posted to the same address, and "
                    "answered by a message. One that was answered before has "
                    "no second effect.");
    json_write_end(&writer, '}');
    json_write_end(&writer, ']');
    json_write_end(&writer, '}');
}
