# Makes a provider's table of codes a C source: its lines as an array of
# strings.
s/\\/\\\\/g
s/"/\\"/g
s/.*/    "&\\n",/
1i\
#include "channels/codes.h"\
const char *const codes_twilio_lines[] = {
$a\
    NULL,\
};
