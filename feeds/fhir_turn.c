/* SPDX-License-Identifier: Apache-2.0 */
#include "feeds/fhir_turn.h"

#include <stddef.h>

#include "base/text.h"

int fhir_turn(const char *type)
{
    static const struct {
        const char *type;
        int turn;
    } turns[] = {{"Location", 0},
                 {"Organization", 0},
                 {"Patient", 1},
                 {"RelatedPerson", 2},
                 {"MedicationDispense", 3}};
    for (size_t i = 0; i < sizeof(turns) / sizeof(turns[0]); i++)
        if (text_equal(type, turns[i].type))
            return turns[i].turn;
    return 2;
}
