/* SPDX-License-Identifier: Apache-2.0 */
/* Files in a temporary folder: limits, errors that help, locks. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

static char folder[32];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/outreach-file-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
    (void)state;
    file_remove_tree(folder);
    return file_exists(folder) ? -1 : 0;
}

static const char *in_folder(const char *name)
{
    static char paths[4][256];
    static unsigned turn;
    char *out = paths[turn++ % 4];
    file_join(out, sizeof(paths[0]), folder, name);
    return out;
}

static void assert_content(const char *path, const char *expected)
{
    struct buf text;
    struct error err = {.kind = ERROR_NONE};
    if (!file_read(path, 1000, &text, &err))
        fail_msg("%s", err.text);
    assert_string_equal(text.data, expected);
    buf_free(&text);
}

static unsigned mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static void test_what_is_written_is_read(void **state)
{
    (void)state;
    struct error err;
    const char *path = in_folder("a");
    assert_false(file_exists(path));
    assert_true(file_write(path, "one\n", 4, 0600, &err));
    assert_true(file_exists(path));
    assert_false(file_is_directory(path));
    assert_content(path, "one\n");
    assert_int_equal(mode_of(path), 0600);
    assert_true(file_write(path, "", 0, 0640, &err));
    assert_content(path, "");
    assert_int_equal(mode_of(path), 0640);
    /* nothing is left beside it */
    char **names;
    size_t count;
    assert_true(file_list(folder, NULL, &names, &count, &err));
    assert_int_equal(count, 1);
    file_list_free(names, count);
}

static void test_append_adds_at_the_end(void **state)
{
    (void)state;
    struct error err;
    const char *path = in_folder("a");
    assert_true(file_append(path, "one\n", 4, 0600, &err));
    assert_true(file_append(path, "two\n", 4, 0600, &err));
    assert_content(path, "one\ntwo\n");
    assert_int_equal(mode_of(path), 0600);
}

static void test_the_limit_is_exact(void **state)
{
    (void)state;
    struct error err = {.kind = ERROR_NONE};
    struct buf text;
    const char *path = in_folder("a");
    assert_true(file_write(path, "12345", 5, 0600, &err));
    assert_true(file_read(path, 5, &text, &err));
    assert_int_equal(text.len, 5);
    buf_free(&text);
    assert_false(file_read(path, 4, &text, &err));
    buf_free(&text);
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_non_null(strstr(err.text, "at most 4 bytes"));
}

