# Makes schema.sql a C source: its lines as an array of strings.
s/\\/\\\\/g
s/"/\\"/g
s/.*/    "&\\n",/
1i\
#include "store/migrate.h"\
const char *const migrate_schema_lines[] = {
$a\
    NULL,\
};
