/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ad-hoc message as a campaign of one step, so that it passes the same
 * gate, ledger and caps as every other. Faults name the flag that was given,
 * because nobody sees the bundle that is made of it.
 */
#include "campaigns/bundle.h"

#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include "campaigns/campaign.h"
#include "campaigns/expression.h"
#include "campaigns/purpose.h"
#include "campaigns/reader.h"
#include "campaigns/shelf.h"
#include "campaigns/template.h"

#define BLAST_BYTES_MAX (1u << 20)
#define EVERYBODY "true"

struct blast {
    const struct blast_spec *spec;
    const struct bundle_options *options;
    struct arena *arena;
    struct shelf *shelf;
    struct faults *faults;
};

static void blast_fault(struct blast *blast, const char *flag, const char *text)
{
    faults_add(blast->faults, FAULT_ERROR, flag, 0, 0, "%s", text);
}

static void check_names(struct blast *blast)
{
    const struct blast_spec *spec = blast->spec;
    if (spec->name == NULL || !name_valid(spec->name))
        blast_fault(blast, "--name",
                    "a name has lower case letters, digits and '-' only");
    if (spec->purpose == NULL || purpose_find(spec->purpose) == NULL) {
        const struct purpose *purpose;
        const char *known = "";
        for (size_t i = 0; (purpose = purpose_at(i)) != NULL; i++)
            known = arena_format(blast->arena, "%s%s%s", known,
                                 i > 0 ? ", " : "", purpose->name);
        blast_fault(blast, "--purpose",
                    arena_format(blast->arena, "one of %s", known));
    }
    if (spec->owner != NULL && text_blank(spec->owner))
        blast_fault(blast, "--owner", "the role whose tasks replies become");
    if (spec->language != NULL && !language_valid(spec->language))
        blast_fault(blast, "--language", "a language is written en, es, es-MX");
}

static void check_template(struct blast *blast, const char *flag,
                           const char *text)
{
    struct expression_place place = {.file = flag, .line = 1, .column = 1};
    if (text != NULL)
        template_check(text, ANCHOR_PATIENT, &place, blast->faults);
}

static void check_parts(struct blast *blast)
{
    const struct blast_spec *spec = blast->spec;
    struct expression_place where = {.file = "--where", .line = 1, .column = 1};
    instant until;
    if (spec->where != NULL)
        check_lists(blast->options, where.file,
                    expression_parse(spec->where, ANCHOR_PATIENT, &where,
                                     shelf_find, blast->shelf, blast->arena,
                                     blast->faults),
                    blast->faults);
    if (spec->until != NULL && !civil_parse_instant(spec->until, &until))
        blast_fault(blast, "--until",
                    "write a moment with its offset: "
                    "2026-12-01T17:00:00-05:00");
    if (spec->messages == NULL && text_blank(spec->text))
        blast_fault(blast, "--message", "there is nothing to say");
    check_template(blast, "--subject", spec->subject);
    check_template(blast, "--message", spec->text);
}

static bool goes_by(const struct blast *blast, const char *channel)
{
    const char *send = blast->spec->send != NULL ? blast->spec->send : "sms";
    return strstr(send, channel) != NULL;
}

/* {"blast": {"en": {"sms": ..., "email": {...}, "voice": {...}}}} */
static void write_messages(const struct blast *blast,
                           struct json_writer *writer)
{
    const struct blast_spec *spec = blast->spec;
    if (spec->messages != NULL) {
        json_write_raw(writer, "messages", spec->messages);
        return;
    }
    json_write_object(writer, "messages");
    json_write_object(writer, "blast");
    json_write_object(writer, spec->language != NULL ? spec->language : "en");
    if (goes_by(blast, "sms"))
        json_write_text(writer, "sms", spec->text);
    if (spec->subject != NULL) {
        json_write_object(writer, "email");
        json_write_text(writer, "subject", spec->subject);
        json_write_text(writer, "text", spec->text);
        json_write_end(writer, '}');
    }
    if (goes_by(blast, "voice")) {
        json_write_object(writer, "voice");
        json_write_text(writer, "say", spec->text);
        json_write_object(writer, "keys");
        json_write_text(writer, "9", "opt-out");
        json_write_end(writer, '}');
        json_write_end(writer, '}');
    }
    json_write_end(writer, '}');
    json_write_end(writer, '}');
    json_write_end(writer, '}');
}

