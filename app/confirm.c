/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one question before something reaches people.
 */
#include "app/confirm.h"
#include "app/table.h"

#include <stdio.h>
#include <unistd.h>

#include "base/text.h"

bool confirm(const char *question, struct error *err)
{
    char answer[16] = "";
    if (!isatty(STDIN_FILENO))
        return error_set(err, ERROR_USAGE,
                         "nobody is here to confirm; say --yes to go ahead");
    print_to(stderr, "%s [y/N] ", question);
    if (!fgets(answer, sizeof(answer), stdin))
        answer[0] = '\0';
    text_trim(answer);
    if (text_equal_nocase(answer, "y") || text_equal_nocase(answer, "yes"))
        return true;
    return error_set(err, ERROR_INPUT, "not confirmed; nothing was changed");
}
