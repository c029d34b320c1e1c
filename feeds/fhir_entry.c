/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An entry of a Bundle: which resource it is of, by which id, and what is
 * wished. A temporary name (urn:uuid) ends with its Bundle: senders fill in
 * templates, and the same one may mean somebody else tomorrow. So it is never
 * an id that is kept, unless it is all that there is.
 */
#include "feeds/fhir_entry.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include "feeds/fhir_turn.h"

#define URN "urn:uuid:"

bool fhir_flaw_set(struct fhir_flaw *flaw, int status, const char *code,
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
char *fhir_url_plain(struct arena *arena, const char *text)
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
    char *token =
        fhir_url_plain(arena, arena_text_n(arena, at, strcspn(at, "&")));
    char *bar = strchr(token, '|');
    if (bar)
        *bar = '\0';
    out->system = bar ? token : "";
    out->value = bar ? bar + 1 : token;
    if (!*out->value)
        out->value = out->system = NULL;
}

/* ".../Appointment/7/_history/2" is Appointment/7. */
static const char *unversioned(struct arena *arena, const char *url)
{
    const char *version = url ? strstr(url, "/_history/") : NULL;
    return version ? arena_text_n(arena, url, (size_t)(version - url)) : url;
}

/* `of_one`: of a resource; else of its type. */
static struct address address_read(struct arena *arena, const char *url,
                                   bool of_one)
{
    struct address out = {.type = ""};
    char *path = arena_text(arena, url ? unversioned(arena, url) : "");
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
static void id_find(struct arena *arena, struct fhir_entry *entry,
                    const char *url)
{
    bool urn = url && text_starts(url, URN);
    const char *temporary = urn ? url + strlen(URN) : NULL;
    if (!entry->id && url && !urn)
        entry->id = id_of_url(arena, url, entry->type);
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
    entry->id = entry->made_up ? arena_format(arena, "entry-%zu", entry->number)
                               : temporary;
    entry->local = entry->id != NULL;
}

static void wish_read(struct arena *arena, struct fhir_entry *entry,
                      const struct json_node *request, const char *where)
{
    const char *method = json_get_text(request, "method");
    const char *none = json_get_text(request, "ifNoneExist");
    bool post = text_equal(method, "POST"), put = text_equal(method, "PUT");
    bool gone = text_equal(method, "DELETE");
    const char *path = arena_format(arena, "%s.request", where);
    if (!post && !put && !gone) {
        bool known = text_equal(method, "GET") || text_equal(method, "HEAD") ||
                     text_equal(method, "PATCH");
        fhir_flaw_set(
            &entry->flaw, known ? 405 : 400,
            known ? "not-supported" : "required", path,
            known ? "nothing is read or patched here: POST, PUT or DELETE"
                  : "POST, PUT or DELETE is wanted");
        return;
    }
    struct address address =
        address_read(arena, json_get_text(request, "url"), !post);
    if (post && none) {
        entry->wish = FHIR_CREATE;
        address.search = true;
        search_read(arena, none, &address);
    }
    entry->wish = gone ? FHIR_DELETE : entry->wish;
    entry->system = address.system;
    entry->value = address.value;
    if (address.search && !address.value)
        fhir_flaw_set(&entry->flaw, 412, "not-supported", path,
                      "only identifier=system|value is searched by here");
    if (gone) {
        entry->type = address.type;
        entry->id = address.id ? address.id : address.value;
    } else if (!text_equal(address.type, entry->type)) {
        fhir_flaw_set(&entry->flaw, 400, "invalid", path,
                      "its url is of another type than its resource");
    } else if (put && entry->id && address.id &&
               !text_equal(entry->id, address.id)) {
        fhir_flaw_set(&entry->flaw, 400, "invalid", path,
                      "its url names another id than its resource");
    } else if (!entry->id) {
        entry->id = address.id;
    }
    if (gone && (text_blank(entry->type) || text_blank(entry->id)))
        fhir_flaw_set(&entry->flaw, 400, "required", path,
                      "what is to be deleted?");
}

static void resource_read(struct fhir_entry *entry,
                          const struct json_node *resource)
{
    entry->resource = resource;
    const char *type = json_get_text(resource, "resourceType");
    entry->type = type ? type : "";
    entry->id = json_get_text(resource, "id");
    if (text_blank(entry->id))
        entry->id = NULL;
}

void fhir_entry_read(struct arena *arena, struct fhir_entry *entry,
                     const struct json_node *node, const char *where,
                     bool requests)
{
    const struct json_node *resource = json_get(node, "resource");
    const struct json_node *request = json_get(node, "request");
    const char *url = json_get_text(node, "fullUrl");
    entry->type = "";
    entry->path = arena_format(arena, "%s.resource", where);
    if (resource)
        resource_read(entry, resource);
    if (requests)
        wish_read(arena, entry, request, where);
    if (entry->wish == FHIR_DELETE) {
        entry->full_url =
            unversioned(arena, url ? url : json_get_text(request, "url"));
        return;
    }
    if (!resource)
        fhir_flaw_set(&entry->flaw, 400, "required", entry->path,
                      "there is no resource");
    else if (text_blank(entry->type))
        fhir_flaw_set(&entry->flaw, 400, "structure", entry->path,
                      "this is no FHIR resource: it has no resourceType");
    if (entry->flaw.status)
        return;
    id_find(arena, entry, url);
    if (url && !text_starts(url, "urn:"))
        entry->full_url = unversioned(arena, url);
    entry->order =
        2 * fhir_turn(entry->type) + (text_equal(entry->type, "Patient") &&
                                      json_get(resource, "link") != NULL);
}

void fhir_entry_single(struct arena *arena, struct fhir_entry *entry,
                       const struct json_node *resource)
{
    resource_read(entry, resource);
    entry->path = entry->type;
    id_find(arena, entry, NULL);
}

bool fhir_entry_wishes(const struct json_node *node)
{
    static const char *const methods[] = {"POST", "PUT", "DELETE"};
    const char *method = json_get_text(json_get(node, "request"), "method");
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
        if (text_equal(method, methods[i]))
            return true;
    return false;
}
