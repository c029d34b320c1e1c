/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_NAME RUNS [FOLDER]: a fuzz target without libFuzzer, for every test run:
 * the seeds of the folder as they are, then RUNS changed ones. The changes are
 * the same each time, and the input that breaks something is kept. Finds what
 * lies near; what lies deep is for ./dev fuzz. */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

#define SEEDS_MAX 256
#define SEED_BYTES_MAX 16384
#define INPUT_MAX (2 * SEED_BYTES_MAX)
#define CHANGES_MAX 6

struct input {
    size_t len;
    uint8_t bytes[INPUT_MAX];
};

static struct input seeds[SEEDS_MAX];
static size_t seed_count;
static struct input tried;

/* Only what may be called in a signal's handler. */
static void broken(int signum)
{
    static const char told[] = "# the input is in fuzz-broken\n";
    FILE *file = fopen("fuzz-broken", "wb");
    if (file && fwrite(tried.bytes, 1, tried.len, file) == tried.len)
        fclose(file);
    if (write(STDOUT_FILENO, told, sizeof(told) - 1) > 0)
        raise(signum);
}

static void try_it(void)
{
    /* of its exact size, so that a sanitizer sees a byte too far */
    uint8_t *copy = malloc(tried.len ? tried.len : 1);
    memcpy(copy, tried.bytes, tried.len);
    LLVMFuzzerTestOneInput(copy, tried.len);
    free(copy);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void read_seed(const char *folder, const char *name)
{
    char path[4096];
    struct stat about;
    struct input *seed = &seeds[seed_count];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    if (stat(path, &about) != 0 || !S_ISREG(about.st_mode))
        return;
    FILE *file = fopen(path, "rb");
    expect(file != NULL, "a seed can be read");
    seed->len = fread(seed->bytes, 1, SEED_BYTES_MAX, file);
    fclose(file);
    seed_count++;
}

static void read_seeds(const char *folder)
{
    char *names[SEEDS_MAX];
    size_t count = 0;
    DIR *dir = opendir(folder);
    expect(dir != NULL, "the folder of seeds is there");
    for (struct dirent *item; (item = readdir(dir)) && count < SEEDS_MAX;)
        if (item->d_name[0] != '.')
            names[count++] = strdup(item->d_name);
    closedir(dir);
    qsort(names, count, sizeof(names[0]), by_name);
    for (size_t i = 0; i < count; i++) {
        read_seed(folder, names[i]);
        free(names[i]);
    }
}

static size_t pick(size_t below)
{
    static uint64_t state = UINT64_C(88172645463325252);
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return below ? (size_t)(state % below) : 0;
}

/* Puts bytes in at a place, as far as there is room. */
static void insert(size_t at, const uint8_t *bytes, size_t len)
{
    if (len > INPUT_MAX - tried.len)
        len = INPUT_MAX - tried.len;
    memmove(tried.bytes + at + len, tried.bytes + at, tried.len - at);
    memcpy(tried.bytes + at, bytes, len);
    tried.len += len;
}

static void change(void)
{
    static const uint8_t odd[] = {0,   0xff, 0x80, '"', '\'', '{', '}', '[',
                                  ']', '\n', ',',  '-', '9',  ':', ' ', '\\'};
    const struct input *other = &seeds[pick(seed_count)];
    size_t at = pick(tried.len + 1), len = 1 + pick(32), from;
    uint8_t piece[32];
    switch (pick(6)) {
    case 0: /* a bit */
        if (at < tried.len)
            tried.bytes[at] ^= (uint8_t)(1u << pick(8));
        break;
    case 1: /* an odd one */
        if (at < tried.len)
            tried.bytes[at] = odd[pick(sizeof(odd))];
        break;
    case 2:
        insert(at, &odd[pick(sizeof(odd))], 1);
        break;
    case 3: /* something is missing */
        if (len > tried.len - at)
            len = tried.len - at;
        memmove(tried.bytes + at, tried.bytes + at + len, tried.len - at - len);
        tried.len -= len;
        break;
    case 4: /* something is there twice */
        if (len > tried.len - at)
            len = tried.len - at;
        memcpy(piece, tried.bytes + at, len);
        insert(pick(tried.len + 1), piece, len);
        break;
    default: /* of the six: a piece of another seed */
        from = pick(other->len);
        if (len > other->len - from)
            len = other->len - from;
        insert(at, other->bytes + from, len);
        break;
    }
}

int main(int argc, char **argv)
{
    long runs = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    struct sigaction action = {.sa_handler = broken,
                               .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGABRT, &action, NULL);
    sigaction(SIGSEGV, &action, NULL);
    if (argc > 2)
        read_seeds(argv[2]);
    for (size_t i = 0; i < seed_count; i++) {
        tried = seeds[i];
        try_it();
    }
    for (long i = 0; i < runs; i++) {
        tried = seeds[pick(seed_count)];
        for (size_t n = 1 + pick(CHANGES_MAX); n > 0; n--)
            change();
        try_it();
    }
    printf("1..1\nok 1 - %zu seeds and %ld changed ones\n", seed_count, runs);
    return 0;
}
