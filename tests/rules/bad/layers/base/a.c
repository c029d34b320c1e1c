/* SPDX-License-Identifier: Apache-2.0 */
#include "base/a.h"
#include "a.h"
#include "base/gone.h"
#include "store/s.h"
#include "../store/s.h"
#include "tests/base/t.h"
/* #include "store/s.h" */
