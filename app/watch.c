/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder is looked at every few seconds, beside the loop. When nothing in it
 * has changed from one look to the next, all its files are complete, and all
 * are moved to .work/ inside it: whoever writes one of that name again writes
 * another file. From there they are imported one after the other, first what
 * the others name (patients before their visits), each by a process of its
 * own; then they are moved to done/ or failed/. What a life leaves in .work/
 * is the next one's: an import twice changes nothing.
 */
#include "app/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "feeds/layout.h"
#include "io/loop.h"
#include "io/process.h"
#include "io/work.h"

#include "app/command.h"

#define LOOK_MS (2 * SECOND_MS)
#define AGAIN_MS MINUTE_MS /* after the store, or the disk, said no */
#define KILLED_MAX 3       /* a file that ends its import so often is bad */
#define SAID_MAX 2048
#define NAME_ROOM 512
/* Of a file's own name, so that a time before it and that of its report behind
 * it leave one that a disk takes. */
#define NAME_KEPT 200

/* What an import said, until it is known where its file goes. */
#define OUT_NAME ".out"
#define ERROR_NAME ".err"

/* A file that is there, and how it was at this look. */
struct entry {
    char *name;
    int64_t size, changed_at;
};
struct entries {
    struct entry *items;
    size_t count;
};

/* One look, on a thread beside the loop. */
struct look {
    struct folder *folder;
    char *path;
    char *ended; /* the file that was imported; NULL: none */
    int code;    /* how that ended */
    instant now;
    struct entries before, found;
    char *next; /* to be imported now; NULL: nothing */
    char said[SAID_MAX];
    bool failed; /* it could not look; `error` says why */
    struct error error;
};

struct folder {
    struct watch *watch; /* NULL: nobody watches it any more */
    struct folder *next;
    struct timer *timer;
    struct process *process;
    char *path, *format, *map;
    bool full;
    bool looking, told; /* told: that it cannot be read was said */
    struct entries entries;
    char *current; /* the file that is imported */
    instant begun_at;
    int killed; /* in turn, by the current file */
};

struct watch {
    struct loop *loop;
    struct folder *folders;
    char *config_path, *store_path, *program;
};

static void entries_free(struct entries *entries)
{
    for (size_t i = 0; i < entries->count; i++)
        free(entries->items[i].name);
    free(entries->items);
    *entries = (struct entries){0};
}

/* Beside the loop -------------------------------------------------------------
 */

/* Names under which others write what is not complete, and hidden ones. */
static bool is_partial(const char *name)
{
    static const char *const endings[] = {
        ".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp", "~"};
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        if (text_ends(name, endings[i]))
            return true;
    return name[0] == '.';
}

/* What other files name comes first: the order of the layout. */
static size_t rank_of(const char *name)
{
    char stem[NAME_ROOM];
    text_copy(stem, sizeof(stem), name);
    stem[strcspn(stem, ".")] = '\0';
    const struct layout_table *table = layout_find(stem);
    return table ? (size_t)(table - layout_tables) : layout_count;
}

static int compare_names(const char *a, const char *b)
{
    size_t first = rank_of(a), second = rank_of(b);
    return first != second ? (first < second ? -1 : 1) : strcmp(a, b);
}

static bool list_folder(const char *path, struct entries *out,
                        struct error *err)
{
    char **names;
    size_t count;
    if (!file_list(path, NULL, &names, &count, err))
        return false;
    out->items = memory_new((count + 1) * sizeof(*out->items));
    for (size_t i = 0; i < count; i++) {
        char whole[PATH_MAX];
        struct stat about;
        file_join(whole, sizeof(whole), path, names[i]);
        if (is_partial(names[i]) || strlen(names[i]) >= NAME_ROOM / 2 ||
            lstat(whole, &about) != 0 || !S_ISREG(about.st_mode))
            continue;
        out->items[out->count++] = (struct entry){
            .name = memory_text(names[i]),
            .size = about.st_size,
            .changed_at = (int64_t)about.st_mtim.tv_sec * 1000000000 +
                          about.st_mtim.tv_nsec};
    }
    file_list_free(names, count);
    return true;
}

