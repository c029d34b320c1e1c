/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Civil time against the system's own zdump: every zone of tzdata and every
 * change of its clocks from 2024 to 2030, and the whole history of some. For
 * each change: the second before it and the second at it, the wall time of
 * both, and the way back from every wall time that the change skips or shows
 * twice. Between changes nothing may change.
 */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/zone.h"

#define SYSTEM_DIRECTORY "/usr/share/zoneinfo"
#define PLACES_MAX 1500
#define FROM_YEAR 2024
#define TO_YEAR 2031 /* its first moment */
#define SAMPLE_MS (6 * HOUR_MS)
#define DAY_MS (24 * HOUR_MS)

/* A zone, and how far it was compared. */
struct place {
    char name[64];
    const struct zone *zone;
    bool begun;
    instant since; /* nothing changed since then */
    int offset;
};
static struct place places[PLACES_MAX];
static size_t place_count;
static size_t changes, gaps, overlaps, samples;

/* Listing ------------------------------------------------------------------ */

/* Copies, and names that say "nobody chose a zone": zone_find() has none of
 * them (test_zone.c). */
static bool is_a_zone(const char *name)
{
    return strncmp(name, "posix/", 6) != 0 && strncmp(name, "right/", 6) != 0 &&
           strcmp(name, "localtime") != 0 && strcmp(name, "posixrules") != 0 &&
           strcmp(name, "Factory") != 0;
}

static int list_file(const char *path, const struct stat *st, int kind,
                     struct FTW *walk)
{
    (void)st;
    (void)walk;
    char magic[4] = "";
    const char *name = path + strlen(SYSTEM_DIRECTORY) + 1;
    bool file_or_link = kind == FTW_F || kind == FTW_SL;
    FILE *file = file_or_link && is_a_zone(name) ? fopen(path, "r") : NULL;
    if (file == NULL)
        return 0;
    size_t got = fread(magic, 1, sizeof(magic), file);
    fclose(file);
    if (got != sizeof(magic) || memcmp(magic, "TZif", 4) != 0)
        return 0;
    if (place_count == PLACES_MAX || strlen(name) >= sizeof(places[0].name))
        fail_msg("%s is one zone too many, or its name too long", name);
    struct place *place = &places[place_count++];
    *place = (struct place){.zone = zone_find(name)};
    memcpy(place->name, name, strlen(name) + 1);
    if (place->zone == NULL)
        fail_msg("%s: a file of tzdata is refused", name);
    return 0;
}

static int place_compare(const void *left, const void *right)
{
    return strcmp(((const struct place *)left)->name,
                  ((const struct place *)right)->name);
}

static int list_places(void **state)
{
    (void)state;
    zone_set_directory(SYSTEM_DIRECTORY);
    if (nftw(SYSTEM_DIRECTORY, list_file, 16, FTW_PHYS) != 0)
        return -1;
    qsort(places, place_count, sizeof(places[0]), place_compare);
    return place_count > 0 ? 0 : -1;
}

static struct place *place_of(const char *name)
{
    struct place key;
    snprintf(key.name, sizeof(key.name), "%s", name);
    struct place *place =
        bsearch(&key, places, place_count, sizeof(places[0]), place_compare);
    if (place == NULL)
        fail_msg("zdump speaks of %s", name);
    return place;
}

/* Running ------------------------------------------------------------------ */

/* What zdump says of `names` (NULL: of all places); false without zdump. */
static bool run_zdump(const char *how, const char *years,
                      const char *const *names, size_t count, struct buf *out)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const char **words = memory_new((PLACES_MAX + 8) * sizeof(words[0]));
    size_t n = 0;
    words[n++] = "zdump";
    words[n++] = how;
    words[n++] = "-c";
    words[n++] = years;
    for (size_t i = 0; i < (names != NULL ? count : place_count); i++)
        words[n++] = names != NULL ? names[i] : places[i].name;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        setenv("TZDIR", SYSTEM_DIRECTORY, 1);
        execvp("zdump", (char *const *)words);
        _exit(127);
    }
    free(words);
    close(ends[1]);
    buf_init(out, 64u << 20);
    char block[65536];
    ssize_t got;
    while ((got = read(ends[0], block, sizeof(block))) > 0)
        buf_add(out, block, (size_t)got);
    close(ends[0]);
    int status;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    buf_free(out);
    print_message("# there is no zdump (Debian: libc-bin) to compare with\n");
    return false;
}

