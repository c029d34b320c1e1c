/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From files, or from a bundle, to a checked campaign. Finds the texts that
 * make up a campaign and hands them to the reader; writes the bundle, whose
 * SHA-256 is the campaign's version. Whitespace and comments are no part of
 * it: a bundle changes only when what the campaign says does.
 */
#include "campaigns/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include "campaigns/reader.h"
#include "campaigns/shelf.h"

#define CAMPAIGN_BYTES_MAX (1u << 20)
#define LANGUAGE_BYTES_MAX (512u << 10)
#define BUNDLE_BYTES_MAX (7u << 20)
#define PATH_BYTES 4096
#define BUNDLE_FORMAT 1
#define SOURCE_HEX_MIN 4
#define TAG_MAX 20

/* The documents of one load, freed when it ends. */
struct documents {
    struct json *campaign;
    struct json *languages[LANGUAGES_MAX];
    size_t language_count;
};

/* base/file names the path, and so does the fault. */
const char *without_path(const char *text, const char *path)
{
    size_t len = strlen(path);
    if (strncmp(text, path, len) == 0 && strncmp(text + len, ": ", 2) == 0)
        return text + len + 2;
    return text;
}

static struct json *read_document(const char *path, size_t max,
                                  struct faults *faults)
{
    struct buf text;
    struct error err = {0};
    struct json_place place = {0};
    struct json *doc = NULL;
    if (file_read(path, max, &text, &err))
        doc = json_parse(text.data, text.len, JSON_COMMENTS, &err, &place);
    if (doc == NULL)
        faults_add(faults, FAULT_ERROR, path, place.line, place.column, "%s",
                   without_path(err.text, path));
    buf_free(&text);
    return doc;
}

/* A folder beside the campaign file and nowhere else. */
static bool folder_fits(const char *folder)
{
    return folder[0] != '/' && folder[0] != '\0' && strcmp(folder, "..") != 0 &&
           !text_starts(folder, "../") && strstr(folder, "/../") == NULL;
}

static void read_language(struct reader *reader, struct documents *documents,
                          const char *folder, const char *name)
{
    char path[PATH_BYTES];
    file_join(path, sizeof(path), folder, name);
    struct json *doc = read_document(path, LANGUAGE_BYTES_MAX, reader->faults);
    if (doc == NULL) {
        reader->texts_lost = true;
        return;
    }
    documents->languages[documents->language_count++] = doc;
    struct source source = {
        .file = arena_text(reader->arena, path),
        .doc = doc,
        .node = json_root(doc),
    };
    const char *language = json_get_text(source.node, "language");
    size_t stem = strlen(name) - strlen(".json");
    if (language != NULL &&
        (strlen(language) != stem || strncmp(language, name, stem) != 0)) {
        struct json_place place =
            json_place(doc, json_get(source.node, "language"));
        faults_add(reader->faults, FAULT_ERROR, source.file, place.line,
                   place.column,
                   "the file is called %s, so its language is "
                   "\"%.*s\"",
                   name, (int)stem, name);
    }
    reader->languages[reader->language_count++] = source;
}

/* "messages": "refill/" */
static void read_folder(struct reader *reader, struct documents *documents)
{
    char folder[PATH_BYTES];
    char **names = NULL;
    size_t count = 0;
    struct error err = {0};
    const struct json_node *node =
        reader_get(reader->at.node, "messages", IS_TEXT);
    if (node == NULL)
        return;
    const char *name = json_text(node);
    reader->texts_lost = true;
    if (!folder_fits(name)) {
        reader_fault(reader, node,
                     "\"messages\" names a folder beside this file: "
                     "\"refill/\"");
        return;
    }
    size_t base = (size_t)(file_base(reader->at.file) - reader->at.file);
    snprintf(folder, sizeof(folder), "%.*s%s", (int)base, reader->at.file,
             name);
    size_t len = strlen(folder);
    if (len > 1 && folder[len - 1] == '/')
        folder[len - 1] = '\0';
    if (!file_list(folder, ".json", &names, &count, &err)) {
        reader_fault(reader, node, "%s", err.text);
        return;
    }
    if (count == 0 || count > LANGUAGES_MAX)
        reader_fault(reader, node,
                     "%s wants one file a language (en.json), 1 to %d of them",
                     folder, LANGUAGES_MAX);
    reader->texts_lost = false;
    for (size_t i = 0; i < count && count <= LANGUAGES_MAX; i++)
        read_language(reader, documents, folder, names[i]);
    file_list_free(names, count);
}

