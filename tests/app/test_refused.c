/* SPDX-License-Identifier: Apache-2.0 */
/* What was refused, in the log: at once, then a line a minute. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

#include "app/refused.h"

static char told[1024];

static void keep(void *arg, enum log_level level, const char *text)
{
    const char *event = strstr(text, "event=");
    (void)arg;
    (void)level;
    size_t len = strlen(told);
    snprintf(told + len, sizeof(told) - len, "%s\n", event ? event : text);
}

static void assert_told(const char *sentence, const char *wanted)
{
    if (strcmp(told, wanted) != 0)
        fail_msg("%s: \"%s\"", sentence, told);
    told[0] = '\0';
}

static void each_kind_is_told_once_a_minute(void **state)
{
    (void)state;
    struct refused *refused = refused_new();
    log_capture(keep, NULL);
    for (int i = 0; i < 5; i++)
        refused_tell(refused, LOG_NOTICE, "http", "reason=a", i);
    assert_told("the first at once", "event=http reason=a count=1\n");
    refused_tell(refused, LOG_WARNING, "http", "reason=b", 10);
    refused_tell(refused, LOG_NOTICE, "hook", "reason=a", 10);
    assert_told("another kind is none of it", "event=http reason=b count=1\n"
                                              "event=hook reason=a count=1\n");
    refused_step(refused, MINUTE_MS - 1);
    assert_told("nothing before the minute is over", "");
    refused_step(refused, MINUTE_MS);
    assert_told("what came meanwhile, though no more comes",
                "event=http reason=a count=4\n");
    refused_step(refused, 3 * MINUTE_MS);
    assert_told("nothing that was told", "");
    refused_tell(refused, LOG_NOTICE, "http", "reason=a", 3 * MINUTE_MS);
    refused_tell(refused, LOG_NOTICE, "http", "reason=a", 3 * MINUTE_MS);
    assert_told("a quiet minute, and it is told at once again",
                "event=http reason=a count=1\n");
    refused_free(refused);
    assert_told("the rest at the end", "event=http reason=a count=1\n");
    log_capture(NULL, NULL);
    refused_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_told_once_a_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
