/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a store in every bad way, its transactions, copies and checks. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/file.h"
#include "store/store.h"
#include "tests/store/fixture.h"

static void expect_refused(const char *path, unsigned flags,
                           enum error_kind kind, const char *word)
{
    struct error err = {0};
    struct store *store = store_open(path, flags, &err);
    assert_null(store);
    assert_int_equal(err.kind, kind);
    if (!strstr(err.text, word))
        fail_msg("\"%s\" is not in: %s", word, err.text);
    if (!strstr(err.text, path))
        fail_msg("the path is not in: %s", err.text);
}

static void write_text(const char *path, const char *text, size_t len)
{
    struct error err = {0};
    assert_true(file_write(path, text, len, 0600, &err));
}

static void a_missing_store_names_the_command_that_makes_one(void **state)
{
    (void)state;
    char *path = fixture_path("none.db");
    expect_refused(path, 0, ERROR_CANNOT, "outreach import");
    expect_refused(path, STORE_READ_ONLY | STORE_CREATE, ERROR_CANNOT,
                   "outreach import");
    assert_false(file_exists(path));
    fixture_remove(path);
}

static void a_folder_is_refused(void **state)
{
    (void)state;
    expect_refused("/tmp", STORE_CREATE, ERROR_CANNOT, "is a folder");
}

static void a_text_file_is_not_a_database(void **state)
{
    (void)state;
    char *path = fixture_path("letter.txt");
    char text[8192];
    memset(text, 'x', sizeof(text));
    write_text(path, text, sizeof(text));
    expect_refused(path, STORE_CREATE, ERROR_CANNOT, "not a database");
    struct stat after;
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(after.st_size, sizeof(text));
    fixture_remove(path);
}

static void an_empty_file_is_no_store_unless_one_is_to_be_made(void **state)
{
    (void)state;
    struct error err = {0};
    char *path = fixture_path("empty.db");
    write_text(path, "", 0);
    expect_refused(path, 0, ERROR_CANNOT, "is empty");
    struct store *store = store_open(path, STORE_CREATE, &err);
    assert_non_null(store);
    store_close(store);
    fixture_remove(path);
}

