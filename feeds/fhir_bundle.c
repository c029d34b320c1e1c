/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries as they are wished, and who names whom. A temporary name (urn:uuid)
 * ends with its Bundle: senders fill in templates, and the same one may mean
 * somebody else tomorrow. So it is put into the resource's own id here, and
 * never kept, unless it is all that there is.
 */
#include "feeds/fhir_bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/memory.h"
#include "base/text.h"

#include "feeds/fhir_turn.h"

#define URN "urn:uuid:"

struct fhir_name {
    const char *name;
    size_t entry;
};

static bool flaw_set(struct fhir_flaw *flaw, int status, const char *code,
                     const char *where, const char *text)
{
    if (!flaw->status)
        *flaw = (struct fhir_flaw){
            .status = status, .code = code, .where = where, .text = text};
    return false;
}

/* Addresses -------------------------------------------------------------------
 */

static int digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* %7C is '|'. What would end a text, or is none, stays as it is. */
static char *decoded(struct arena *arena, const char *text)
{
    char *copy = arena_text(arena, text), *to = copy;
    for (const char *at = copy; *at; at++) {
        int high = *at == '%' ? digit(at[1]) : -1;
        int low = high >= 0 ? digit(at[2]) : -1;
        if (low >= 0 && high * 16 + low >= ' ' && high * 16 + low < 127) {
            *to++ = (char)(high * 16 + low);
            at += 2;
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
    return copy;
}

/* "Patient?identifier=system|value", "Patient/7", "Patient". */
struct address {
    const char *type, *id; /* "" and NULL where it does not say */
    bool search;
    const char *system, *value; /* of a search; NULL: not by identifier */
};

static void search_read(struct arena *arena, const char *query,
                        struct address *out)
{
    static const char by[] = "identifier=";
    const char *at = query;
    while (at && !text_starts(at, by)) {
        at = strchr(at, '&');
        at += at != NULL;
    }
    if (!at)
        return;
    at += sizeof(by) - 1;
    char *token = decoded(arena, arena_text_n(arena, at, strcspn(at, "&")));
    char *bar = strchr(token, '|');
    if (bar)
        *bar = '\0';
    out->system = bar ? token : "";
    out->value = bar ? bar + 1 : token;
    if (!*out->value)
        out->value = out->system = NULL;
}

/* `of_one`: of a resource; else of its type. */
static struct address address_read(struct arena *arena, const char *url,
                                   bool of_one)
{
    struct address out = {.type = ""};
    char *path = arena_text(arena, url ? url : "");
    char *query = strchr(path, '?');
    if (query) {
        *query = '\0';
        out.search = true;
        search_read(arena, query + 1, &out);
    }
    char *slash = strrchr(path, '/');
    if (of_one && !query && slash) {
        *slash = '\0';
        out.id = slash[1] ? slash + 1 : NULL;
        slash = strrchr(path, '/');
    }
    out.type = slash ? slash + 1 : path;
    return out;
}

/* Entries ---------------------------------------------------------------------
 */

static bool is_person(const char *type)
{
    return text_equal(type, "Patient") || text_equal(type, "RelatedPerson");
}

static const char *first_identifier(const struct json_node *resource)
{
    const struct json_node *list = json_get(resource, "identifier");
    for (const struct json_node *one = json_first(list); one;
         one = json_next(one))
        if (!text_blank(json_get_text(one, "value")))
            return json_get_text(one, "value");
    return NULL;
}

/* The last part of the entry's own address, when that is one of its type. */
static const char *id_of_url(struct arena *arena, const char *url,
                             const char *type)
{
    struct address address = address_read(arena, url, true);
    return text_equal(address.type, type) ? address.id : NULL;
}

/* Of whom nobody says an id, who sent it knows them by another one. */
static void id_find(struct fhir_bundle *bundle, struct fhir_entry *entry,
                    const char *url)
{
    bool urn = url && text_starts(url, URN);
    const char *temporary = urn ? url + strlen(URN) : NULL;
    if (!entry->id && url && !urn)
        entry->id = id_of_url(bundle->arena, url, entry->type);
    if (entry->id)
        return;
    const char *known =
        entry->value ? entry->value : first_identifier(entry->resource);
    entry->local = is_person(entry->type);
    if (!entry->local) {
        entry->id = known ? known : temporary;
        return;
    }
    entry->made_up = !temporary && known;
    entry->id = entry->made_up ? arena_format(bundle->arena, "entry-%zu",
                                              (size_t)(entry - bundle->entries))
                               : temporary;
    entry->local = entry->id != NULL;
}

static void wish_read(struct fhir_bundle *bundle, struct fhir_entry *entry,
                      const struct json_node *request, const char *where)
{
    const char *method = json_get_text(request, "method");
    const char *none = json_get_text(request, "ifNoneExist");
    bool post = text_equal(method, "POST"), put = text_equal(method, "PUT");
    bool gone = text_equal(method, "DELETE");
    const char *path = arena_format(bundle->arena, "%s.request", where);
    if (!post && !put && !gone) {
        bool known = text_equal(method, "GET") || text_equal(method, "HEAD") ||
                     text_equal(method, "PATCH");
        flaw_set(&entry->flaw, known ? 405 : 400,
                 known ? "not-supported" : "required", path,
                 known ? "nothing is read or patched here: POST, PUT or DELETE"
                       : "POST, PUT or DELETE is wanted");
        return;
    }
    struct address address =
        address_read(bundle->arena, json_get_text(request, "url"), !post);
    if (post && none) {
        entry->wish = FHIR_CREATE;
        address.search = true;
        search_read(bundle->arena, none, &address);
    }
    entry->wish = gone ? FHIR_DELETE : entry->wish;
    entry->system = address.system;
    entry->value = address.value;
    if (address.search && !address.value)
        flaw_set(&entry->flaw, 412, "not-supported", path,
                 "only identifier=system|value is searched by here");
    if (gone) {
        entry->type = address.type;
        entry->id = address.id ? address.id : address.value;
    } else if (!text_equal(address.type, entry->type)) {
        flaw_set(&entry->flaw, 400, "invalid", path,
                 "its url is of another type than its resource");
    } else if (put && entry->id && address.id &&
               !text_equal(entry->id, address.id)) {
        flaw_set(&entry->flaw, 400, "invalid", path,
                 "its url names another id than its resource");
    } else if (!entry->id) {
        entry->id = address.id;
    }
    if (gone && (text_blank(entry->type) || text_blank(entry->id)))
        flaw_set(&entry->flaw, 400, "required", path, "what is to be deleted?");
}

static void resource_read(struct fhir_entry *entry,
                          const struct json_node *resource)
{
    entry->resource = resource;
    entry->type = json_get_text(resource, "resourceType");
    entry->id = json_get_text(resource, "id");
    if (text_blank(entry->id))
        entry->id = NULL;
}

static void entry_read(struct fhir_bundle *bundle, struct fhir_entry *entry,
                       const struct json_node *node, const char *where,
                       bool requests)
{
    const struct json_node *resource = json_get(node, "resource");
    const struct json_node *request = json_get(node, "request");
    const char *url = json_get_text(node, "fullUrl");
    entry->type = "";
    entry->path = arena_format(bundle->arena, "%s.resource", where);
    if (resource)
        resource_read(entry, resource);
    if (requests)
        wish_read(bundle, entry, request, where);
    if (entry->wish == FHIR_DELETE) {
        entry->full_url = url ? url : json_get_text(request, "url");
        return;
    }
    if (!resource)
        flaw_set(&entry->flaw, 400, "required", entry->path,
                 "there is no resource");
    else if (text_blank(entry->type))
        flaw_set(&entry->flaw, 400, "structure", entry->path,
                 "this is no FHIR resource: it has no resourceType");
    if (entry->flaw.status)
        return;
    id_find(bundle, entry, url);
    if (url && !text_starts(url, "urn:"))
        entry->full_url = url;
    entry->order =
        2 * fhir_turn(entry->type) + (text_equal(entry->type, "Patient") &&
                                      json_get(resource, "link") != NULL);
}

/* Who names whom --------------------------------------------------------------
 */

static void name_add(struct fhir_bundle *bundle, const char *name, size_t entry,
                     size_t *room)
{
    if (bundle->name_count == *room) {
        *room = *room ? *room * 2 : 64;
        bundle->names =
            memory_grow(bundle->names, *room, sizeof(bundle->names[0]));
    }
    bundle->names[bundle->name_count++] =
        (struct fhir_name){.name = name, .entry = entry};
}

static int compare(const void *left, const void *right)
{
    const struct fhir_name *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    return order ? order : (a->entry > b->entry) - (a->entry < b->entry);
}

static void names_of(struct fhir_bundle *bundle, size_t i, const char *url,
                     size_t *room)
{
    struct fhir_entry *entry = &bundle->entries[i];
    const struct json_node *list = json_get(entry->resource, "identifier");
    if (url && text_starts(url, "urn:"))
        name_add(bundle, url, i, room);
    if (entry->local)
        name_add(bundle,
                 arena_format(bundle->arena, "%s#%s", entry->type, entry->id),
                 i, room);
    for (const struct json_node *one = json_first(list); one;
         one = json_next(one)) {
        const char *system = json_get_text(one, "system");
        const char *value = json_get_text(one, "value");
        if (!text_blank(value))
            name_add(bundle,
                     arena_format(bundle->arena, "%s?identifier=%s%s%s",
                                  entry->type, system ? system : "",
                                  system ? "|" : "", value),
                     i, room);
    }
}

/* A temporary name that two have would mix them up. */
static void names_sort(struct fhir_bundle *bundle)
{
    if (bundle->name_count > 0)
        qsort(bundle->names, bundle->name_count, sizeof(bundle->names[0]),
              compare);
    for (size_t i = 1; i < bundle->name_count; i++) {
        const struct fhir_name *name = &bundle->names[i];
        struct fhir_entry *entry = &bundle->entries[name->entry];
        if (text_starts(name->name, "urn:") &&
            text_equal(name->name, name[-1].name))
            flaw_set(&entry->flaw, 400, "duplicate", entry->path,
                     "another entry has the same fullUrl");
    }
}

static const struct fhir_entry *named(const struct fhir_bundle *bundle,
                                      const char *name)
{
    size_t low = 0, high = bundle->name_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(bundle->names[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < bundle->name_count && text_equal(bundle->names[low].name, name)
               ? &bundle->entries[bundle->names[low].entry]
               : NULL;
}

const struct fhir_entry *fhir_bundle_local(const struct fhir_bundle *bundle,
                                           const char *type, const char *id)
{
    if (!is_person(type))
        return NULL;
    const char *name = arena_format(bundle->arena, "%s#%s", type, id);
    return named(bundle, name);
}

/* What a reference is put as; NULL: as it is. */
static const char *resolved(const struct fhir_bundle *bundle, const char *text)
{
    bool search = strchr(text, '?') != NULL;
    if (!search && !text_starts(text, "urn:"))
        return NULL;
    const char *plain = search ? decoded(bundle->arena, text) : text;
    const struct fhir_entry *target = named(bundle, plain);
    if (target && target->id)
        return arena_format(bundle->arena, "%s/%s", target->type, target->id);
    return text_equal(plain, text) ? NULL : plain;
}

static const char *resolved_member(const struct fhir_bundle *bundle,
                                   const struct json_node *node)
{
    const char *text = json_text(node);
    return text && text_equal(json_key(node), "reference")
               ? resolved(bundle, text)
               : NULL;
}

static bool differs(const struct fhir_bundle *bundle,
                    const struct json_node *node)
{
    if (resolved_member(bundle, node))
        return true;
    for (const struct json_node *one = json_first(node); one;
         one = json_next(one))
        if (differs(bundle, one))
            return true;
    return false;
}

static void write(const struct fhir_bundle *bundle, struct json_writer *writer,
                  const struct json_node *node)
{
    const char *reference = resolved_member(bundle, node);
    enum json_type type = json_type(node);
    if (reference) {
        json_write_text(writer, json_key(node), reference);
        return;
    }
    if (type != JSON_OBJECT && type != JSON_ARRAY) {
        json_write_node(writer, json_key(node), node);
        return;
    }
    if (type == JSON_OBJECT)
        json_write_object(writer, json_key(node));
    else
        json_write_array(writer, json_key(node));
    for (const struct json_node *one = json_first(node); one;
         one = json_next(one))
        write(bundle, writer, one);
    json_write_end(writer, type == JSON_OBJECT ? '}' : ']');
}

struct json *fhir_bundle_resolve(const struct fhir_bundle *bundle,
                                 const struct fhir_entry *entry)
{
    bool without_id = text_blank(json_get_text(entry->resource, "id"));
    struct json_writer writer;
    struct error err = {0};
    struct buf out;
    if (!(without_id && entry->id) && !differs(bundle, entry->resource))
        return NULL;
    buf_init(&out, JSON_MAX_BYTES);
    json_write_init(&writer, &out);
    json_write_object(&writer, NULL);
    if (without_id && entry->id)
        json_write_text(&writer, "id", entry->id);
    for (const struct json_node *one = json_first(entry->resource); one;
         one = json_next(one))
        if (!without_id || !text_equal(json_key(one), "id"))
            write(bundle, &writer, one);
    json_write_end(&writer, '}');
    struct json *doc =
        out.overflow ? NULL : json_parse(out.data, out.len, 0, &err, NULL);
    buf_free(&out);
    return doc;
}

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
        return flaw_set(flaw, 400, "structure", "Bundle.entry[0].resource",
                        "a message begins with its MessageHeader");
    if (!is_id(id ? id : bundle->id))
        return flaw_set(flaw, 400, "required", "MessageHeader.id",
                        "a message has an id: up to 64 letters, digits, '-' "
                        "and '.'");
    if (text_blank(json_get_text(json_get(header, "source"), "endpoint")))
        return flaw_set(flaw, 400, "required", "MessageHeader.source.endpoint",
                        "who sent it?");
    if (text_blank(json_get_text(json_get(header, "eventCoding"), "code")) &&
        text_blank(json_get_text(header, "eventUri")))
        return flaw_set(flaw, 400, "required", "MessageHeader.event[x]",
                        "what is it about?");
    bundle->header = header;
    return true;
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
    size_t f = 0, room = 0, place = 0, i = 0;
    bundle->id = json_get_text(root, "id");
    while (f < sizeof(forms) / sizeof(forms[0]) &&
           !text_equal(forms[f].type, type))
        f++;
    if (f == sizeof(forms) / sizeof(forms[0]))
        return flaw_set(flaw, 422, "not-supported", "Bundle.type",
                        "a transaction, batch, message, collection or "
                        "searchset is taken here");
    if (list && json_type(list) != JSON_ARRAY)
        return flaw_set(flaw, 400, "structure", "Bundle.entry",
                        "entries are a list");
    bundle->count = json_count(list);
    if (bundle->count > FHIR_ENTRIES_MAX)
        return flaw_set(flaw, 413, "too-costly", "Bundle.entry",
                        "more than 5,000 entries: send them in several "
                        "Bundles, or import them as a file");
    if (at && !civil_parse_instant(at, &bundle->at))
        return flaw_set(flaw, 400, "value", "Bundle.timestamp",
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
        entry_read(bundle, &bundle->entries[i], node, where, forms[f].requests);
        if (!bundle->entries[i].flaw.status)
            names_of(bundle, i, json_get_text(node, "fullUrl"), &room);
    }
    names_sort(bundle);
    return true;
}

static bool single_read(struct fhir_bundle *bundle,
                        const struct json_node *root, const char *type)
{
    struct fhir_entry *entry = arena_alloc(bundle->arena, sizeof(*entry));
    size_t room = 0;
    bundle->entries = entry;
    bundle->count = 1;
    resource_read(entry, root);
    entry->path = type;
    id_find(bundle, entry, NULL);
    names_of(bundle, 0, NULL, &room);
    names_sort(bundle);
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
        flaw_set(flaw, 400, "structure", NULL, text);
        return NULL;
    }
    struct fhir_bundle *bundle = memory_new(sizeof(*bundle));
    *bundle = (struct fhir_bundle){
        .arena = arena_new(), .doc = doc, .at = INSTANT_NEVER};
    const struct json_node *root = json_root(doc);
    const char *type = json_get_text(root, "resourceType");
    bool done;
    if (text_blank(type))
        done = flaw_set(flaw, 400, "structure", NULL,
                        "this is no FHIR resource: it has no resourceType");
    else if (text_equal(type, "Bundle"))
        done = frame_read(bundle, root, flaw);
    else
        done = single_read(bundle, root, type);
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
    free(bundle->names);
    free(bundle);
}