static bool is_quiet(const struct entries *before, const struct entries *now)
{
    if (now->count == 0 || before->count != now->count)
        return false;
    for (size_t i = 0; i < now->count; i++)
        if (!text_equal(before->items[i].name, now->items[i].name) ||
            before->items[i].size != now->items[i].size ||
            before->items[i].changed_at != now->items[i].changed_at)
            return false;
    return true;
}

static bool move_within(const char *folder, const char *from, const char *to,
                        struct error *err)
{
    char old[PATH_MAX], new[PATH_MAX];
    file_join(old, sizeof(old), folder, from);
    file_join(new, sizeof(new), folder, to);
    return file_move(old, new, err);
}

/* The end of a name that is too long: there it says which format it has. */
static const char *kept_of(const char *name)
{
    size_t len = strlen(name);
    const char *kept = len > NAME_KEPT ? name + len - NAME_KEPT : name;
    while ((*kept & 0xc0) == 0x80) /* inside of a letter */
        kept++;
    return kept;
}

/* "done/20261129T164500Z-patients.csv": never over one that is there. */
static void place_of(const char *path, const char *where, instant at,
                     const char *name, char out[NAME_ROOM])
{
    char utc[CIVIL_TEXT_MAX], whole[PATH_MAX], again[16] = "";
    civil_utc_text(at, utc); /* 2026-11-29T16:45:00.000Z */
    for (int i = 2;; i++) {
        snprintf(out, NAME_ROOM, "%s/%.4s%.2s%.5s%.2s%.2sZ%s-%s", where, utc,
                 utc + 5, utc + 8, utc + 14, utc + 17, again, kept_of(name));
        file_join(whole, sizeof(whole), path, out);
        if (!file_exists(whole))
            return;
        snprintf(again, sizeof(again), "-%d", i);
    }
}

static bool make_folder(const char *path, const char *name, struct error *err)
{
    char whole[PATH_MAX];
    file_join(whole, sizeof(whole), path, name);
    return file_is_directory(whole) || file_make_directory(whole, 0700, err);
}

/* What the import wrote is the report; what it said, where it wrote none. */
static bool put_report(const struct look *look, const char *place,
                       struct error *err)
{
    char name[NAME_ROOM + 16], whole[PATH_MAX];
    struct stat about;
    file_join(whole, sizeof(whole), look->path, ".work/" OUT_NAME);
    bool wrote = stat(whole, &about) == 0 && about.st_size > 0;
    snprintf(name, sizeof(name), "%s.report.%s", place, wrote ? "json" : "txt");
    return move_within(
        look->path, wrote ? ".work/" OUT_NAME : ".work/" ERROR_NAME, name, err);
}

static void read_said(struct look *look)
{
    char whole[PATH_MAX];
    struct buf text;
    struct error ignored;
    file_join(whole, sizeof(whole), look->path, ".work/" ERROR_NAME);
    if (file_read(whole, SAID_MAX, &text, &ignored) && text.len > 0)
        text_copy(look->said, sizeof(look->said), text.data);
    look->said[strcspn(look->said, "\n")] = '\0';
    buf_free(&text);
}

static bool put_away(struct look *look)
{
    char place[NAME_ROOM], from[NAME_ROOM];
    bool taken = look->code == EXIT_FINE || look->code == EXIT_PARTLY;
    const char *where = taken ? "done" : "failed";
    place_of(look->path, where, look->now, look->ended, place);
    snprintf(from, sizeof(from), ".work/%s", look->ended);
    return make_folder(look->path, where, &look->error) &&
           put_report(look, place, &look->error) &&
           move_within(look->path, from, place, &look->error);
}

static bool take_in(const struct look *look, struct error *err)
{
    bool done = true;
    for (size_t i = 0; done && i < look->found.count; i++) {
        char to[NAME_ROOM];
        snprintf(to, sizeof(to), ".work/%s", look->found.items[i].name);
        done = move_within(look->path, look->found.items[i].name, to, err);
    }
    return done;
}