static void test_failures_name_the_path(void **state)
{
    (void)state;
    struct error err = {.kind = ERROR_NONE};
    struct buf text;
    const char *missing = in_folder("missing");
    assert_false(file_read(missing, 10, &text, &err));
    buf_free(&text);
    assert_int_equal(err.kind, ERROR_CANNOT);
    assert_non_null(strstr(err.text, missing));
    assert_non_null(strstr(err.text, "No such file"));
    assert_false(file_read(folder, 10, &text, &err));
    buf_free(&text);
    assert_non_null(strstr(err.text, "is a directory"));
    const char *deep = in_folder("no/such/file");
    assert_false(file_write(deep, "x", 1, 0600, &err));
    assert_non_null(strstr(err.text, deep));
    assert_false(file_append(deep, "x", 1, 0600, &err));
    char **names;
    size_t count;
    assert_false(file_list(missing, NULL, &names, &count, &err));
    assert_non_null(strstr(err.text, missing));
    char longer[6000];
    memset(longer, 'a', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    assert_false(file_write(longer, "x", 1, 0600, &err));
    assert_false(file_read(missing, 10, &text, NULL));
    buf_free(&text);
}

static void test_a_full_disk_has_its_own_kind(void **state)
{
    (void)state;
    if (!file_exists("/dev/full"))
        skip();
    struct error err = {.kind = ERROR_NONE};
    assert_false(file_append("/dev/full", "x", 1, 0600, &err));
    assert_int_equal(err.kind, ERROR_FULL);
    assert_non_null(strstr(err.text, "make room"));
}

static void test_a_failed_write_keeps_the_old_content(void **state)
{
    (void)state;
    struct error err;
    const char *path = in_folder("dir");
    assert_true(file_make_directory(path, 0700, &err));
    assert_true(file_write(in_folder("dir/x"), "old", 3, 0600, &err));
    /* a file cannot replace a directory: rename fails at the very end */
    assert_false(file_write(path, "new", 3, 0600, &err));
    assert_content(in_folder("dir/x"), "old");
    char **names;
    size_t count;
    assert_true(file_list(folder, NULL, &names, &count, &err));
    assert_int_equal(count, 1);
    file_list_free(names, count);
}

static void test_moving_never_hits_another_file(void **state)
{
    (void)state;
    struct error err;
    char from[300], to[300];
    snprintf(from, sizeof(from), "%s", in_folder("from"));
    snprintf(to, sizeof(to), "%s", in_folder("to"));
    assert_true(file_write(from, "new", 3, 0600, &err));
    assert_true(file_write(to, "old", 3, 0600, &err));
    assert_false(file_move(from, to, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_content(from, "new");
    assert_content(to, "old");
    assert_int_equal(unlink(to), 0);
    assert_true(file_move(from, to, &err));
    assert_content(to, "new");
    assert_false(file_exists(from));
    assert_false(file_move(from, to, &err));
    assert_false(file_move(to, in_folder("no/such"), &err));
    assert_int_equal(err.kind, ERROR_CANNOT);
}

static void test_directories(void **state)
{
    (void)state;
    struct error err;
    const char *path = in_folder("d");
    assert_true(file_make_directory(path, 0700, &err));
    assert_true(file_is_directory(path));
    assert_true(file_make_directory(path, 0700, &err));
    assert_true(file_write(in_folder("f"), "", 0, 0600, &err));
    assert_false(file_make_directory(in_folder("f"), 0700, &err));
}

static void test_lists_are_sorted_and_filtered(void **state)
{
    (void)state;
    struct error err;
    static const char *const made[] = {"b.json", "a.json",   "Z.json",
                                       "c.txt",  ".#a.json", "json"};
    for (size_t i = 0; i < 6; i++)
        assert_true(file_write(in_folder(made[i]), "", 0, 0600, &err));
    char **names;
    size_t count;
    assert_true(file_list(folder, ".json", &names, &count, &err));
    assert_int_equal(count, 3);
    assert_string_equal(names[0], "Z.json");
    assert_string_equal(names[1], "a.json");
    assert_string_equal(names[2], "b.json");
    file_list_free(names, count);
    assert_true(file_list(folder, NULL, &names, &count, &err));
    assert_int_equal(count, 6);
    file_list_free(names, count);
    assert_true(file_make_directory(in_folder("empty"), 0700, &err));
    assert_true(file_list(in_folder("empty"), NULL, &names, &count, &err));
    assert_int_equal(count, 0);
    file_list_free(names, count);
}

static void test_paths_join(void **state)
{
    (void)state;
    static const struct {
        const char *dir;
        const char *name;
        const char *path;
    } rows[] = {
        {"a", "b", "a/b"},     {"a/", "b", "a/b"}, {"/", "b", "/b"},
        {"", "b", "b"},        {"a", "/b", "a/b"}, {"", "/b", "/b"},
        {"a", "b/c", "a/b/c"},
    };
    char out[16];
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        file_join(out, sizeof(out), rows[i].dir, rows[i].name);
        assert_string_equal(out, rows[i].path);
    }
    file_join(out, sizeof(out), "0123456789", "012345");
    assert_string_equal(out, ""); /* never a cut path */
    assert_string_equal(file_base("/a/b.json"), "b.json");
    assert_string_equal(file_base("b.json"), "b.json");
    assert_string_equal(file_base("a/"), "");
}

static void test_removing_a_tree_follows_no_link(void **state)
{
    (void)state;
    struct error err;
    assert_true(file_make_directory(in_folder("keep"), 0700, &err));
    assert_true(file_write(in_folder("keep/x"), "x", 1, 0600, &err));
    assert_true(file_make_directory(in_folder("gone"), 0700, &err));
    assert_true(file_make_directory(in_folder("gone/deep"), 0700, &err));
    assert_true(file_write(in_folder("gone/deep/y"), "y", 1, 0600, &err));
    assert_int_equal(symlink(in_folder("keep"), in_folder("gone/link")), 0);
    file_remove_tree(in_folder("gone"));
    assert_false(file_exists(in_folder("gone")));
    assert_content(in_folder("keep/x"), "x");
}

/* What another process gets: 0 = the lock, 1 = busy, 2 = something else. */
static int lock_elsewhere(const char *path, struct error *err)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        struct error mine = {.kind = ERROR_NONE};
        int fd = file_lock(path, &mine);
        if (write(ends[1], &mine, sizeof(mine)) != sizeof(mine))
            _exit(3);
        _exit(fd >= 0 ? 0 : mine.kind == ERROR_BUSY ? 1 : 2);
    }
    assert_int_equal(read(ends[0], err, sizeof(*err)), sizeof(*err));
    close(ends[0]);
    close(ends[1]);
    int status;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

static void test_a_lock_is_held_by_one(void **state)
{
    (void)state;
    struct error err = {.kind = ERROR_NONE};
    const char *path = in_folder("lock");
    int fd = file_lock(path, &err);
    assert_true(fd >= 0);
    assert_int_equal(mode_of(path), 0600);
    assert_int_equal(lock_elsewhere(path, &err), 1);
    char pid[32];
    snprintf(pid, sizeof(pid), "(%ld)", (long)getpid());
    assert_non_null(strstr(err.text, pid));
    long holder = 0;
    assert_true(file_is_locked(path, &holder));
    assert_int_equal(holder, getpid());
    /* not even this process gets it twice, and trying does not lose it */
    assert_int_equal(file_lock(path, &err), -1);
    assert_int_equal(err.kind, ERROR_BUSY);
    assert_int_equal(lock_elsewhere(path, &err), 1);
    /* reading the file, as a curious library might, does not lose it */
    struct buf text;
    assert_true(file_read(path, 100, &text, &err));
    buf_free(&text);
    assert_int_equal(lock_elsewhere(path, &err), 1);
    file_unlock(fd);
    assert_true(file_exists(path));
    assert_false(file_is_locked(path, &holder));
    assert_false(file_is_locked(in_folder("nothing"), &holder));
    assert_int_equal(lock_elsewhere(path, &err), 0);
    fd = file_lock(path, &err); /* free again after the other one died */
    assert_true(fd >= 0);
    file_unlock(fd);
    file_unlock(-1);
}

static void test_a_lock_that_cannot_be_taken_is_not_busy(void **state)
{
    (void)state;
    struct error err = {.kind = ERROR_NONE};
    assert_int_equal(file_lock(in_folder("no/lock"), &err), -1);
    assert_int_equal(err.kind, ERROR_CANNOT);
    assert_int_equal(symlink("/tmp", in_folder("link")), 0);
    assert_int_equal(file_lock(in_folder("link"), &err), -1);
    assert_int_equal(err.kind, ERROR_CANNOT);
}

#define IN_FOLDER(test) \
    cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_what_is_written_is_read),
        IN_FOLDER(test_append_adds_at_the_end),
        IN_FOLDER(test_the_limit_is_exact),
        IN_FOLDER(test_failures_name_the_path),
        IN_FOLDER(test_a_full_disk_has_its_own_kind),
        IN_FOLDER(test_a_failed_write_keeps_the_old_content),
        IN_FOLDER(test_moving_never_hits_another_file),
        IN_FOLDER(test_directories),
        IN_FOLDER(test_lists_are_sorted_and_filtered),
        IN_FOLDER(test_paths_join),
        IN_FOLDER(test_removing_a_tree_follows_no_link),
        IN_FOLDER(test_a_lock_is_held_by_one),
        IN_FOLDER(test_a_lock_that_cannot_be_taken_is_not_busy),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
