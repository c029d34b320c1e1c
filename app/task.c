/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach task`: the worklist of people. What the engine opened, who takes
 * it, what was said, when it is done.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/json.h"
#include "base/text.h"
#include "store/reply.h"
#include "store/store.h"
#include "store/task.h"

#include "app/command.h"
#include "app/reply_text.h"
#include "app/setup.h"
#include "app/table.h"

enum { PRINT_MAX = 4 << 20 };

struct request {
    const struct options *options;
    const char *to, *owner, *note;
    bool all;
    struct setup setup;
    struct store *store;
    int64_t id;
};

static const char *local_text(const struct request *request, instant at,
                              char out[CIVIL_TEXT_MAX])
{
    return time_text(request->setup.config->zone, at, out);
}

static void write_members(const struct request *request,
                          struct json_writer *json, const struct task *task)
{
    char when[CIVIL_TEXT_MAX];
    json_write_integer(json, "id", task->id);
    json_write_text(json, "state", task_state_name(task->state));
    json_write_text(json, "kind", task->kind);
    json_write_text(json, "name", task->name);
    json_write_text(json, "campaign", task->campaign);
    json_write_text(json, "patient", task->mrn);
    json_write_text(json, "owner", task->owner);
    json_write_text(json, "taken_by", task->taken_by);
    json_write_text(json, "reason", task->reason);
    json_write_text(json, "opened_at",
                    local_text(request, task->opened_at, when));
    json_write_text(json, "due_at",
                    task->due_at == INSTANT_NEVER
                        ? NULL
                        : local_text(request, task->due_at, when));
}

static void write_task(const struct request *request, struct json_writer *json,
                       const struct task *task)
{
    json_write_object(json, NULL);
    write_members(request, json, task);
    json_write_end(json, '}');
}

static void print_list(const struct request *request, const struct task *tasks,
                       size_t count)
{
    static const char *const headers[] = {">id",   "due",     "owner",
                                          "state", "patient", "campaign",
                                          "what",  "why",     NULL};
    struct table *table = table_new(headers);
    instant now = clock_now();
    for (size_t i = 0; i < count; i++) {
        const struct task *task = &tasks[i];
        char id[24], due[CIVIL_TEXT_MAX + 8], when[CIVIL_TEXT_MAX];
        snprintf(id, sizeof(id), "%lld", (long long)task->id);
        snprintf(due, sizeof(due), "%s%s",
                 local_text(request, task->due_at, when),
                 task->due_at < now ? " LATE" : "");
        const char *cells[] = {id,          due,
                               task->owner, task_state_name(task->state),
                               task->mrn,   task->campaign,
                               task->name,  task->reason};
        table_row(table, cells);
    }
    if (count)
        table_print(table, stdout);
    else
        puts("No open tasks.");
    table_free(table);
}

static bool list(struct request *request, struct error *err)
{
    struct task_filter filter = {
        .closed = request->all,
        .owner = request->owner,
        .due_before = INSTANT_NEVER,
    };
    struct task *tasks;
    size_t count;
    if (!task_list(request->store, &filter, &tasks, &count, err))
        return false;
    if (request->options->json) {
        struct buf out;
        struct json_writer json;
        buf_init(&out, PRINT_MAX);
        json_write_init(&json, &out);
        json_write_array(&json, NULL);
        for (size_t i = 0; i < count; i++)
            write_task(request, &json, &tasks[i]);
        json_write_end(&json, ']');
        puts(out.data);
        buf_free(&out);
    } else {
        print_list(request, tasks, count);
    }
    free(tasks);
    return true;
}

/* Whoever must act needs the words and the number, unmasked. */
static void print_reply(void *arg, const struct reply *reply)
{
    const struct request *request = arg;
    char when[CIVIL_TEXT_MAX];
    char *words = print_quoted(reply_words(reply), "  ");
    print("\n%s by %s from %s:\n  %s\n",
          local_text(request, reply->received_at, when),
          channel_name(reply->channel), reply->address, words);
    free(words);
}

static bool show_json(struct request *request, const struct task *task,
                      const char *note, struct error *err)
{
    const struct reply_filter filter = {.task_id = task->id};
    struct buf out;
    struct json_writer json;
    struct reply_writing writing = {&json, "reply",
                                    request->setup.config->zone};
    buf_init(&out, PRINT_MAX);
    json_write_init(&json, &out);
    json_write_object(&json, NULL);
    write_members(request, &json, task);
    json_write_text(&json, "note", note);
    bool ok = reply_list(request->store, &filter, reply_write, &writing, err);
    json_write_end(&json, '}');
    if (ok)
        puts(out.data);
    buf_free(&out);
    return ok;
}

static bool show_text(struct request *request, const struct task *task,
                      const char *note, struct error *err)
{
    const struct reply_filter filter = {.task_id = task->id};
    print_list(request, task, 1);
    if (!reply_list(request->store, &filter, print_reply, request, err))
        return false;
    if (note)
        print("\n%s\n", note);
    return true;
}

static bool show(struct request *request, struct error *err)
{
    struct task task;
    char *note;
    if (!task_read(request->store, request->id, &task, err) ||
        !task_note(request->store, request->id, &note, err))
        return false;
    bool ok = request->options->json ? show_json(request, &task, note, err)
                                     : show_text(request, &task, note, err);
    free(note);
    return ok;
}

static bool take(struct request *request, struct error *err)
{
    return task_take(request->store, request->id, command_actor(), clock_now(),
                     err);
}

static bool done(struct request *request, struct error *err)
{
    return task_done(request->store, request->id, command_actor(),
                     request->note, clock_now(), err);
}

static bool escalate(struct request *request, struct error *err)
{
    return task_escalate(request->store, request->id, request->to,
                         command_actor(), clock_now(), err);
}

static bool say(struct request *request, struct error *err)
{
    if (text_blank(request->note))
        return error_set(err, ERROR_USAGE, "what is to be said? --note TEXT");
    return task_say(request->store, request->id, command_actor(), request->note,
                    clock_now(), err);
}

struct verb {
    const char *name;
    bool takes_id, writes;
    bool (*act)(struct request *request, struct error *err);
};
static const struct verb verbs[] = {
    {"list", false, false, list},       {"show", true, false, show},
    {"take", true, true, take},         {"done", true, true, done},
    {"escalate", true, true, escalate}, {"say", true, true, say},
};

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (text_equal(verbs[i].name, name))
            return &verbs[i];
    return NULL;
}

/* The worklist names patients, and a task holds what was said about one. */
static bool audit_look(const struct request *request, const struct verb *verb,
                       struct error *err)
{
    char what[40] = "tasks";
    if (verb->takes_id)
        snprintf(what, sizeof(what), "task %lld", (long long)request->id);
    return setup_look(&request->setup, what, err);
}

static bool act(struct request *request, const struct verb *verb,
                struct error *err)
{
    if (!setup_open(&request->setup, request->options, err) ||
        (!verb->writes && !audit_look(request, verb, err)))
        return false;
    request->store = store_open(request->setup.config->store_path,
                                verb->writes ? 0 : STORE_READ_ONLY, err);
    if (!request->store)
        return false;
    if (!verb->writes)
        return verb->act(request, err);
    struct task task;
    bool ok = store_begin(request->store, err) && verb->act(request, err) &&
              task_read(request->store, request->id, &task, err) &&
              store_commit(request->store, err);
    store_rollback(request->store);
    if (ok) {
        char id[24];
        snprintf(id, sizeof(id), "%lld", (long long)request->id);
        command_told(request->options, "task", id, task_state_name(task.state),
                     "task %s: %s", id, verb->name);
    }
    return ok;
}

static bool read_id(const char *text, int64_t *id)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    *id = value;
    return errno == 0 && *end == '\0' && end != text && value > 0;
}

static int run(const struct options *options, int argc, char **argv)
{
    struct request request = {.options = options};
    const struct flag flags[] = {
        {"to", &request.to, NULL},
        {"owner", &request.owner, NULL},
        {"note", &request.note, NULL},
        {"all", NULL, &request.all},
    };
    int count;
    if (!command_flags(&command_task, flags, 4, argc, argv, &count))
        return EXIT_USAGE;
    const struct verb *verb = count ? find_verb(argv[0]) : find_verb("list");
    if (!verb)
        return command_usage(&command_task, "there is no 'task %s'", argv[0]);
    if (count > (verb->takes_id ? 2 : 1) ||
        (verb->takes_id && (count != 2 || !read_id(argv[1], &request.id))))
        return command_usage(&command_task, "%s takes %s", verb->name,
                             verb->takes_id ? "the number of one task"
                                            : "no number");
    struct error err = {0};
    bool ok = act(&request, verb, &err);
    store_close(request.store);
    setup_close(&request.setup);
    return ok ? EXIT_FINE : command_fail(&err);
}

const struct command command_task = {
    .name = "task",
    .synopsis = "[list|show|take|done|escalate|say] [ID]",
    .summary = "What people must do: the worklist",
    .help =
        "  list            open tasks, the most urgent first (default)\n"
        "                  --owner ROLE only theirs, --all closed ones too\n"
        "  show ID         one task and what was said\n"
        "  take ID         it is mine\n"
        "  done ID         --note TEXT what came of it\n"
        "  escalate ID     --to ROLE (default: whom it names)\n"
        "  say ID          --note TEXT\n",
    .run = run,
};