/* The first of those that wait. */
static bool find_next(struct look *look, struct error *err)
{
    char work[PATH_MAX];
    struct entries waiting = {0};
    file_join(work, sizeof(work), look->path, ".work");
    if (!list_folder(work, &waiting, err))
        return false;
    const char *first = NULL;
    for (size_t i = 0; i < waiting.count; i++)
        if (!first || compare_names(waiting.items[i].name, first) < 0)
            first = waiting.items[i].name;
    look->next = first ? memory_text(first) : NULL;
    entries_free(&waiting);
    return true;
}

static bool look_over(struct look *look)
{
    struct error *err = &look->error;
    if (look->ended) {
        read_said(look);
        if (!put_away(look))
            return false;
    }
    if (!make_folder(look->path, ".work", err) || !find_next(look, err))
        return false;
    if (look->next)
        return true;
    if (!list_folder(look->path, &look->found, err))
        return false;
    return !is_quiet(&look->before, &look->found) ||
           (take_in(look, err) && find_next(look, err));
}

static void look_run(void *arg)
{
    struct look *look = arg;
    look->failed = !look_over(look);
}

/* The loop --------------------------------------------------------------------
 */

static void look_begin(struct folder *folder, char *ended, int code);

static void folder_free(struct folder *folder)
{
    entries_free(&folder->entries);
    free(folder->current);
    free(folder->path);
    free(folder->format);
    free(folder->map);
    free(folder);
}

static const char *result_name(int code)
{
    return code == EXIT_FINE     ? "done"
           : code == EXIT_PARTLY ? "partly"
                                 : "failed";
}

static void tell_ended(const struct folder *folder, const struct look *look)
{
    bool well = look->code == EXIT_FINE;
    log_event(well ? LOG_NOTICE : LOG_WARNING, "feed-file",
              "file=%s result=%s seconds=%lld%s%s", log_quote(look->ended),
              result_name(look->code),
              (long long)((look->now - folder->begun_at) / SECOND_MS),
              look->said[0] && !well ? " said=" : "",
              look->said[0] && !well ? log_quote(look->said) : "");
}

/* The folder cannot be read, or nothing be moved there: said once. */
static void tell_trouble(struct folder *folder, const struct look *look)
{
    if (look->failed && !folder->told)
        log_event(LOG_WARNING, "feed-folder", "folder=%s reason=%s",
                  log_quote(folder->path), log_quote(look->error.text));
    if (!look->failed && folder->told)
        log_event(LOG_NOTICE, "feed-folder-back", "folder=%s",
                  log_quote(folder->path));
    folder->told = look->failed;
}

static bool may_come_again(struct folder *folder, int code)
{
    if (code == -1)
        return ++folder->killed < KILLED_MAX;
    folder->killed = 0;
    return code == EXIT_CANNOT;
}

static void on_import(void *arg, int code)
{
    struct folder *folder = arg;
    char *ended = folder->current;
    folder->process = NULL;
    folder->current = NULL;
    if (!may_come_again(folder, code)) {
        look_begin(folder, ended, code);
        return;
    }
    log_event(LOG_WARNING, "feed-file", "file=%s result=waits code=%d",
              log_quote(ended), code);
    free(ended);
    timer_start(folder->timer, AGAIN_MS);
}

static const char *format_of(const struct folder *folder, const char *name)
{
    if (folder->format)
        return folder->format;
    return text_ends(name, ".hl7") ? "hl7"
           : text_ends(name, ".json") || text_ends(name, ".ndjson") ||
                   text_ends(name, ".gz")
               ? "fhir"
               : "csv";
}