/* Reading ------------------------------------------------------------------ */

struct line {
    char name[64];
    instant at;
    struct civil local;
    int offset;
};

static bool read_time(const char *text, struct civil *out)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char month[4];
    int day;
    int hour;
    int minute;
    int second;
    int year;
    if (sscanf(text, " %*3s %3s %d %d:%d:%d %d", month, &day, &hour, &minute,
               &second, &year) != 6)
        return false;
    const char *at = strstr(months, month);
    assert_non_null(at);
    *out = (struct civil){
        {(int16_t)year, (int8_t)((at - months) / 3 + 1), (int8_t)day},
        (int8_t)hour,
        (int8_t)minute,
        (int8_t)second};
    return true;
}

/* "Zone  Sun Mar  8 06:59:59 2026 UT = Sun Mar  8 01:59:59 2026 EST isdst=0
 * gmtoff=-18000"; false for the two ends of time, which have no wall. */
static bool read_line(const char *text, struct line *out)
{
    struct civil utc;
    const char *local = strstr(text, " UT = ");
    const char *offset = strstr(text, "gmtoff=");
    if (local == NULL || offset == NULL ||
        sscanf(text, "%63s", out->name) != 1 ||
        !read_time(text + strlen(out->name), &utc) ||
        !read_time(local + strlen(" UT = "), &out->local) ||
        sscanf(offset, "gmtoff=%d", &out->offset) != 1)
        return false;
    out->at = civil_seconds(utc) * SECOND_MS;
    return utc.date.year > 1;
}

/* "-	-	+0545" of zdump -i: before the first change. */
static int read_offset(const char *text)
{
    int sign = text[0] == '-' ? -1 : 1;
    size_t digits = strspn(text + 1, "0123456789");
    int number = (int)strtol(text + 1, NULL, 10);
    if (digits == 2)
        number *= 10000;
    else if (digits == 4)
        number *= 100;
    return sign *
           (number / 10000 * 3600 + number / 100 % 100 * 60 + number % 100);
}

/* Comparing ---------------------------------------------------------------- */

static void check_instant(const struct zone *zone, const struct line *line)
{
    char is[CIVIL_TEXT_MAX];
    char want[CIVIL_TEXT_MAX];
    struct civil local = zone_local(zone, line->at);
    civil_text(local, is);
    civil_text(line->local, want);
    if (zone_offset(zone, line->at) != line->offset || strcmp(is, want) != 0)
        fail_msg("%s: %s (offset %d), zdump says %s (%d)", line->name, is,
                 zone_offset(zone, line->at), want, line->offset);
    /* and back: the same wall time, now or at the first of its two turns */
    instant back = zone_instant(zone, local);
    if (back > line->at ||
        civil_seconds(zone_local(zone, back)) != civil_seconds(local))
        fail_msg("%s: %s does not come back", line->name, is);
}

static void check_wall(const struct line *line, const struct zone *zone,
                       int64_t wall, int offset)
{
    char text[CIVIL_TEXT_MAX];
    struct civil civil = civil_from_seconds(wall);
    if (zone_instant(zone, civil) != (wall - offset) * SECOND_MS)
        fail_msg("%s: the wall time %s has another instant", line->name,
                 civil_text(civil, text));
}

/* What the change at `line` does to the wall: the offset from before it holds
 * for all that is skipped (02:30 becomes 03:30) and for the first of two. */
static void check_change(const struct zone *zone, const struct line *line,
                         int before)
{
    int after = line->offset;
    int64_t at = line->at / SECOND_MS;
    int64_t first = at + (before < after ? before : after);
    int64_t end = at + (before < after ? after : before);
    check_wall(line, zone, first - 1, before);
    check_wall(line, zone, end, after);
    if (before == after)
        return; /* only the name of the time changed */
    check_wall(line, zone, first, before);
    check_wall(line, zone, first + (end - first) / 2, before);
    check_wall(line, zone, end - 1, before);
    gaps += before < after;
    overlaps += before > after;
}