/* First digits of the SHA-256 over what a language file says. */
static void language_version(const struct source *source, char out[SHA256_HEX])
{
    struct buf text;
    struct json_writer writer;
    buf_init(&text, LANGUAGE_BYTES_MAX * 2);
    json_write_init(&writer, &text);
    json_write_array(&writer, NULL);
    json_write_node(&writer, NULL, json_get(source->node, "messages"));
    if (json_get(source->node, "questions") != NULL)
        json_write_node(&writer, NULL, json_get(source->node, "questions"));
    json_write_end(&writer, ']');
    hash_sha256_hex(text.data, text.len, out);
    buf_free(&text);
}

static const struct source *find_language(const struct reader *reader,
                                          const char *tag, size_t len)
{
    for (size_t i = 0; i < reader->language_count; i++) {
        const char *language =
            json_get_text(reader->languages[i].node, "language");
        if (language != NULL && strlen(language) == len &&
            strncmp(language, tag, len) == 0)
            return &reader->languages[i];
    }
    return NULL;
}

/* "source": "en@3f9a" against the English of today. */
static void check_version(struct reader *reader, const struct json_node *node)
{
    char version[SHA256_HEX];
    const char *text = json_text(node);
    const char *hex = strchr(text, '@');
    size_t digits = hex != NULL ? strspn(hex + 1, "0123456789abcdef") : 0;
    if (hex == NULL || digits < SOURCE_HEX_MIN || hex[1 + digits] != '\0' ||
        hex - text > TAG_MAX) {
        reader_fault(reader, node,
                     "\"source\" names a language and the first digits of its "
                     "version: \"en@3f9a\"");
        return;
    }
    int tag = (int)(hex - text);
    const struct source *origin = find_language(reader, text, (size_t)tag);
    if (origin == NULL) {
        reader_fault(reader, node, "there is no language file for '%.*s'", tag,
                     text);
        return;
    }
    language_version(origin, version);
    if (strncmp(version, hex + 1, digits) != 0)
        reader_warn(reader, node,
                    "made from %.*s, but %.*s is now at %.*s@%.4s: look the "
                    "translation over, then write that here",
                    tag + 9, text, tag, text, tag, text, version);
}

/* A translation that names no source would never show that it is behind. */
static void check_source(struct reader *reader, const struct source *source,
                         bool clean)
{
    char version[SHA256_HEX];
    const char *first = reader->campaign->default_language;
    const char *language = json_get_text(source->node, "language");
    const struct json_node *node = json_get(source->node, "source");
    struct source outer = reader->at;
    reader->at = *source;
    if (json_type(node) == JSON_TEXT)
        check_version(reader, node);
    else if (node == NULL && clean && !text_equal(language, first)) {
        const struct source *origin =
            find_language(reader, first, strlen(first));
        if (origin != NULL) {
            language_version(origin, version);
            reader_warn(reader, source->node,
                        "a translation says what it was made from; if that is "
                        "today's: \"source\": \"%s@%.4s\"",
                        first, version);
        }
    }
    reader->at = outer;
}

/* All but the editor's hint, which says nothing. */
static void write_said(struct json_writer *writer, const char *key,
                       const struct json_node *object)
{
    json_write_object(writer, key);
    for (const struct json_node *node = json_first(object); node != NULL;
         node = json_next(node)) {
        if (json_key(node) != NULL && strcmp(json_key(node), "$schema") != 0)
            json_write_node(writer, json_key(node), node);
    }
    json_write_end(writer, '}');
}

static void write_bundle(const struct reader *reader, struct buf *out)
{
    struct json_writer writer;
    json_write_init(&writer, out);
    json_write_object(&writer, NULL);
    json_write_integer(&writer, "bundle", BUNDLE_FORMAT);
    write_said(&writer, "campaign", reader->at.node);
    json_write_array(&writer, "languages");
    for (size_t i = 0; i < reader->language_count; i++)
        write_said(&writer, NULL, reader->languages[i].node);
    json_write_end(&writer, ']');
    shelf_write(reader->shelf, &writer, "measures");
    json_write_end(&writer, '}');
}

static void reader_open(struct reader *reader, struct faults *faults,
                        const struct bundle_options *options)
{
    struct arena *arena = arena_new();
    *reader = (struct reader){
        .arena = arena,
        .faults = faults,
        .options = options,
        .campaign = arena_alloc(arena, sizeof(*reader->campaign)),
    };
    reader->campaign->arena = arena;
}

