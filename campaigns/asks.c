/* SPDX-License-Identifier: Apache-2.0 */
/* Which texts are answered with a digit, that alone does not tell to what. */
#include "campaigns/asks.h"

#include "base/text.h"

static bool is_digit(const char *answer)
{
    return answer[0] >= '0' && answer[0] <= '9' && answer[1] == '\0';
}

static bool by_digit(const struct question *question)
{
    for (size_t i = 0; question && i < question->answer_count; i++)
        if (is_digit(question->answers[i].answer))
            return true;
    return false;
}

bool asks_digit(const struct campaign *campaign, const struct step *step)
{
    for (size_t i = 0; i < step->ask_count; i++)
        if (by_digit(campaign_question(campaign, step->ask[i])))
            return true;
    if (text_equal(step->answers, ANSWER_SEVERAL))
        return true;
    for (size_t i = 0; !step->answers && i < campaign->reply_count; i++)
        if (is_digit(campaign->replies[i].answer))
            return true;
    return false;
}
