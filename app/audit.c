/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `outreach audit`: the chain of who did what: whether it is whole, what it
 * says, and its head, to be kept where nobody who can write the store can
 * write. Reads only.
 */
#include <stdio.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/json.h"
#include "base/text.h"
#include "store/audit.h"
#include "store/patient.h"
#include "store/store.h"

#include "app/command.h"
#include "app/setup.h"
#include "app/table.h"

enum { LINE_MAX_BYTES = 1 << 18 };

struct request {
    const struct options *options;
    const char *operand; /* a head, or NULL */
    const char *mrn, *from;
    struct audit_filter filter;
    struct setup setup;
    struct store *store;
    struct table *table;
};

/* verify ------------------------------------------------------------------- */

/* `what` is wrong with it, or NULL. */
static void tell_json(const struct audit_verdict *verdict, const char *head,
                      const char *what)
{
    bool whole = !what;
    struct buf out;
    struct json_writer json;
    buf_init(&out, LINE_MAX_BYTES);
    json_write_init(&json, &out);
    json_write_object(&json, NULL);
    json_write_bool(&json, "whole", whole);
    if (whole) {
        json_write_integer(&json, "rows", verdict->rows);
        json_write_integer(&json, "unverified", verdict->unverified);
    }
    json_write_text(&json, whole ? "head" : "what", whole ? head : what);
    json_write_end(&json, '}');
    puts(out.data);
    buf_free(&out);
}

/* Or nobody can tell. */
static int not_whole(const struct request *request, const struct error *err)
{
    if (err->kind != ERROR_CORRUPT)
        return command_fail(err);
    if (request->options->json)
        tell_json(NULL, NULL, err->text);
    else
        command_fail(err);
    return EXIT_NO;
}

static int verify(struct request *request, struct error *err)
{
    struct audit_verdict verdict = {0};
    char head[AUDIT_HEAD_MAX] = "";
    bool json = request->options->json;
    /* The head first: rows may come while the chain is read. */
    bool whole = audit_head(request->store, head, err) &&
                 audit_verify(request->store, request->operand, &verdict, err);
    if (!whole)
        return not_whole(request, err);
    if (json) {
        tell_json(&verdict, head, NULL);
        return EXIT_FINE;
    }
    if (!request->options->quiet)
        print("The audit chain is whole: %lld rows. Its head: %s\n",
              (long long)verdict.rows, head);
    if (verdict.unverified)
        print("Rows 1 to %lld were written under a key that is lost: only "
              "that none of them is missing could be seen.\n",
              (long long)verdict.unverified);
    return EXIT_FINE;
}

/* head --------------------------------------------------------------------- */

static int tell_head(struct request *request, struct error *err)
{
    char head[AUDIT_HEAD_MAX];
    if (!audit_head(request->store, head, err))
        return command_fail(err);
    if (request->options->json)
        print("{\"head\":\"%s\"}\n", head);
    else
        puts(head);
    return EXIT_FINE;
}

/* show --------------------------------------------------------------------- */

static bool show_row(void *arg, const struct audit_row *row)
{
    struct request *request = arg;
    char when[CIVIL_TEXT_MAX], id[24];
    time_text(request->setup.config->zone, row->at, when);
    snprintf(id, sizeof(id), "%lld", (long long)row->id);
    if (request->table) {
        const char *cells[] = {id,
                               when,
                               row->actor,
                               row->action,
                               row->subject ? row->subject : "",
                               row->detail ? row->detail : ""};
        table_row(request->table, cells);
        return true;
    }
    struct buf out;
    struct json_writer json;
    buf_init(&out, LINE_MAX_BYTES);
    json_write_init(&json, &out);
    json_write_object(&json, NULL);
    json_write_integer(&json, "row", row->id);
    json_write_text(&json, "at", when);
    json_write_text(&json, "actor", row->actor);
    json_write_text(&json, "action", row->action);
    json_write_text(&json, "subject", row->subject);
    json_write_text(&json, "detail", row->detail);
    json_write_end(&json, '}');
    puts(out.data);
    buf_free(&out);
    return true;
}