static bool import_begin(struct folder *folder, const char *name,
                         struct error *err)
{
    const struct watch *watch = folder->watch;
    char file[PATH_MAX], out[PATH_MAX], error[PATH_MAX];
    const char *words[16];
    size_t count = 0;
    snprintf(file, sizeof(file), "%s/.work/%s", folder->path, name);
    file_join(out, sizeof(out), folder->path, ".work/" OUT_NAME);
    file_join(error, sizeof(error), folder->path, ".work/" ERROR_NAME);
    words[count++] = watch->program;
    if (watch->config_path) {
        words[count++] = "--config";
        words[count++] = watch->config_path;
    }
    words[count++] = "--store";
    words[count++] = watch->store_path;
    words[count++] = "--json";
    words[count++] = "import";
    if (folder->format || !folder->map) {
        words[count++] = "--format";
        words[count++] = format_of(folder, name);
    }
    if (folder->map) {
        words[count++] = "--map";
        words[count++] = folder->map;
    }
    if (folder->full)
        words[count++] = "--full";
    words[count++] = file;
    words[count] = NULL;
    folder->process =
        process_start(watch->loop, words, out, error, on_import, folder, err);
    return folder->process != NULL;
}

static void look_free(struct look *look)
{
    entries_free(&look->before);
    entries_free(&look->found);
    free(look->path);
    free(look->ended);
    free(look->next);
    free(look);
}

/* What was found is imported, or looked at again. */
static void go_on(struct folder *folder, struct look *look)
{
    if (!look->failed && look->next &&
        !import_begin(folder, look->next, &look->error))
        look->failed = true;
    tell_trouble(folder, look);
    if (look->failed || !look->next) {
        timer_start(folder->timer, look->failed ? AGAIN_MS : LOOK_MS);
        return;
    }
    folder->begun_at = clock_now();
    folder->current = look->next;
    look->next = NULL;
}

static void look_end(void *arg)
{
    struct look *look = arg;
    struct folder *folder = look->folder;
    folder->looking = false;
    if (look->ended && !look->failed)
        tell_ended(folder, look);
    if (folder->watch) {
        folder->entries = look->found;
        look->found = (struct entries){0};
        go_on(folder, look);
    } else {
        folder_free(folder);
    }
    look_free(look);
}

/* Takes `ended` over. */
static void look_begin(struct folder *folder, char *ended, int code)
{
    struct look *look = memory_new(sizeof(*look));
    look->folder = folder;
    look->path = memory_text(folder->path);
    look->ended = ended;
    look->code = code;
    look->now = clock_now();
    look->before = folder->entries;
    folder->entries = (struct entries){0};
    folder->looking = true;
    work_run(folder->watch->loop, look_run, look_end, look);
}

static void on_timer(void *arg)
{
    look_begin(arg, NULL, 0);
}

/* A look that is under way frees it. */
static void folder_leave(struct folder *folder)
{
    timer_free(folder->timer);
    process_leave(folder->process);
    folder->watch = NULL;
    if (!folder->looking)
        folder_free(folder);
}

static void folder_new(struct watch *watch, const struct config_watch *from)
{
    struct folder *folder = memory_new(sizeof(*folder));
    folder->watch = watch;
    folder->path = memory_text(from->folder);
    folder->format = from->format ? memory_text(from->format) : NULL;
    folder->map = from->map ? memory_text(from->map) : NULL;
    folder->full = from->full;
    folder->timer = timer_new(watch->loop, on_timer, folder);
    folder->next = watch->folders;
    watch->folders = folder;
    timer_start(folder->timer, 0);
}

struct watch *watch_new(struct loop *loop)
{
    struct watch *watch = memory_new(sizeof(*watch));
    watch->loop = loop;
    return watch;
}

static void set_text(char **to, const char *from)
{
    free(*to);
    *to = from ? memory_text(from) : NULL;
}

void watch_configure(struct watch *watch, const struct config_watches *folders,
                     const char *config_path, const char *store_path)
{
    char program[PATH_MAX];
    struct folder *next;
    for (struct folder *folder = watch->folders; folder; folder = next) {
        next = folder->next;
        folder_leave(folder);
    }
    watch->folders = NULL;
    set_text(&watch->config_path, config_path);
    set_text(&watch->store_path, store_path);
    set_text(&watch->program, file_program(program) ? program : "outreach");
    for (size_t i = 0; i < folders->count; i++)
        folder_new(watch, &folders->items[i]);
}

void watch_free(struct watch *watch)
{
    if (!watch)
        return;
    watch_configure(watch, &(struct config_watches){0}, NULL, NULL);
    free(watch->config_path);
    free(watch->store_path);
    free(watch->program);
    free(watch);
}
