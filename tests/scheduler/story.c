/* SPDX-License-Identifier: Apache-2.0 */
/* What a campaign did, as lines that can be read aloud. */
#include "tests/scheduler/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/outcome.h"
#include "base/text.h"
#include "base/zone.h"
#include "store/connection.h"
#include "store/statement.h"

/* A person answers each call; everything else is delivered. */
static const char provider[] =
    "{\"driver\": \"fake\", \"evidence\": {\"sms\": \"delivered\", \"email\":"
    " \"delivered\", \"voice\": \"human\"}, \"answers\": [{\"match\":"
    " {\"channel\": \"voice\"}, \"events\": [{\"after_ms\": 900, \"outcome\":"
    " \"human\", \"rank\": 3, \"ended\": true}]}], \"default\": {\"events\":"
    " [{\"after_ms\": 900, \"outcome\": \"delivered\", \"rank\": 2,"
    " \"ended\": true}]}}";

static const char happened[] =
    "SELECT submitted_at AS at, 0 AS of, id, channel, coalesce(body, '')"
    " FROM attempt UNION ALL SELECT opened_at, 1, id, owner || CASE WHEN"
    " escalated_at IS NULL THEN '' ELSE ', at last' END, CASE WHEN kind IN"
    " ('not-reached', 'unknown') THEN kind ELSE name END || coalesce(': ' ||"
    " reason, '') FROM task"
    " ORDER BY at, of, id";

static void tell(struct world *world, struct buf *out)
{
    struct error err = {0};
    struct statement *query = statement_build(world->store, happened, &err);
    if (!query)
        fail_msg("%s", err.text);
    while (statement_step(query, &err) == 1) {
        char when[CIVIL_TEXT_MAX];
        struct civil local =
            zone_local(zone_find("America/New_York"), column_integer(query, 0));
        civil_text(local, when);
        buf_format(out, "%.10s %.5s ", when, when + 11);
        if (column_integer(query, 1) == 0)
            buf_format(out, "%s: ",
                       channel_name((enum channel)column_integer(query, 3)));
        else
            buf_format(out, "task for %s: ", column_text(query, 3));
        for (const char *at = column_text(query, 4); *at; at++)
            buf_char(out, *at == '\n' ? ' ' : *at);
        buf_char(out, '\n');
    }
    statement_free(query);
}

/* Line by line; what is expected may be the beginning of its line. */
static bool agrees(const char *want, const char *got)
{
    while (*want && *got) {
        size_t want_len = strcspn(want, "\n"), got_len = strcspn(got, "\n");
        if (want_len > got_len || strncmp(want, got, want_len) != 0)
            return false;
        want += want_len + (want[want_len] != '\0');
        got += got_len + (got[got_len] != '\0');
    }
    return !*want && !*got;
}

void story_expect(const struct story *story)
{
    struct world world;
    struct buf told;
    char path[200];
    world_open(&world, story->from);
    world_patient(&world);
    if (story->facts)
        world_sql(&world, "%s", story->facts);
    for (const char *at = story->campaign; *at; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        snprintf(path, sizeof(path), "campaigns/library/%.*s.json", (int)len,
                 at);
        world_launch_file(&world, path);
        at += len;
    }
    world_engine(&world, provider);
    if (story->at) {
        world_run(&world, story->at);
        world_sql(&world, "%s", story->change);
    }
    world_run(&world, story->until);
    buf_init(&told, 1 << 20);
    tell(&world, &told);
    if (!agrees(story->told, told.data)) {
        print_error("-- wanted:\n%s-- told:\n", story->told);
        for (size_t at = 0; at < told.len; at += 900)
            print_error("%.900s", told.data + at);
        fail_msg("%s: %s", story->campaign, story->sentence);
    }
    buf_free(&told);
    world_close(&world);
}
