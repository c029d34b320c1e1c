/* SPDX-License-Identifier: Apache-2.0 */
/* How carriers and patients behave: as their file says, and by the seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "sandbox/behaviour.h"

#define MANY 4000

static struct behaviour *load(const char *text, struct error *err)
{
    char path[] = "/tmp/outreach-behaviour-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    struct behaviour *behaviour = behaviour_load(path, err);
    unlink(path);
    return behaviour;
}

static struct behaviour *good(const char *text)
{
    struct error err = {0};
    struct behaviour *behaviour = load(text, &err);
    if (!behaviour)
        fail_msg("%s", err.text);
    return behaviour;
}

static const char world[] =
    "{ \"sms\": { \"outcomes\": { \"unreachable\": 0.25 },"
    " \"replies\": [ { \"when\": \"Reply C\", \"says\": \"C\", \"share\": 1 },"
    " { \"says\": \"STOP\", \"share\": 0.5 } ],"
    " \"troubles\": { \"too-many\": 0.1, \"cut\": 0.2 },"
    " \"receipts\": { \"twice\": 0.3, \"disordered\": 0.1 } },"
    " \"voice\": { \"keys\": [ { \"when\": \"ress 1\", \"says\": \"1\","
    " \"share\": 0.6 } ] } }";

static void near(const char *what, int count, double share)
{
    double is = (double)count / MANY;
    if (is < share - 0.03 || is > share + 0.03)
        fail_msg("%s: %.3f instead of %.3f", what, is, share);
}

static void shares_are_kept(void **state)
{
    (void)state;
    struct behaviour *behaviour = good(world);
    int lost = 0, stops = 0, many = 0, cuts = 0, twice = 0, late = 0, keys = 0;
    for (int i = 0; i < MANY; i++) {
        char to[32];
        snprintf(to, sizeof(to), "+1212555%04d", i);
        const struct behaviour_message text = {CHANNEL_SMS, to, "Hello", 0};
        const struct behaviour_message call = {CHANNEL_VOICE, to, "Press 1", 0};
        struct behaviour_end end;
        behaviour_draw(behaviour, 7, &text, &end);
        lost += end.outcome == OUTCOME_UNREACHABLE;
        stops += text_equal(end.says, "STOP");
        enum behaviour_trouble trouble = behaviour_trouble(behaviour, 7, &text);
        many += trouble == TROUBLE_TOO_MANY;
        cuts += trouble == TROUBLE_CUT;
        enum behaviour_receipts how = behaviour_receipts(behaviour, 7, &text);
        twice += how == RECEIPTS_TWICE;
        late += how == RECEIPTS_DISORDERED;
        keys += text_equal(behaviour_key(behaviour, 7, &call), "1");
    }
    near("unreachable", lost, 0.25);
    near("STOP, of those reached", stops, 0.75 * 0.5);
    near("too many", many, 0.1);
    near("cut", cuts, 0.2);
    near("receipts twice", twice, 0.3);
    near("receipts out of order", late, 0.1);
    near("a key", keys, 0.6);
    behaviour_free(behaviour);
}

static void it_hangs_on_seed_address_and_turn(void **state)
{
    (void)state;
    struct behaviour *behaviour = good(world);
    const struct behaviour_message one = {CHANNEL_SMS, "+12125550100",
                                          "Hello. Reply C to confirm", 3};
    struct behaviour_end first, end;
    behaviour_draw(behaviour, 7, &one, &first);
    int same = 0;
    for (int i = 0; i < 50; i++) {
        struct behaviour_message other = one;
        other.turn = 100 + i;
        behaviour_draw(behaviour, 7, &one, &end);
        assert_int_equal(end.after_ms, first.after_ms);
        assert_int_equal(end.outcome, first.outcome);
        behaviour_draw(behaviour, 7, &other, &end);
        same += end.after_ms == first.after_ms;
        if (end.outcome == OUTCOME_DELIVERED)
            assert_string_equal(end.says, "C");
        behaviour_draw(behaviour, 8 + (uint64_t)i, &one, &end);
        same += end.after_ms == first.after_ms;
    }
    assert_true(same < 5);
    behaviour_free(behaviour);
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } rows[] = {
        {"{ \"sms\": { \"troubles\": { \"sloth\": 0.1 } } }",
         ":1:35: error: there are the troubles"},
        {"{ \"sms\": { \"receipts\": { \"twice\": 0.6, \"disordered\": 0.6 } } "
         "}",
         "the shares before it and this are above 1"},
        {"{ \"voice\": { \"keys\": [ { \"share\": 1 } ] } }",
         "a reply wants \"says\""},
        {"{ \"voice\": { \"key\": [] } }", "a channel has \"outcomes\""},
        {"{ \"fax\": {} }", "a channel is wanted here"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = {0};
        assert_null(load(rows[i].text, &err));
        if (!strstr(err.text, rows[i].said))
            fail_msg("%s: %s", rows[i].text, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_kept),
        cmocka_unit_test(it_hangs_on_seed_address_and_turn),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