static void write_step(const struct blast *blast, struct json_writer *writer)
{
    const struct blast_spec *spec = blast->spec;
    json_write_array(writer, "steps");
    json_write_object(writer, NULL);
    json_write_text(writer, "step", "blast");
    json_write_text(writer, "when", "on entry");
    if (spec->until != NULL)
        json_write_text(writer, "until", spec->until);
    json_write_text(writer, "send", spec->send != NULL ? spec->send : "sms");
    json_write_text(writer, "message", "blast");
    json_write_end(writer, '}');
    json_write_end(writer, ']');
}

static void write_blast(const struct blast *blast, struct buf *out)
{
    const struct blast_spec *spec = blast->spec;
    struct json_writer writer;
    json_write_init(&writer, out);
    json_write_object(&writer, NULL);
    json_write_integer(&writer, "bundle", 1);
    json_write_object(&writer, "campaign");
    json_write_text(&writer, "campaign", spec->name);
    json_write_text(&writer, "owner",
                    spec->owner != NULL ? spec->owner : OWNER_DEFAULT);
    json_write_text(&writer, "purpose", spec->purpose);
    json_write_text(&writer, "anchor", "patient");
    json_write_array(&writer, "audience");
    json_write_text(&writer, NULL,
                    spec->where != NULL ? spec->where : EVERYBODY);
    json_write_end(&writer, ']');
    write_step(blast, &writer);
    write_messages(blast, &writer);
    json_write_end(&writer, '}');
    json_write_array(&writer, "languages");
    json_write_end(&writer, ']');
    shelf_write(blast->shelf, &writer, "measures");
    json_write_end(&writer, '}');
}

/* A messages object that somebody wrote, before it goes into the bundle as it
 * stands. */
static bool messages_parse(struct blast *blast)
{
    const char *text = blast->spec->messages;
    struct error err = {0};
    struct json_place place = {0};
    if (text == NULL)
        return true;
    struct json *doc = json_parse(text, strlen(text), 0, &err, &place);
    bool good = doc != NULL && json_type(json_root(doc)) == JSON_OBJECT;
    if (doc == NULL)
        faults_add(blast->faults, FAULT_ERROR, "--message-file", place.line,
                   place.column, "%s", err.text);
    else if (!good)
        blast_fault(blast, "--message-file",
                    "write { \"blast\": { \"en\": { \"sms\": ... } } }");
    json_free(doc);
    return good;
}

/* The whole, as a campaign. Its lines and columns are those of a text that
 * nobody sees, so they are taken off again. */
static void check_whole(struct blast *blast, const struct buf *text)
{
    size_t before = blast->faults->count;
    campaign_free(
        bundle_read("blast", text->data, text->len, true, blast->faults));
    for (size_t i = before; i < blast->faults->count; i++) {
        if (strcmp(blast->faults->items[i].file, "blast") == 0)
            blast->faults->items[i].line = 0;
    }
}

bool blast_bundle(const struct blast_spec *spec,
                  const struct bundle_options *options, struct buf *bundle,
                  struct faults *faults)
{
    size_t before = faults->errors;
    struct buf text;
    struct blast blast = {.spec = spec,
                          .options = options,
                          .faults = faults,
                          .arena = arena_new()};
    const char *file = "blast";
    if (spec->folder != NULL)
        file = arena_format(blast.arena, "%s/blast", spec->folder);
    blast.shelf = shelf_of_files(file, options, blast.arena, faults);
    buf_init(&text, BLAST_BYTES_MAX);
    check_names(&blast);
    check_parts(&blast);
    if (messages_parse(&blast) && faults->errors == before) {
        write_blast(&blast, &text);
        check_whole(&blast, &text);
    }
    bool done = faults->errors == before && !text.overflow;
    if (text.overflow)
        blast_fault(&blast, "--message", "this is too long");
    if (done)
        buf_add(bundle, text.data, text.len);
    buf_free(&text);
    shelf_free(blast.shelf);
    arena_free(blast.arena);
    return done;
}
