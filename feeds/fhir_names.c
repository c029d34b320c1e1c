/* SPDX-License-Identifier: Apache-2.0 */
#include "feeds/fhir_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"

struct name {
    const char *name; /* NULL: free */
    size_t file, bundle, number;
    const char *type, *id;
    const struct fact_person *self; /* NULL: not known otherwise */
    instant at;                     /* of the name "": the Bundle itself */
};

struct fhir_names {
    struct arena *arena;
    struct name *list;
    size_t count, room; /* a power of two, at least twice the count */
    size_t file, bundle;
};

struct fhir_names *fhir_names_new(void)
{
    struct fhir_names *names = memory_new(sizeof(*names));
    names->arena = arena_new();
    names->room = 64;
    names->list = memory_new(names->room * sizeof(names->list[0]));
    return names;
}

void fhir_names_free(struct fhir_names *names)
{
    if (!names)
        return;
    arena_free(names->arena);
    free(names->list);
    free(names);
}

void fhir_names_turn_to(struct fhir_names *names, size_t file, size_t bundle)
{
    names->file = file;
    names->bundle = bundle;
}

bool fhir_names_want(const char *type)
{
    static const char *const types[] = {"Patient", "RelatedPerson", "Location",
                                        "Organization", "MedicationRequest"};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (text_equal(type, types[i]))
            return true;
    return false;
}

/* Names -----------------------------------------------------------------------
 */

static struct name *place_of(const struct fhir_names *names,
                             const struct name *wanted)
{
    size_t at = hash_fnv(HASH_FNV, wanted->name, strlen(wanted->name));
    at += wanted->file * 31 + wanted->bundle * 1009;
    struct name *place = &names->list[at & (names->room - 1)];
    while (place->name &&
           !(text_equal(place->name, wanted->name) &&
             place->file == wanted->file && place->bundle == wanted->bundle))
        place = &names->list[++at & (names->room - 1)];
    return place;
}

static struct name *find(const struct fhir_names *names, const char *name)
{
    const struct name wanted = {
        .name = name, .file = names->file, .bundle = names->bundle};
    struct name *place = place_of(names, &wanted);
    return place->name ? place : NULL;
}

static void grow(struct fhir_names *names)
{
    struct fhir_names larger = *names;
    larger.room *= 2;
    larger.list = memory_new(larger.room * sizeof(larger.list[0]));
    for (size_t i = 0; i < names->room; i++)
        if (names->list[i].name)
            *place_of(&larger, &names->list[i]) = names->list[i];
    free(names->list);
    *names = larger;
}

/* It may be there already, and is left then. */
static struct name *make(struct fhir_names *names, const struct name *one)
{
    if (2 * (names->count + 1) > names->room)
        grow(names);
    struct name *place = place_of(names, one);
    if (place->name)
        return place;
    *place = *one;
    place->name = arena_text(names->arena, one->name);
    names->count++;
    return place;
}

/* False: another entry has it already, and keeps it. */
static bool add(struct fhir_names *names, const char *name,
                const struct fhir_entry *entry)
{
    const struct name one = {.name = name,
                             .file = names->file,
                             .bundle = names->bundle,
                             .number = entry->number};
    struct name *place = make(names, &one);
    if (place->number != entry->number)
        return false;
    if (!place->type) {
        place->type = arena_text(names->arena, entry->type);
        place->id = arena_text(names->arena, entry->id);
    }
    return true;
}

void fhir_names_date(struct fhir_names *names, instant at)
{
    const struct name one = {
        .name = "", .file = names->file, .bundle = names->bundle};
    make(names, &one)->at = at;
}

instant fhir_names_at(const struct fhir_names *names)
{
    const struct name *name = find(names, "");
    return name ? name->at : INSTANT_NEVER;
}

static const char *local_name(const struct fhir_names *names, const char *type,
                              const char *id)
{
    return arena_format(names->arena, "%s#%s", type, id);
}