/* From `place->since` until `end` the wall is `place->offset` away. */
static void check_steady(struct place *place, instant end)
{
    for (instant at = place->since; at < end; at += SAMPLE_MS, samples++) {
        if (zone_offset(place->zone, at) != place->offset)
            fail_msg("%s: changes at %lld, and zdump knows nothing of it",
                     place->name, (long long)at);
        instant back = zone_instant(place->zone, zone_local(place->zone, at));
        if (back > at || at - back > DAY_MS)
            fail_msg("%s: %lld does not come back", place->name, (long long)at);
    }
    place->since = end;
}

static instant year_begins(int year)
{
    return civil_days((struct civil_date){(int16_t)year, 1, 1}) * DAY_MS;
}

static void read_beginnings(const struct buf *text)
{
    struct place *place = NULL;
    char name[64];
    for (char *rest = text->data, *line; (line = strsep(&rest, "\n"));) {
        if (sscanf(line, "TZ=\"%63[^\"]\"", name) == 1)
            place = place_of(name);
        if (strncmp(line, "-\t-\t", 4) != 0)
            continue;
        assert_non_null(place);
        place->begun = true;
        place->offset = read_offset(line + 4);
        place->since = year_begins(FROM_YEAR);
    }
}

static void check_all(const struct buf *text)
{
    struct line line;
    for (char *rest = text->data, *one; (one = strsep(&rest, "\n"));) {
        if (!read_line(one, &line))
            continue;
        struct place *place = place_of(line.name);
        check_instant(place->zone, &line);
        /* two lines a change: the second before it, and itself */
        if (line.at % MINUTE_MS == 59 * SECOND_MS)
            continue;
        check_steady(place, line.at);
        check_change(place->zone, &line, place->offset);
        place->offset = line.offset;
        changes++;
    }
}

static void test_every_zone_and_change_of_seven_years(void **state)
{
    (void)state;
    struct buf text;
    char years[16];
    snprintf(years, sizeof(years), "%d,%d", FROM_YEAR, TO_YEAR);
    if (!run_zdump("-i", years, NULL, 0, &text))
        skip();
    read_beginnings(&text);
    buf_free(&text);
    if (!run_zdump("-v", years, NULL, 0, &text))
        skip();
    check_all(&text);
    buf_free(&text);
    for (size_t i = 0; i < place_count; i++) {
        if (!places[i].begun)
            fail_msg("zdump said nothing of %s", places[i].name);
        check_steady(&places[i], year_begins(TO_YEAR));
    }
    print_message("# tzdata %s: %zu zones, %zu changes (%zu gaps, %zu "
                  "overlaps), %zu moments between them\n",
                  zone_data_version(), place_count, changes, gaps, overlaps,
                  samples);
    assert_true(place_count > 300);
    assert_true(gaps > 1000 && overlaps > 1000);
}

static void test_the_whole_history_of_some(void **state)
{
    (void)state;
    static const char *const names[] = {
        "America/New_York",    "America/Los_Angeles", "America/Phoenix",
        "America/Mexico_City", "America/Vancouver",   "America/Nuuk",
        "Europe/Dublin",       "Europe/London",       "Africa/Casablanca",
        "Africa/Cairo",        "Asia/Jerusalem",      "Asia/Kolkata",
        "Australia/Lord_Howe", "Pacific/Apia",        "Pacific/Auckland",
        "America/Santiago",    "Antarctica/Troll",    "Pacific/Kwajalein",
    };
    size_t count = sizeof(names) / sizeof(names[0]);
    struct buf text;
    struct line line;
    size_t checked = 0;
    if (!run_zdump("-v", "1800,2060", names, count, &text))
        skip();
    for (char *rest = text.data, *one; (one = strsep(&rest, "\n"));) {
        if (!read_line(one, &line))
            continue;
        check_instant(place_of(line.name)->zone, &line);
        checked++;
    }
    buf_free(&text);
    print_message("# %zu zones: %zu seconds beside their changes since 1800\n",
                  count, checked);
    assert_true(checked > 100 * count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_zone_and_change_of_seven_years),
        cmocka_unit_test(test_the_whole_history_of_some),
    };
    return cmocka_run_group_tests_name("zone-dump", tests, list_places, NULL);
}
