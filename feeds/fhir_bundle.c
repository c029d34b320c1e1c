/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of what was posted, and its entries as they are wished. */
#include "feeds/fhir_bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/memory.h"
#include "base/text.h"

/* The frame -------------------------------------------------------------------
 */

static bool is_id(const char *text)
{
    size_t len = text ? strlen(text) : 0;
    return len > 0 && len <= 64 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789-.") == len;
}

/* What an answer needs of it. */
static bool header_read(struct fhir_bundle *bundle,
                        const struct json_node *first, struct fhir_flaw *flaw)
{
    const struct json_node *header = json_get(first, "resource");
    const char *id = json_get_text(header, "id");
    if (!text_equal(json_get_text(header, "resourceType"), "MessageHeader"))
        return fhir_flaw_set(flaw, 400, "structure", "Bundle.entry[0].resource",
                             "a message begins with its MessageHeader");
    if (!is_id(id ? id : bundle->id))
        return fhir_flaw_set(
            flaw, 400, "required", "MessageHeader.id",
            "a message has an id: up to 64 letters, digits, '-' "
            "and '.'");
    if (text_blank(json_get_text(json_get(header, "source"), "endpoint")))
        return fhir_flaw_set(flaw, 400, "required",
                             "MessageHeader.source.endpoint", "who sent it?");
    if (text_blank(json_get_text(json_get(header, "eventCoding"), "code")) &&
        text_blank(json_get_text(header, "eventUri")))
        return fhir_flaw_set(flaw, 400, "required", "MessageHeader.event[x]",
                             "what is it about?");
    bundle->header = header;
    return true;
}

/* A temporary name that two have would mix them up. */
static void entry_add(struct fhir_bundle *bundle, size_t i,
                      const struct json_node *node, const char *where,
                      bool requests)
{
    struct fhir_entry *entry = &bundle->entries[i];
    entry->number = i;
    fhir_entry_read(bundle->arena, entry, node, where, requests);
    if (!entry->flaw.status &&
        !fhir_names_add(bundle->names, entry, json_get_text(node, "fullUrl")))
        fhir_flaw_set(&entry->flaw, 400, "duplicate", entry->path,
                      "another entry has the same fullUrl");
}

static bool frame_read(struct fhir_bundle *bundle, const struct json_node *root,
                       struct fhir_flaw *flaw)
{
    static const struct {
        const char *type;
        enum fhir_form form;
        bool requests;
    } forms[] = {{"transaction", FHIR_TRANSACTION, true},
                 {"batch", FHIR_BATCH, true},
                 {"collection", FHIR_BATCH, false},
                 {"searchset", FHIR_BATCH, false},
                 {"message", FHIR_MESSAGE, false}};
    const struct json_node *list = json_get(root, "entry");
    const char *type = json_get_text(root, "type");
    const char *at = json_get_text(root, "timestamp");
    size_t f = 0, place = 0, i = 0;
    bundle->id = json_get_text(root, "id");
    while (f < sizeof(forms) / sizeof(forms[0]) &&
           !text_equal(forms[f].type, type))
        f++;
    if (f == sizeof(forms) / sizeof(forms[0]))
        return fhir_flaw_set(flaw, 422, "not-supported", "Bundle.type",
                             "a transaction, batch, message, collection or "
                             "searchset is taken here");
    if (list && json_type(list) != JSON_ARRAY)
        return fhir_flaw_set(flaw, 400, "structure", "Bundle.entry",
                             "entries are a list");
    bundle->count = json_count(list);
    if (bundle->count > FHIR_ENTRIES_MAX)
        return fhir_flaw_set(flaw, 413, "too-costly", "Bundle.entry",
                             "more than 5,000 entries: send them in several "
                             "Bundles, or import them as a file");
    if (at && !civil_parse_instant(at, &bundle->at))
        return fhir_flaw_set(flaw, 400, "value", "Bundle.timestamp",
                             "is no instant with an offset");
    bundle->form = forms[f].form;
    const struct json_node *node = json_first(list);
    if (bundle->form == FHIR_MESSAGE) {
        if (!header_read(bundle, node, flaw))
            return false;
        node = json_next(node);
        bundle->count--;
        place++;
    }
    bundle->entries =
        arena_alloc(bundle->arena, bundle->count * sizeof(bundle->entries[0]));
    for (; node; node = json_next(node), i++, place++) {
        const char *where =
            arena_format(bundle->arena, "Bundle.entry[%zu]", place);
        entry_add(bundle, i, node, where, forms[f].requests);
    }
    return true;
}

static bool single_read(struct fhir_bundle *bundle,
                        const struct json_node *root)
{
    bundle->entries = arena_alloc(bundle->arena, sizeof(bundle->entries[0]));
    bundle->count = 1;
    fhir_entry_single(bundle->arena, bundle->entries, root);
    fhir_names_add(bundle->names, bundle->entries, NULL);
    return true;
}

struct fhir_bundle *fhir_bundle_read(const char *bytes, size_t len,
                                     struct fhir_flaw *flaw,
                                     char text[FHIR_FLAW_TEXT])
{
    struct json_place place = {0};
    struct error err = {0};
    *flaw = (struct fhir_flaw){0};
    struct json *doc = json_parse(bytes, len, 0, &err, &place);
    if (!doc) {
        snprintf(text, FHIR_FLAW_TEXT, "line %d, column %d: %.400s", place.line,
                 place.column, err.text);
        fhir_flaw_set(flaw, 400, "structure", NULL, text);
        return NULL;
    }
    struct fhir_bundle *bundle = memory_new(sizeof(*bundle));
    *bundle = (struct fhir_bundle){.arena = arena_new(),
                                   .names = fhir_names_new(),
                                   .doc = doc,
                                   .at = INSTANT_NEVER};
    const struct json_node *root = json_root(doc);
    const char *type = json_get_text(root, "resourceType");
    bool done;
    if (text_blank(type))
        done =
            fhir_flaw_set(flaw, 400, "structure", NULL,
                          "this is no FHIR resource: it has no resourceType");
    else if (text_equal(type, "Bundle"))
        done = frame_read(bundle, root, flaw);
    else
        done = single_read(bundle, root);
    if (done)
        return bundle;
    fhir_bundle_free(bundle);
    return NULL;
}

void fhir_bundle_free(struct fhir_bundle *bundle)
{
    if (!bundle)
        return;
    json_free(bundle->doc);
    arena_free(bundle->arena);
    fhir_names_free(bundle->names);
    free(bundle);
}