static void plain_sql(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void another_programs_database_is_left_alone(void **state)
{
    (void)state;
    char *path = fixture_path("other.db");
    plain_sql(path, "CREATE TABLE songs(a)");
    expect_refused(path, STORE_CREATE, ERROR_CANNOT, "another program");
    plain_sql(path, "PRAGMA application_id=77");
    expect_refused(path, STORE_CREATE, ERROR_CANNOT, "another program");
    fixture_remove(path);
}

static void a_newer_store_is_refused(void **state)
{
    (void)state;
    struct error err = {0};
    char *path = fixture_path("new.db");
    store_close(store_open(path, STORE_CREATE, &err));
    plain_sql(path, "PRAGMA user_version=999");
    expect_refused(path, 0, ERROR_CANNOT, "update the program");
    fixture_remove(path);
}

static void permissions_are_explained(void **state)
{
    (void)state;
    struct error err = {0};
    char *path = fixture_path("mine.db");
    store_close(store_open(path, STORE_CREATE, &err));
    chmod(path, 0);
    *strrchr(path, '/') = '\0';
    chmod(path, 0755);
    path[strlen(path)] = '/';
    bool root = geteuid() == 0;
    if (root)
        assert_int_equal(seteuid(65534), 0);
    expect_refused(path, 0, ERROR_CANNOT, "cannot write");
    expect_refused(path, STORE_READ_ONLY, ERROR_CANNOT, "cannot read");
    if (root)
        assert_int_equal(seteuid(0), 0);
    fixture_remove(path);
}

static int waits;
static void count_wait(const char *who, const char *path)
{
    assert_string_equal(who, "another process");
    assert_non_null(strstr(path, "store.db"));
    waits++;
}

static void a_store_held_by_another_is_busy(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *one = fixture_store();
    struct store *two = store_open(store_path(one), 0, &err);
    assert_non_null(two);
    fixture_begin(one);
    store_set_patience(two, 50);
    assert_false(store_begin(two, &err));
    assert_int_equal(err.kind, ERROR_BUSY);
    assert_non_null(strstr(err.text, "another process is writing"));
    assert_int_equal(waits, 0);
    /* Who waits longer is told once, and hears of it in the end. */
    store_on_wait(count_wait);
    store_set_patience(two, 2500);
    assert_false(store_begin(two, &err));
    assert_int_equal(waits, 1);
    store_on_wait(NULL);
    store_rollback(one);
    assert_true(store_begin(two, &err));
    store_rollback(two);
    store_close(two);
    fixture_close(one);
}

static void the_file_and_its_log_are_for_their_owner_only(void **state)
{
    (void)state;
    struct store *store = fixture_store();
    static const char *const endings[] = {"", "-wal", "-shm"};
    fixture_sql(store, "INSERT INTO meta VALUES ('a', 'b')");
    for (size_t i = 0; i < 3; i++) {
        char path[512];
        struct stat about;
        snprintf(path, sizeof(path), "%s%s", store_path(store), endings[i]);
        assert_int_equal(stat(path, &about), 0);
        assert_int_equal(about.st_mode & 0777, 0600);
    }
    fixture_close(store);
}

static void settings_that_durability_and_safety_need(void **state)
{
    (void)state;
    static const struct {
        const char *pragma;
        int64_t value;
    } rows[] = {
        {"PRAGMA synchronous", 2},    {"PRAGMA foreign_keys", 1},
        {"PRAGMA trusted_schema", 0}, {"PRAGMA busy_timeout", 1000},
        {"PRAGMA secure_delete", 1},  {"PRAGMA wal_autocheckpoint", 16000},
        {"PRAGMA cache_size", -4096},
    };
    struct store *store = fixture_store();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(fixture_number(store, rows[i].pragma), rows[i].value);
    char *mode = fixture_text(store, "SELECT * FROM pragma_journal_mode");
    assert_string_equal(mode, "wal");
    free(mode);
    fixture_close(store);
}

static void a_relative_name_that_sqlite_would_read_otherwise(void **state)
{
    (void)state;
    struct error err = {0};
    char *path = fixture_path("x");
    char before[4096];
    assert_non_null(getcwd(before, sizeof(before)));
    *strrchr(path, '/') = '\0';
    assert_int_equal(chdir(path), 0);
    struct store *store = store_open(":memory:", STORE_CREATE, &err);
    assert_non_null(store);
    assert_true(file_exists("./:memory:"));
    store_close(store);
    assert_int_equal(chdir(before), 0);
    path[strlen(path)] = '/';
    fixture_remove(path);
}

static void what_was_rolled_back_is_gone_and_what_was_committed_stays(
    void **state)
{
    (void)state;
    struct error err = {0};
    char text[16];
    struct store *store = fixture_store();
    fixture_begin(store);
    assert_true(store_in_transaction(store));
    assert_true(store_meta_set(store, "k", "one", &err));
    store_rollback(store);
    assert_false(store_in_transaction(store));
    assert_true(store_meta_get(store, "k", text, sizeof(text), &err));
    assert_string_equal(text, "");
    fixture_begin(store);
    assert_true(store_meta_set(store, "k", "two", &err));
    assert_true(store_suppose(store, &err));
    assert_true(store_meta_set(store, "k", "three", &err));
    assert_true(store_unsuppose(store, &err));
    fixture_commit(store);
    assert_true(store_meta_get(store, "k", text, sizeof(text), &err));
    assert_string_equal(text, "two");
    fixture_close(store);
}

static void data_version_sees_others_only(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *one = fixture_store();
    struct store *two = store_open(store_path(one), 0, &err);
    int64_t before = store_data_version(one);
    fixture_sql(one, "INSERT INTO meta VALUES ('a', '1')");
    assert_int_equal(store_data_version(one), before);
    fixture_sql(two, "INSERT INTO meta VALUES ('b', '1')");
    assert_int_not_equal(store_data_version(one), before);
    store_close(two);
    fixture_close(one);
}

static void a_reader_has_one_picture_and_cannot_write(void **state)
{
    (void)state;
    struct error err = {0};
    struct store *writer = fixture_store();
    struct store *reader =
        store_open(store_path(writer), STORE_READ_ONLY, &err);
    assert_non_null(reader);
    fixture_begin(reader);
    assert_int_equal(fixture_number(reader, "SELECT count(*) FROM list"), 0);
    fixture_sql(writer, "INSERT INTO list(name) VALUES ('x')");
    assert_int_equal(fixture_number(reader, "SELECT count(*) FROM list"), 0);
    assert_false(store_meta_set(reader, "k", "v", &err));
    assert_int_equal(err.kind, ERROR_CANNOT);
    assert_non_null(strstr(err.text, "read-only"));
    store_rollback(reader);
    assert_int_equal(fixture_number(reader, "SELECT count(*) FROM list"), 1);
    store_close(reader);
    fixture_close(writer);
}

static void a_copy_is_whole_private_and_never_overwrites(void **state)
{
    (void)state;
    struct error err = {0};
    struct stat about;
    char text[16];
    struct store *store = fixture_store();
    fixture_sql(store, "INSERT INTO meta VALUES ('k', 'v')");
    char *path = fixture_path("copy.db");
    assert_true(store_copy_to(store, path, 0, &err));
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_false(store_copy_to(store, path, 0, &err));
    assert_non_null(strstr(err.text, "new file"));
    struct store *copy = store_open(path, 0, &err);
    assert_non_null(copy);
    assert_true(store_meta_get(copy, "k", text, sizeof(text), &err));
    assert_string_equal(text, "v");
    assert_true(store_check(copy, &err));
    store_close(copy);
    fixture_remove(path);
    fixture_close(store);
}

static void check_finds_a_row_that_names_nobody(void **state)
{
    (void)state;
    struct error err = {0};
    char *path = fixture_path("broken.db");
    store_close(store_open(path, STORE_CREATE, &err));
    plain_sql(path, "INSERT INTO condition(patient_id, code) VALUES (9, 'E')");
    struct store *store = store_open(path, 0, &err);
    assert_false(store_check(store, &err));
    assert_int_equal(err.kind, ERROR_CORRUPT);
    assert_non_null(strstr(err.text, "condition names a patient"));
    store_close(store);
    fixture_remove(path);
}

static void check_finds_overwritten_pages(void **state)
{
    (void)state;
    struct error err = {0};
    char *path = fixture_path("torn.db");
    store_close(store_open(path, STORE_CREATE, &err));
    int fd = open(path, O_RDWR);
    char junk[4096];
    memset(junk, 0x5a, sizeof(junk));
    for (off_t at = 4096 * 5; at < 4096 * 30; at += 4096)
        assert_int_equal(pwrite(fd, junk, sizeof(junk), at), sizeof(junk));
    close(fd);
    struct store *store = store_open(path, 0, &err);
    bool sound = store && store_check(store, &err);
    assert_false(sound);
    assert_int_equal(err.kind, ERROR_CORRUPT);
    assert_non_null(strstr(err.text, "backup"));
    store_close(store);
    fixture_remove(path);
}

static void many_may_make_the_same_store_at_once(void **state)
{
    (void)state;
    enum { MAKERS = 6 };
    char *path = fixture_path("race.db");
    pid_t children[MAKERS];
    for (int i = 0; i < MAKERS; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            struct error err = {0};
            struct store *store = store_open(path, STORE_CREATE, &err);
            bool done = store && store_begin(store, &err) &&
                        store_meta_set(store, "k", "v", &err) &&
                        store_commit(store, &err);
            if (!done)
                fprintf(stderr, "%s\n", err.text);
            store_close(store);
            _exit(done ? 0 : 1);
        }
    }
    for (int i = 0; i < MAKERS; i++) {
        int status = 1;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    fixture_remove(path);
}

static void a_disk_that_is_really_full_rolls_back(void **state)
{
    (void)state;
    struct error err = {0};
    char text[8];
    struct store *store = fixture_store();
    char pragma[64];
    snprintf(pragma, sizeof(pragma), "PRAGMA max_page_count=%lld",
             (long long)fixture_number(store, "PRAGMA page_count") + 8);
    fixture_number(store, pragma);
    char *large = malloc(1u << 20);
    assert_non_null(large);
    memset(large, 'x', (1u << 20) - 1);
    large[(1u << 20) - 1] = '\0';
    fixture_begin(store);
    assert_true(store_meta_set(store, "small", "v", &err));
    assert_false(store_meta_set(store, "large", large, &err));
    assert_int_equal(err.kind, ERROR_FULL);
    assert_non_null(strstr(err.text, "free some room"));
    assert_false(store_commit(store, &err));
    assert_int_equal(err.kind, ERROR_FULL);
    assert_true(store_meta_get(store, "small", text, sizeof(text), &err));
    assert_string_equal(text, "");
    free(large);
    fixture_begin(store);
    assert_true(store_meta_set(store, "small", "v", &err));
    fixture_commit(store);
    fixture_close(store);
}

/* A crash may take a copy that is thrown away, and nothing else. */
static void only_a_copy_is_not_synced(void **state)
{
    static const struct {
        const char *sentence;
        unsigned flags;
        int64_t synchronous; /* 2: FULL */
    } rows[] = {
        {"a store", 0, 2},
        {"while it imports", STORE_BULK, 2},
        {"a copy for one run", STORE_THROW_AWAY, 0},
    };
    struct error err = {0};
    char *path = fixture_path("sync.db");
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct store *store =
            store_open(path, STORE_CREATE | rows[i].flags, &err);
        assert_non_null(store);
        if (fixture_number(store, "PRAGMA synchronous") != rows[i].synchronous)
            fail_msg("%s", rows[i].sentence);
        store_close(store);
    }
    fixture_remove(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_copy_is_not_synced),
        cmocka_unit_test(a_missing_store_names_the_command_that_makes_one),
        cmocka_unit_test(a_folder_is_refused),
        cmocka_unit_test(a_text_file_is_not_a_database),
        cmocka_unit_test(an_empty_file_is_no_store_unless_one_is_to_be_made),
        cmocka_unit_test(another_programs_database_is_left_alone),
        cmocka_unit_test(a_newer_store_is_refused),
        cmocka_unit_test(permissions_are_explained),
        cmocka_unit_test(a_store_held_by_another_is_busy),
        cmocka_unit_test(the_file_and_its_log_are_for_their_owner_only),
        cmocka_unit_test(settings_that_durability_and_safety_need),
        cmocka_unit_test(a_relative_name_that_sqlite_would_read_otherwise),
        cmocka_unit_test(
            what_was_rolled_back_is_gone_and_what_was_committed_stays),
        cmocka_unit_test(data_version_sees_others_only),
        cmocka_unit_test(a_reader_has_one_picture_and_cannot_write),
        cmocka_unit_test(a_copy_is_whole_private_and_never_overwrites),
        cmocka_unit_test(check_finds_a_row_that_names_nobody),
        cmocka_unit_test(check_finds_overwritten_pages),
        cmocka_unit_test(many_may_make_the_same_store_at_once),
        cmocka_unit_test(a_disk_that_is_really_full_rolls_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
