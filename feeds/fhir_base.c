/* SPDX-License-Identifier: Apache-2.0 */
#include "feeds/fhir_base.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"

static const char *of_url(struct arena *arena, const char *url,
                          const char *type)
{
    const char *end = url ? strrchr(url, '/') : NULL;
    size_t len = strlen(type);
    if (!end || (size_t)(end - url) < len + 2 ||
        end[-(ptrdiff_t)len - 1] != '/')
        return NULL;
    const char *from = end - len;
    return strncmp(from, type, len) == 0
               ? arena_text_n(arena, url, (size_t)(from - 1 - url))
               : NULL;
}

/* What stands behind '#' is of one request. */
static const char *of_meta(struct arena *arena,
                           const struct json_node *resource)
{
    const char *text = json_get_text(json_get(resource, "meta"), "source");
    size_t len = text ? strcspn(text, "#") : 0;
    while (len > 0 && text[len - 1] == '/')
        len--;
    return len > 0 ? arena_text_n(arena, text, len) : NULL;
}

const char *fhir_base(struct arena *arena, const char *full_url,
                      const char *type, const struct json_node *resource,
                      bool *by_url)
{
    const char *base = of_url(arena, full_url, type);
    *by_url = base != NULL;
    return base ? base : of_meta(arena, resource);
}

const char *fhir_authority(struct arena *arena, const char *base,
                           const char *type)
{
    return arena_format(arena, "%s/%s", base, type);
}

/* Together --------------------------------------------------------------------
 */

struct place {
    const char *name; /* NULL: free */
    const char *base; /* NULL: of several servers */
    bool by_url;
};

struct fhir_bases {
    struct arena *arena;
    struct place *places;
    size_t count, room; /* a power of two, at least twice the count */
};

struct fhir_bases *fhir_bases_new(void)
{
    struct fhir_bases *bases = memory_new(sizeof(*bases));
    bases->arena = arena_new();
    bases->room = 64;
    bases->places = memory_new(bases->room * sizeof(bases->places[0]));
    return bases;
}

void fhir_bases_free(struct fhir_bases *bases)
{
    if (!bases)
        return;
    arena_free(bases->arena);
    free(bases->places);
    free(bases);
}

static bool is_named(const char *name, const char *type, const char *id)
{
    size_t len = strlen(type);
    return strncmp(name, type, len) == 0 && name[len] == '/' &&
           text_equal(name + len + 1, id);
}

static struct place *place_of(const struct fhir_bases *bases, const char *type,
                              const char *id)
{
    size_t at = hash_fnv(HASH_FNV, type, strlen(type));
    at = hash_fnv(hash_fnv(at, "/", 1), id, strlen(id));
    struct place *place = &bases->places[at & (bases->room - 1)];
    while (place->name && !is_named(place->name, type, id))
        place = &bases->places[++at & (bases->room - 1)];
    return place;
}

static void grow(struct fhir_bases *bases)
{
    struct fhir_bases larger = *bases;
    larger.room *= 2;
    larger.places = memory_new(larger.room * sizeof(larger.places[0]));
    for (size_t i = 0; i < bases->room; i++) {
        const struct place *from = &bases->places[i];
        const char *slash = from->name ? strchr(from->name, '/') : NULL;
        if (!slash)
            continue;
        const char *type = arena_text_n(bases->arena, from->name,
                                        (size_t)(slash - from->name));
        *place_of(&larger, type, slash + 1) = *from;
    }
    free(bases->places);
    *bases = larger;
}

void fhir_bases_put(struct fhir_bases *bases, const char *type, const char *id,
                    const char *base, bool by_url)
{
    if (2 * (bases->count + 1) > bases->room)
        grow(bases);
    struct place *place = place_of(bases, type, id);
    if (place->name) {
        if (!text_equal(place->base, base))
            place->base = NULL;
        return;
    }
    bases->count++;
    *place =
        (struct place){.name = arena_format(bases->arena, "%s/%s", type, id),
                       .base = arena_text(bases->arena, base),
                       .by_url = by_url};
}

const char *fhir_bases_find(const struct fhir_bases *bases, const char *type,
                            const char *id, bool by_url)
{
    const struct place *place = bases ? place_of(bases, type, id) : NULL;
    return place && place->name && !(by_url && place->by_url) ? place->base
                                                              : NULL;
}
