/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time zones against the vectors of domain.md 1.3 and 5.2, and against files
 * that are damaged on purpose. Against zdump: test_zone_dump.c.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/zone.h"

#define SYSTEM_DIRECTORY "/usr/share/zoneinfo"
#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const struct zone *zone_of(const char *name)
{
    const struct zone *zone = zone_find(name);
    if (zone == NULL)
        fail_msg("no zone %s", name);
    return zone;
}

static instant instant_of(const char *text)
{
    instant at = 0;
    if (!civil_parse_instant(text, &at))
        fail_msg("\"%s\" is no instant", text);
    return at;
}

static struct civil civil_of(const char *text)
{
    struct civil civil = {{0, 0, 0}, 0, 0, 0};
    bool has_offset;
    int offset;
    if (!civil_parse(text, &civil, &has_offset, &offset))
        fail_msg("\"%s\" is no time", text);
    return civil;
}

static void test_wall_times_of_the_quiet_hours_table(void **state)
{
    (void)state;
    static const struct {
        const char *zone;
        const char *utc;
        const char *local;
    } rows[] = {
        /* domain.md 1.3, L-7 and L-8 */
        {"America/New_York", "2026-11-23T12:59:59Z", "2026-11-23T07:59:59"},
        {"America/New_York", "2026-11-23T13:00:00Z", "2026-11-23T08:00:00"},
        {"America/New_York", "2026-11-24T01:59:59Z", "2026-11-23T20:59:59"},
        {"America/New_York", "2026-11-24T02:00:00Z", "2026-11-23T21:00:00"},
        {"America/Phoenix", "2026-07-01T15:00:00Z", "2026-07-01T08:00:00"},
        {"America/Phoenix", "2026-07-02T04:00:00Z", "2026-07-01T21:00:00"},
        {"Pacific/Honolulu", "2026-11-23T18:00:00Z", "2026-11-23T08:00:00"},
        {"America/Los_Angeles", "2026-03-08T15:00:00Z", "2026-03-08T08:00:00"},
        {"America/Los_Angeles", "2026-03-07T15:00:00Z", "2026-03-07T07:00:00"},
        {"America/Boise", "2026-11-23T15:30:00Z", "2026-11-23T08:30:00"},
        {"America/Los_Angeles", "2026-11-23T15:30:00Z", "2026-11-23T07:30:00"},
        {"America/Boise", "2026-11-24T03:59:00Z", "2026-11-23T20:59:00"},
        {"America/Los_Angeles", "2026-11-24T04:00:00Z", "2026-11-23T20:00:00"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char text[CIVIL_TEXT_MAX];
        const struct zone *zone = zone_of(rows[i].zone);
        instant at = instant_of(rows[i].utc);
        civil_text(zone_local(zone, at), text);
        if (strcmp(text, rows[i].local) != 0)
            fail_msg("%s at %s: got %s", rows[i].zone, rows[i].utc, text);
        struct civil_date today = zone_today(zone, at);
        assert_memory_equal(civil_date_text(today, text), rows[i].local, 10);
    }
}

static void test_instants_of_wall_times(void **state)
{
    (void)state;
    static const struct {
        const char *says;
        const char *zone;
        const char *wall;
        const char *utc;
    } rows[] = {
        /* domain.md 5.2: calendar days, not 72 hours */
        {"three days before, across the spring change", "America/New_York",
         "2026-03-06T09:00", "2026-03-06T14:00:00Z"},
        {"three days before, across the autumn change", "America/New_York",
         "2026-10-30T09:00", "2026-10-30T13:00:00Z"},
        {"the appointment itself after the spring change", "America/New_York",
         "2026-03-09T09:00", "2026-03-09T13:00:00Z"},
        {"the gap begins: 02:00 becomes 03:00", "America/New_York",
         "2026-03-08T02:00", "2026-03-08T07:00:00Z"},
        {"in the gap: 02:30 becomes 03:30", "America/New_York",
         "2026-03-08T02:30", "2026-03-08T07:30:00Z"},
        {"the last second before the gap", "America/New_York",
         "2026-03-08T01:59:59", "2026-03-08T06:59:59Z"},
        {"the first time after the gap", "America/New_York", "2026-03-08T03:00",
         "2026-03-08T07:00:00Z"},
        {"an overlap takes the first of the two", "America/New_York",
         "2026-11-01T01:30", "2026-11-01T05:30:00Z"},
        {"the overlap's first moment", "America/New_York", "2026-11-01T01:00",
         "2026-11-01T05:00:00Z"},
        {"after the overlap", "America/New_York", "2026-11-01T02:00",
         "2026-11-01T07:00:00Z"},
        {"Lord Howe: a gap of half an hour", "Australia/Lord_Howe",
         "2026-10-04T02:15", "2026-10-03T15:45:00Z"},
        {"Lord Howe: an overlap of half an hour", "Australia/Lord_Howe",
         "2026-04-05T01:45", "2026-04-04T14:45:00Z"},
        {"Apia's skipped day moves to the next", "Pacific/Apia",
         "2011-12-30T12:00", "2011-12-30T22:00:00Z"},
        {"Apia, the evening before", "Pacific/Apia", "2011-12-29T23:59",
         "2011-12-30T09:59:00Z"},
        {"Apia, the day after", "Pacific/Apia", "2011-12-31T00:00",
         "2011-12-30T10:00:00Z"},
        {"Dublin, whose winter is the exception", "Europe/Dublin",
         "2026-07-01T12:00", "2026-07-01T11:00:00Z"},
        {"Kathmandu, a quarter of an hour", "Asia/Kathmandu",
         "2026-07-01T12:00", "2026-07-01T06:15:00Z"},
        {"Mexico City, no summer time since 2022", "America/Mexico_City",
         "2026-07-01T12:00", "2026-07-01T18:00:00Z"},
        {"Mexico City while it had it", "America/Mexico_City",
         "2021-07-01T12:00", "2021-07-01T17:00:00Z"},
        {"after the file's last year the footer speaks", "America/New_York",
         "2099-07-01T12:00", "2099-07-01T16:00:00Z"},
        {"the table's cycle of 400 years", "America/New_York",
         "2999-07-01T12:00", "2999-07-01T16:00:00Z"},
        {"a gap far in the future", "America/New_York", "8026-03-08T02:30",
         "8026-03-08T07:30:00Z"},
        {"the last winter of the calendar", "America/New_York",
         "9999-12-01T12:00", "9999-12-01T17:00:00Z"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char text[CIVIL_TEXT_MAX];
        instant at =
            zone_instant(zone_of(rows[i].zone), civil_of(rows[i].wall));
        if (at != instant_of(rows[i].utc))
            fail_msg("%s: got %s", rows[i].says, civil_utc_text(at, text));
    }
}

static void test_a_gap_ends_past_it_by_its_length(void **state)
{
    (void)state;
    static const struct {
        const char *zone;
        const char *wall;
        const char *shows;
    } rows[] = {
        {"America/New_York", "2026-03-08T02:30", "2026-03-08T03:30:00"},
        {"Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-04T02:45:00"},
        {"Pacific/Apia", "2011-12-30T12:00", "2011-12-31T12:00:00"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char text[CIVIL_TEXT_MAX];
        const struct zone *zone = zone_of(rows[i].zone);
        instant at = zone_instant(zone, civil_of(rows[i].wall));
        assert_string_equal(civil_text(zone_local(zone, at), text),
                            rows[i].shows);
    }
}

static void test_unknown_names_are_unknown(void **state)
{
    (void)state;
    static const char *const names[] = {
        "Mars/Olympus",
        "",
        "America",
        "America/New_York ",
        "america/new_york",
        "/usr/share/zoneinfo/UTC",
        "../zoneinfo/UTC",
        "America/../UTC",
        "right/America/New_York",
        "posix/America/New_York",
        "posixrules",
        "localtime",
        "Factory",
        "tzdata.zi",
        "zone.tab",
        "leapseconds",
        "EST5EDT,M3.2.0,M11.1.0",
        "America/New\nYork",
        "America/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    };
    for (size_t i = 0; i < ROWS(names); i++) {
        if (zone_find(names[i]) != NULL)
            fail_msg("\"%s\" was found", names[i]);
    }
    assert_null(zone_find(NULL));
}

static void test_a_zone_has_one_pointer_and_its_name(void **state)
{
    (void)state;
    const struct zone *zone = zone_of("America/Chicago");
    assert_ptr_equal(zone, zone_find("America/Chicago"));
    assert_string_equal(zone_name(zone), "America/Chicago");
    assert_ptr_equal(zone_find("UTC"), zone_utc());
    assert_string_equal(zone_name(zone_utc()), "UTC");
    assert_int_equal(zone_offset(zone_utc(), 0), 0);
}

static void test_extreme_instants_have_an_answer(void **state)
{
    (void)state;
    const struct zone *zone = zone_of("America/New_York");
    assert_int_equal(zone_offset(zone, INT64_MIN), -17762);
    int far = zone_offset(zone, INSTANT_NEVER);
    assert_true(far == -18000 || far == -14400);
    char text[CIVIL_TEXT_MAX];
    civil_text(zone_local(zone, INSTANT_NEVER), text);
    assert_string_equal(text, "9999-12-31T23:59:59");
    /* a millisecond before the change */
    instant change = instant_of("2026-03-08T07:00:00Z");
    assert_int_equal(zone_offset(zone, change - 1), -18000);
    assert_int_equal(zone_offset(zone, change), -14400);
}

static void test_the_version_of_the_data(void **state)
{
    (void)state;
    const char *version = zone_data_version();
    struct buf text;
    if (!file_read(SYSTEM_DIRECTORY "/tzdata.zi", 4u << 20, &text, NULL)) {
        buf_free(&text);
        skip();
    }
    const char *dot = strchr(version, '.');
    assert_non_null(dot);
    assert_true(dot - version >= 5);
    assert_memory_equal(text.data + strlen("# version "), version,
                        (size_t)(dot - version));
    assert_int_equal(strlen(dot + 1), 8);
    assert_int_equal(strspn(dot + 1, "0123456789abcdef"), 8);
    buf_free(&text);
}

/* --- files made here ---------------------------------------------------- */

struct made {
    char version;
    int64_t at[8];
    uint8_t type[8];
    size_t count;
    int32_t offset[4];
    size_t types;
    uint32_t leaps;
    const char *footer;
};

static void put_32(struct buf *out, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_char(out, (char)(value >> shift));
}

static void put_block(struct buf *out, const struct made *made, bool wide)
{
    buf_text(out, "TZif");
    buf_char(out, made->version);
    for (int i = 0; i < 15; i++)
        buf_char(out, '\0');
    put_32(out, 0);
    put_32(out, 0);
    put_32(out, made->leaps);
    put_32(out, (uint32_t)made->count);
    put_32(out, (uint32_t)made->types);
    put_32(out, 4);
    for (size_t i = 0; i < made->count; i++) {
        if (wide)
            put_32(out, (uint32_t)((uint64_t)made->at[i] >> 32));
        put_32(out, (uint32_t)made->at[i]);
    }
    buf_add(out, made->type, made->count);
    for (size_t i = 0; i < made->types; i++) {
        put_32(out, (uint32_t)made->offset[i]);
        buf_add(out, "\0", 2);
    }
    buf_add(out, "XYZ", 4);
    for (uint32_t i = 0; i < made->leaps * (wide ? 12 : 8); i++)
        buf_char(out, '\0');
}

static void put_file(struct buf *out, const struct made *made)
{
    buf_init(out, 1u << 16);
    put_block(out, made, false);
    if (made->version < '2')
        return;
    put_block(out, made, true);
    buf_format(out, "\n%s\n", made->footer);
}

static char folder[] = "/tmp/outreach-zone-XXXXXX";

/* As an update does it, by rename, but without waiting for the disk. */
static void write_zone(const char *name, const void *data, size_t len)
{
    char path[128];
    char beside[128];
    struct error err = {.kind = ERROR_NONE};
    file_join(path, sizeof(path), folder, name);
    file_join(beside, sizeof(beside), folder, "beside");
    if (!file_append(beside, data, len, 0644, &err))
        fail_msg("%s", err.text);
    assert_int_equal(rename(beside, path), 0);
}

static void write_made(const char *name, const struct made *made)
{
    struct buf bytes;
    put_file(&bytes, made);
    write_zone(name, bytes.data, bytes.len);
    buf_free(&bytes);
}

static int use_folder(void **state)
{
    (void)state;
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    zone_set_directory(folder);
    return 0;
}

static int leave_folder(void **state)
{
    (void)state;
    file_remove_tree(folder);
    zone_set_directory(SYSTEM_DIRECTORY);
    return 0;
}

static void test_footers_of_every_kind(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *says;
        const char *footer;
        const char *winter; /* offset on 2030-01-15 and on 2030-07-15 */
        const char *summer;
    } rows[] = {
        {"None", "no rule: the last transition stays", "", "+02:00", "+02:00"},
        {"Plain", "one offset for ever", "EST5", "-05:00", "-05:00"},
        {"East", "an east offset in brackets", "<+0545>-5:45", "+05:45",
         "+05:45"},
        {"Us", "the American rule", "EST5EDT,M3.2.0,M11.1.0", "-05:00",
         "-04:00"},
        {"South", "summer over the year's end", "NZST-12NZDT,M9.5.0,M4.1.0/3",
         "+13:00", "+12:00"},
        {"Irish", "summer time behind standard time",
         "IST-1GMT0,M10.5.0,M3.5.0/1", "+00:00", "+01:00"},
        {"Half", "half an hour of summer time",
         "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "+11:00", "+10:30"},
        {"Julian", "days counted without 29 February", "AAA3BBB,J60/0,J300/0",
         "-03:00", "-02:00"},
        {"Zero", "days counted from nought", "AAA3BBB,59/0,300/0", "-03:00",
         "-02:00"},
        {"Nuuk", "a change the evening before",
         "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "-02:00", "-01:00"},
        {"Always", "summer time all year", "XXX3EDT4,0/0,J365/23", "-04:00",
         "-04:00"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct made made = {.version = '3',
                            .at = {0},
                            .type = {1},
                            .count = 1,
                            .offset = {0, 7200},
                            .types = 2,
                            .footer = rows[i].footer};
        write_made(rows[i].name, &made);
        const struct zone *zone = zone_of(rows[i].name);
        const char *const days[] = {"2030-01-15T12:00Z", "2030-07-15T12:00Z"};
        for (size_t k = 0; k < 2; k++) {
            char text[CIVIL_TEXT_MAX];
            instant at = instant_of(days[k]);
            civil_instant_text(at, zone_offset(zone, at), text);
            const char *want = k == 0 ? rows[i].winter : rows[i].summer;
            if (strcmp(text + 19, want) != 0)
                fail_msg("%s: got %s", rows[i].says, text);
        }
    }
}

static void test_julian_days_skip_the_leap_day(void **state)
{
    (void)state;
    struct made made = {.version = '2',
                        .count = 0,
                        .offset = {0},
                        .types = 1,
                        .footer = "AAA0BBB,J60/0,J300/0"};
    made.count = 1;
    made.at[0] = 0;
    write_made("J", &made);
    made.footer = "AAA0BBB,59/0,300/0";
    write_made("N", &made);
    const struct zone *julian = zone_of("J");
    const struct zone *number = zone_of("N");
    /* J60 is 1 March in every year, day 59 is 29 February in leap years. */
    assert_int_equal(zone_offset(julian, instant_of("2028-02-29T12:00Z")), 0);
    assert_int_equal(zone_offset(julian, instant_of("2028-03-01T00:00Z")),
                     3600);
    assert_int_equal(zone_offset(number, instant_of("2028-02-29T00:00Z")),
                     3600);
    assert_int_equal(zone_offset(number, instant_of("2027-03-01T00:00Z")),
                     3600);
    assert_int_equal(zone_offset(number, instant_of("2027-02-28T23:59Z")), 0);
}

static void test_version_1_files_and_their_end(void **state)
{
    (void)state;
    struct made made = {.version = '\0',
                        .at = {-100000, 100000},
                        .type = {1, 0},
                        .count = 2,
                        .offset = {3600, 7200},
                        .types = 2};
    write_made("Old", &made);
    const struct zone *zone = zone_of("Old");
    assert_int_equal(zone_offset(zone, -100001 * SECOND_MS), 3600);
    assert_int_equal(zone_offset(zone, -100000 * SECOND_MS), 7200);
    assert_int_equal(zone_offset(zone, 100000 * SECOND_MS), 3600);
    assert_int_equal(zone_offset(zone, instant_of("2100-01-01T00:00Z")), 3600);
}

static void test_damaged_files_are_unknown_zones(void **state)
{
    (void)state;
    const struct made good = {.version = '2',
                              .at = {0, 7200},
                              .type = {1, 0},
                              .count = 2,
                              .offset = {0, 3600},
                              .types = 2,
                              .footer = "AAA0"};
    struct {
        const char *says;
        struct made made;
    } rows[13] = {{"transitions that go back", good},
                  {"two transitions at one moment", good},
                  {"a type that is not there", good},
                  {"an offset of 30 hours", good},
                  {"leap seconds", good},
                  {"a footer that is no rule", good},
                  {"a footer without its rules", good},
                  {"a footer with month 13", good},
                  {"an unknown version", good},
                  {"clocks back before the hour that they skip is over", good},
                  {"a skipped day that ends within it", good},
                  {"summer time of one hour", good},
                  {"a transition beyond the calendar", good}};
    rows[0].made.at[1] = -5;
    rows[1].made.at[1] = 0;
    rows[2].made.type[1] = 2;
    rows[3].made.offset[1] = 30 * 3600;
    rows[4].made.leaps = 1;
    rows[5].made.footer = "nonsense";
    rows[6].made.footer = "EST5EDT";
    rows[7].made.footer = "EST5EDT,M13.2.0,M11.1.0";
    rows[8].made.version = '1';
    rows[9].made.at[1] = 7199; /* each way by an hour: 7200 is the least */
    rows[10].made.offset[1] = 24 * 3600;
    rows[10].made.at[1] = 30 * 3600;
    rows[11].made.footer = "AAA0BBB,100/0,100/2";
    rows[12].made.at[1] = INT64_MAX;
    write_made("Good", &good);
    assert_non_null(zone_find("Good"));
    for (size_t i = 0; i < ROWS(rows); i++) {
        write_made("Bad", &rows[i].made);
        if (zone_find("Bad") != NULL)
            fail_msg("%s: was taken", rows[i].says);
    }
    write_zone("Bad", "", 0);
    assert_null(zone_find("Bad"));
}

static void test_a_file_cut_anywhere_is_refused(void **state)
{
    (void)state;
    struct made made = {.version = '2',
                        .at = {0, 100000, 200000},
                        .type = {1, 0, 1},
                        .count = 3,
                        .offset = {0, 3600},
                        .types = 2,
                        .footer = "EST5EDT,M3.2.0,M11.1.0"};
    struct buf bytes;
    put_file(&bytes, &made);
    for (size_t len = 0; len < bytes.len; len++) {
        write_zone("Cut", bytes.data, len);
        if (zone_find("Cut") != NULL)
            fail_msg("%zu of %zu bytes were taken", len, bytes.len);
    }
    write_zone("Cut", bytes.data, bytes.len);
    assert_non_null(zone_find("Cut"));
    buf_free(&bytes);
}

/* Every answer of a damaged file is allowed, but for a crash. */
static void test_random_damage_never_crashes(void **state)
{
    (void)state;
    struct made made = {.version = '3',
                        .at = {INT64_C(-2000000000), 100000, 200000},
                        .type = {1, 0, 1},
                        .count = 3,
                        .offset = {-18000, 3600},
                        .types = 2,
                        .footer = "<-02>2<-01>,M3.5.0/-1,M10.5.0/0"};
    struct buf bytes;
    put_file(&bytes, &made);
    struct random random = {.state = 42};
    size_t found = 0;
    for (int round = 0; round < 500; round++) {
        char copy[512];
        char name[32];
        assert_true(bytes.len < sizeof(copy));
        memcpy(copy, bytes.data, bytes.len);
        for (int i = 0; i < 2; i++)
            copy[random_next(&random) % bytes.len] = (char)random_next(&random);
        snprintf(name, sizeof(name), "R%d", round % 50);
        write_zone(name, copy, bytes.len);
        zone_reload();
        const struct zone *zone = zone_find(name);
        if (zone == NULL)
            continue;
        found++;
        for (int k = 0; k < 20; k++) {
            instant at = (instant)(random_next(&random) % (1u << 31)) *
                         (1 + (instant)(random_next(&random) % 500000));
            zone_offset(zone, at);
            zone_instant(zone, zone_local(zone, at));
        }
    }
    assert_true(found > 0);
    buf_free(&bytes);
}

/* A late announcement: somebody compiles one zone, and tzdata.zi stays. */
static void test_a_zone_that_was_compiled_is_another_version(void **state)
{
    (void)state;
    struct made made = {
        .version = '2', .offset = {-18000}, .types = 1, .footer = "EST5"};
    char known[ZONE_VERSION_MAX], path[128], below[128];
    file_join(below, sizeof(below), folder, "America");
    assert_true(file_make_directory(below, 0700, NULL));
    write_made("America/Oslo", &made);
    write_made("Paris", &made);
    write_zone("tzdata.zi", "# version 2025b\nx", 17);
    zone_set_directory(folder);
    snprintf(known, sizeof(known), "%s", zone_data_version());
    /* the same bytes in other files, and what holds no rules */
    write_made("Paris", &made);
    write_zone("zone1970", "FR +4852 Paris", 14);
    zone_set_directory(folder);
    assert_string_equal(zone_data_version(), known);
    made.footer = "EST4"; /* below, and in use by nobody */
    write_made("America/Oslo", &made);
    zone_set_directory(folder);
    assert_string_not_equal(zone_data_version(), known);
    made.footer = "EST5";
    write_made("America/Oslo", &made);
    zone_set_directory(folder);
    assert_string_equal(zone_data_version(), known);
    /* one in use, while the program runs */
    assert_non_null(zone_find("Paris"));
    made.footer = "EST4";
    write_made("Paris", &made);
    assert_true(zone_reload());
    assert_string_not_equal(zone_data_version(), known);
    file_join(path, sizeof(path), folder, "zone1970");
    unlink(path);
}

static void test_reload_changes_the_rules_behind_the_pointer(void **state)
{
    (void)state;
    struct made made = {.version = '2',
                        .offset = {-28800},
                        .types = 1,
                        .footer = "PST8PDT,M3.2.0,M11.1.0"};
    made.count = 1;
    made.at[0] = 0;
    write_made("Vancouver", &made);
    write_zone("tzdata.zi", "# version 2025b\nx", 17);
    zone_set_directory(folder);
    const struct zone *zone = zone_of("Vancouver");
    instant winter = instant_of("2026-12-15T12:00Z");
    assert_int_equal(zone_offset(zone, winter), -28800);
    assert_memory_equal(zone_data_version(), "2025b.", 6);
    assert_false(zone_reload());

    made.footer = "MST7"; /* British Columbia ends its clock changes */
    write_made("Vancouver", &made);
    write_zone("tzdata.zi", "# version 2026f\nx", 17);
    assert_int_equal(zone_offset(zone, winter), -28800);
    assert_true(zone_reload());
    assert_int_equal(zone_offset(zone, winter), -25200);
    assert_ptr_equal(zone_find("Vancouver"), zone);
    const char *version = zone_data_version();
    assert_memory_equal(version, "2026f.", 6);
    assert_false(zone_reload());
    assert_ptr_equal(zone_data_version(), version);
    /* a rule that the distribution added: the same name, another version */
    write_zone("tzdata.zi", "# version 2026f\ny", 17);
    assert_false(zone_reload());
    assert_memory_equal(zone_data_version(), "2026f.", 6);
    assert_string_not_equal(zone_data_version(), version);
    /* nobody says: not a version of one that does not */
    write_zone("tzdata.zi", "# rules 2026f\ny", 15);
    zone_reload();
    assert_string_equal(zone_data_version(), "");
    write_zone("tzdata.zi", "# version \ny", 12);
    zone_reload();
    assert_string_equal(zone_data_version(), "");

    /* rewritten with the same content: nothing changed */
    write_made("Vancouver", &made);
    assert_false(zone_reload());
    /* damaged or gone in the middle of an update: the rules stay */
    write_zone("Vancouver", "TZif", 4);
    assert_false(zone_reload());
    assert_int_equal(zone_offset(zone, winter), -25200);
    char path[128];
    file_join(path, sizeof(path), folder, "Vancouver");
    unlink(path);
    assert_false(zone_reload());
    assert_ptr_equal(zone_find("Vancouver"), zone);
}

static void test_tzdir_is_honoured(void **state)
{
    (void)state;
    const struct made made = {
        .version = '2', .offset = {60}, .types = 1, .footer = "AAA-0:01"};
    write_made("Minute", &made);
    zone_set_directory(SYSTEM_DIRECTORY);
    assert_null(zone_find("Minute"));
    setenv("TZDIR", folder, 1);
    zone_set_directory("");
    assert_int_equal(zone_offset(zone_of("Minute"), 0), 60);
    unsetenv("TZDIR");
    zone_set_directory("");
    assert_null(zone_find("Minute"));
    assert_non_null(zone_find("America/New_York"));
}

struct reader {
    atomic_bool stop;
    const struct zone *zone;
    atomic_size_t wrong;
};

static void *read_offsets(void *arg)
{
    struct reader *reader = arg;
    instant at = 0;
    while (!atomic_load(&reader->stop)) {
        at += 777777777;
        int offset = zone_offset(reader->zone, at);
        if (offset != -25200 && offset != -28800)
            reader->wrong++;
        if (zone_find("Vancouver") != reader->zone)
            reader->wrong++;
    }
    return NULL;
}

static void test_other_threads_read_while_rules_change(void **state)
{
    (void)state;
    struct made made = {.version = '2',
                        .offset = {-28800},
                        .types = 1,
                        .footer = "PST8PDT,M3.2.0,M11.1.0"};
    write_made("Vancouver", &made);
    struct reader reader = {.zone = zone_of("Vancouver")};
    pthread_t threads[2];
    for (size_t i = 0; i < ROWS(threads); i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, read_offsets, &reader), 0);
    for (int i = 0; i < 20; i++) {
        made.footer = i % 2 == 0 ? "MST7" : "PST8PDT,M3.2.0,M11.1.0";
        write_made("Vancouver", &made);
        assert_true(zone_reload());
    }
    atomic_store(&reader.stop, true);
    for (size_t i = 0; i < ROWS(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(reader.wrong, 0);
}

static void ignore_line(void *arg, enum log_level level, const char *text)
{
    (void)arg;
    (void)level;
    (void)text;
}

static int group_setup(void **state)
{
    (void)state;
    log_capture(ignore_line, NULL); /* damaged zones are logged */
    zone_set_directory(SYSTEM_DIRECTORY);
    return file_exists(SYSTEM_DIRECTORY "/America/New_York") ? 0 : -1;
}

#define IN_FOLDER(test) \
    cmocka_unit_test_setup_teardown(test, use_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wall_times_of_the_quiet_hours_table),
        cmocka_unit_test(test_instants_of_wall_times),
        cmocka_unit_test(test_a_gap_ends_past_it_by_its_length),
        cmocka_unit_test(test_unknown_names_are_unknown),
        cmocka_unit_test(test_a_zone_has_one_pointer_and_its_name),
        cmocka_unit_test(test_extreme_instants_have_an_answer),
        cmocka_unit_test(test_the_version_of_the_data),
        IN_FOLDER(test_footers_of_every_kind),
        IN_FOLDER(test_julian_days_skip_the_leap_day),
        IN_FOLDER(test_version_1_files_and_their_end),
        IN_FOLDER(test_a_zone_that_was_compiled_is_another_version),
        IN_FOLDER(test_damaged_files_are_unknown_zones),
        IN_FOLDER(test_a_file_cut_anywhere_is_refused),
        IN_FOLDER(test_random_damage_never_crashes),
        IN_FOLDER(test_reload_changes_the_rules_behind_the_pointer),
        IN_FOLDER(test_tzdir_is_honoured),
        IN_FOLDER(test_other_threads_read_while_rules_change),
    };
    return cmocka_run_group_tests_name("zone", tests, group_setup, NULL);
}
