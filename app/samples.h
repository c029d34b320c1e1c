/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_SAMPLES_H
#define APP_SAMPLES_H

#include "app/forecast.h"

/* Of a forecast of seven days: one message of each step, channel and language
 * in full, and how many leave today and in all, for `view->campaign`. */
bool samples_print(const struct forecast *forecast,
                   const struct forecast_view *view, struct error *err);

#endif