bool fhir_names_add(struct fhir_names *names, const struct fhir_entry *entry,
                    const char *full_url)
{
    if (!entry->id || !fhir_names_want(entry->type))
        return true;
    if (full_url && text_starts(full_url, "urn:") &&
        !add(names, full_url, entry))
        return false;
    if (entry->local)
        add(names, local_name(names, entry->type, entry->id), entry);
    for (const struct json_node *one =
             json_first(json_get(entry->resource, "identifier"));
         one; one = json_next(one)) {
        const char *system = json_get_text(one, "system");
        const char *value = json_get_text(one, "value");
        if (!text_blank(value))
            add(names,
                arena_format(names->arena, "%s?identifier=%s%s%s", entry->type,
                             system ? system : "", system ? "|" : "", value),
                entry);
    }
    return true;
}

void fhir_names_know(struct fhir_names *names, const struct fhir_entry *entry,
                     const struct fact_person *self)
{
    struct name *name = find(names, local_name(names, entry->type, entry->id));
    if (!name)
        return;
    struct fact_person *copy = arena_alloc(names->arena, sizeof(*copy));
    *copy = *self;
    copy->where = copy->rule = NULL;
    for (size_t i = 0; i < copy->id_count; i++) {
        struct fact_id *id = &copy->ids[i];
        id->authority = arena_text(names->arena, id->authority);
        id->value = arena_text(names->arena, id->value);
        id->type = id->type ? arena_text(names->arena, id->type) : NULL;
    }
    name->self = copy;
}

const struct fact_person *fhir_names_person(const struct fhir_names *names,
                                            const char *type, const char *id)
{
    const struct name *name = find(names, local_name(names, type, id));
    return name ? name->self : NULL;
}

/* References ------------------------------------------------------------------
 */

/* What a reference is put as; NULL: as it is. */
static const char *resolved(const struct fhir_names *names, const char *text)
{
    bool search = strchr(text, '?') != NULL;
    if (!search && !text_starts(text, "urn:"))
        return NULL;
    const char *plain = search ? fhir_url_plain(names->arena, text) : text;
    const struct name *target = find(names, plain);
    if (target)
        return arena_format(names->arena, "%s/%s", target->type, target->id);
    return text_equal(plain, text) ? NULL : plain;
}

static const char *resolved_member(const struct fhir_names *names,
                                   const struct json_node *node)
{
    const char *text = json_text(node);
    return text && text_equal(json_key(node), "reference")
               ? resolved(names, text)
               : NULL;
}

static bool differs(const struct fhir_names *names,
                    const struct json_node *node)
{
    if (resolved_member(names, node))
        return true;
    for (const struct json_node *one = json_first(node); one;
         one = json_next(one))
        if (differs(names, one))
            return true;
    return false;
}

static void write(const struct fhir_names *names, struct json_writer *writer,
                  const struct json_node *node)
{
    const char *reference = resolved_member(names, node);
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
        write(names, writer, one);
    json_write_end(writer, type == JSON_OBJECT ? '}' : ']');
}

struct json *fhir_names_resolve(const struct fhir_names *names,
                                const struct fhir_entry *entry)
{
    bool without_id = text_blank(json_get_text(entry->resource, "id"));
    struct json_writer writer;
    struct error err = {0};
    struct buf out;
    if (!(without_id && entry->id) && !differs(names, entry->resource))
        return NULL;
    buf_init(&out, JSON_MAX_BYTES);
    json_write_init(&writer, &out);
    json_write_object(&writer, NULL);
    if (without_id && entry->id)
        json_write_text(&writer, "id", entry->id);
    for (const struct json_node *one = json_first(entry->resource); one;
         one = json_next(one))
        if (!without_id || !text_equal(json_key(one), "id"))
            write(names, &writer, one);
    json_write_end(&writer, '}');
    struct json *doc =
        out.overflow ? NULL : json_parse(out.data, out.len, 0, &err, NULL);
    buf_free(&out);
    return doc;
}