/* The campaign when nothing was wrong with it since `before`, else NULL. */
static struct campaign *reader_close(struct reader *reader, size_t before)
{
    struct campaign *campaign = reader->campaign;
    shelf_free(reader->shelf);
    faults_sort(reader->faults);
    if (reader->faults->errors == before)
        return campaign;
    campaign_free(campaign);
    return NULL;
}

/* Somebody checks the folder's other files one by one. */
static bool is_campaign(struct reader *reader)
{
    const struct json_node *root = reader->at.node;
    if (json_get(root, "campaign") != NULL)
        return true;
    if (json_get(root, "language") != NULL)
        reader_fault(reader, root,
                     "this is a language file: check the campaign that names "
                     "its folder in \"messages\"");
    else if (json_get(json_type(root) == JSON_ARRAY ? json_first(root) : root,
                      "measure") != NULL)
        reader_fault(reader, root,
                     "this is a measure: check a campaign that names it");
    else
        return true;
    return false;
}

struct campaign *campaign_load(const char *path,
                               const struct bundle_options *options,
                               struct faults *faults, struct buf *bundle)
{
    struct reader reader;
    struct documents documents = {0};
    struct buf text;
    size_t before = faults->errors;
    reader_open(&reader, faults, options);
    buf_init(&text, BUNDLE_BYTES_MAX);
    documents.campaign = read_document(path, CAMPAIGN_BYTES_MAX, faults);
    if (documents.campaign == NULL)
        goto out;
    reader.at = (struct source){
        .file = arena_text(reader.arena, path),
        .doc = documents.campaign,
        .node = json_root(documents.campaign),
    };
    if (!is_campaign(&reader))
        goto out;
    reader.campaign->path = reader.at.file;
    reader.advise = true;
    reader.shelf = shelf_of_files(path, options, reader.arena, faults);
    read_folder(&reader, &documents);
    read_campaign(&reader);
    bool clean = faults->errors == before;
    for (size_t i = 0; i < reader.language_count; i++)
        check_source(&reader, &reader.languages[i], clean);
    write_bundle(&reader, &text);
    hash_sha256_hex(text.data, text.len, reader.campaign->sha256);
    if (text.overflow)
        reader_fault(&reader, reader.at.node,
                     "the campaign with its languages and measures is too big");
    else if (bundle != NULL && faults->errors == before)
        buf_add(bundle, text.data, text.len);
out:
    buf_free(&text);
    struct campaign *campaign = reader_close(&reader, before);
    json_free(documents.campaign);
    for (size_t i = 0; i < documents.language_count; i++)
        json_free(documents.languages[i]);
    return campaign;
}

static void open_bundle(struct reader *reader, const char *name,
                        const struct json *doc)
{
    const struct json_node *root = json_root(doc);
    const struct json_node *languages = json_get(root, "languages");
    reader->at = (struct source){
        .file = name, .doc = doc, .node = json_get(root, "campaign")};
    for (const struct json_node *node = json_first(languages);
         node != NULL && reader->language_count < LANGUAGES_MAX;
         node = json_next(node))
        reader->languages[reader->language_count++] =
            (struct source){.file = name, .doc = doc, .node = node};
    reader->shelf = shelf_of_bundle(name, doc, json_get(root, "measures"),
                                    reader->arena, reader->faults);
}

struct campaign *bundle_read(const char *name, const char *text, size_t len,
                             bool advise, struct faults *faults)
{
    struct reader reader;
    struct error err = {0};
    struct json_place place = {0};
    int64_t format = 0;
    size_t before = faults->errors;
    reader_open(&reader, faults, NULL);
    reader.campaign->path = name;
    reader.advise = advise;
    struct json *doc = json_parse(text, len, 0, &err, &place);
    if (doc == NULL) {
        faults_add(faults, FAULT_ERROR, name, place.line, place.column, "%s",
                   err.text);
    } else if (!json_integer(json_get(json_root(doc), "bundle"), &format) ||
               format != BUNDLE_FORMAT) {
        faults_add(faults, FAULT_ERROR, name, 1, 1,
                   "this is no bundle of format %d", BUNDLE_FORMAT);
    } else {
        open_bundle(&reader, name, doc);
        read_campaign(&reader);
        hash_sha256_hex(text, len, reader.campaign->sha256);
    }
    struct campaign *campaign = reader_close(&reader, before);
    json_free(doc);
    return campaign;
}

struct campaign *campaign_from_bundle(const char *text, size_t len,
                                      struct faults *faults)
{
    return bundle_read("bundle", text, len, false, faults);
}

void campaign_free(struct campaign *campaign)
{
    if (campaign != NULL)
        arena_free(campaign->arena);
}