static bool find_patient(struct request *request, struct error *err)
{
    bool found = true;
    if (request->mrn &&
        !patient_find_by_mrn(request->store, request->mrn, &found,
                             &request->filter.patient_id, err))
        return false;
    return found || error_set(err, ERROR_INPUT,
                              "no patient has the record number '%s'; of "
                              "somebody who was forgotten: --subject 'patient "
                              "N', with the number of the row that says so "
                              "(--action forget)",
                              request->mrn);
}

static int show(struct request *request, struct error *err)
{
    static const char *const headers[] = {
        ">row", "at", "actor", "action", "subject", "detail", NULL};
    if (!find_patient(request, err))
        return command_fail(err);
    if (!request->options->json)
        request->table = table_new(headers);
    bool ok =
        audit_each(request->store, &request->filter, show_row, request, err);
    if (ok && request->table && table_rows(request->table))
        table_print(request->table, stdout);
    else if (ok && request->table)
        puts("The audit chain has no such row.");
    table_free(request->table);
    return ok ? EXIT_FINE : command_fail(err);
}

/* -------------------------------------------------------------------------- */

struct verb {
    const char *name;
    int operands; /* at most */
    int (*act)(struct request *request, struct error *err);
};
static const struct verb verbs[] = {
    {"verify", 1, verify},
    {"show", 0, show},
    {"head", 0, tell_head},
};

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (text_equal(verbs[i].name, name))
            return &verbs[i];
    return NULL;
}

static int act(struct request *request, const struct verb *verb)
{
    struct error err = {0};
    int code;
    if (setup_open(&request->setup, request->options, &err))
        request->store = store_open(request->setup.config->store_path,
                                    STORE_READ_ONLY, &err);
    if (request->store)
        code = verb->act(request, &err);
    else
        code =
            verb->act == verify ? not_whole(request, &err) : command_fail(&err);
    store_close(request->store);
    setup_close(&request->setup);
    return code;
}

static int run(const struct options *options, int argc, char **argv)
{
    struct request request = {.options = options};
    const struct flag flags[] = {
        {"patient", &request.mrn, NULL},
        {"subject", &request.filter.subject, NULL},
        {"actor", &request.filter.actor, NULL},
        {"action", &request.filter.action, NULL},
        {"from", &request.from, NULL},
    };
    int count;
    if (!command_flags(&command_audit, flags, 5, argc, argv, &count))
        return EXIT_USAGE;
    const struct verb *verb = count ? find_verb(argv[0]) : NULL;
    if (!verb)
        return command_usage(&command_audit, "say verify, show or head");
    if (count > 1 + verb->operands)
        return command_usage(&command_audit, "unexpected '%s'",
                             argv[1 + verb->operands]);
    if (request.from &&
        !civil_parse_instant(request.from, &request.filter.since))
        return command_usage(&command_audit,
                             "--from takes ISO 8601 with offset, not '%s'",
                             request.from);
    request.operand = count > 1 ? argv[1] : NULL;
    return act(&request, verb);
}

const struct command command_audit = {
    .name = "audit",
    .synopsis = "verify [HEAD] | show | head",
    .summary = "Who did what, and whether that record is whole",
    .help =
        "  verify         goes through the whole chain and names the first\n"
        "                 row that was changed, put in, moved or removed. A\n"
        "                 HEAD that was printed before shows too whether the\n"
        "                 end was cut off, or all of it written anew\n"
        "  head           the newest row and its seal: keep it where nobody\n"
        "                 who can write the store can write\n"
        "  show           the rows, the oldest first\n\n"
        "  --patient MRN  about this person, their messages and tasks\n"
        "  --subject S    about this alone: 'outreach 17'\n"
        "  --actor WHO    what they did\n"
        "  --action WHAT  send, verdict, opt-out, launch, look ...\n"
        "  --from T       since T (ISO 8601 with offset)\n\n"
        "Exit code 1: the chain is not whole.\n",
    .run = run,
};
