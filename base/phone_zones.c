/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a number's owner may be: prefixes of numbers to candidate time zones
 * (L-8), for base/phone.h. The longest prefix in the tables speaks, with every
 * zone it stands under; a zone too many only narrows the sending window, a
 * zone too few rings somebody at night, so doubt adds zones. A number that
 * says nothing about a place (toll-free, satellite, an area code newer than
 * the table) has no zones: then the address decides, and without one nothing
 * is sent. Zones with the same rules since 2010 share one name.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/phone.h"

struct zone_prefixes {
    const char *zone;
    const char *prefixes; /* separated by blanks */
};

/* Area codes of +1, without the 1. Borders of zones cut through 208, 219,
 * 250, 270, 308, 334, 423, 541, 574, 605, 606, 620, 701, 775, 785, 807, 812,
 * 850, 867, 906, 907, 928 and their overlays: these stand under each. */
static const struct zone_prefixes area_codes[] = {
    {"America/New_York",
     "201 202 203 207 212 215 216 219 220 223 227 229 231 234 239 240 248 252 "
     "260 267 269 270 272 276 283 301 302 304 305 313 315 317 321 324 326 329 "
     "330 332 334 336 339 347 351 352 363 364 380 386 401 404 407 410 412 413 "
     "419 423 434 436 440 443 445 448 463 465 470 472 475 478 483 484 502 508 "
     "513 516 517 518 540 551 561 565 567 570 571 574 582 585 586 603 606 607 "
     "609 610 614 616 617 624 631 640 645 646 656 667 678 679 680 681 686 689 "
     "703 704 706 716 717 718 724 727 728 729 732 734 740 743 754 757 762 765 "
     "770 771 772 774 781 786 802 803 804 810 812 813 814 821 826 828 835 838 "
     "839 843 845 848 850 854 856 857 859 860 862 863 864 865 878 904 906 908 "
     "910 912 914 917 919 929 930 934 937 941 943 947 948 954 959 973 978 980 "
     "984 989"},
    {"America/Chicago",
     "205 210 214 217 218 219 224 225 228 235 251 254 256 262 270 274 281 308 "
     "309 312 314 316 318 319 320 325 327 331 334 337 346 353 361 364 402 405 "
     "409 414 417 423 430 432 447 448 457 464 469 471 479 483 501 504 507 512 "
     "515 531 534 539 557 563 572 573 574 580 601 605 606 608 612 615 618 620 "
     "621 629 630 636 641 651 659 660 662 682 701 708 712 713 715 726 729 730 "
     "731 737 763 769 773 779 785 806 812 815 816 817 830 832 847 850 861 870 "
     "872 901 903 906 913 918 920 924 930 931 936 938 940 945 952 956 972 975 "
     "979 985"},
    {"America/Denver",
     "303 307 308 385 406 435 458 505 541 575 605 620 701 719 720 748 775 785 "
     "801 915 928 970 983"},
    /* Idaho south of the Salmon River keeps Denver's time under this name. */
    {"America/Boise", "208 986"},
    {"America/Phoenix", "480 520 602 623 928"},
    {"America/Los_Angeles",
     "206 208 209 213 253 279 310 323 341 350 357 360 369 408 415 424 425 442 "
     "458 503 509 510 530 541 559 562 564 619 626 628 650 657 661 669 702 707 "
     "714 725 738 747 760 775 805 818 820 831 837 840 858 909 916 925 949 951 "
     "971 986"},
    {"America/Anchorage", "907"},
    /* 592 is Adak; of 581 sources disagree, so both ends speak */
    {"America/Adak", "907 907581 907592"},
    {"Pacific/Honolulu", "808 907581"},
    {"America/Puerto_Rico", /* no clock changes, all year at UTC-4 */
     "787 939 264 268 284 340 473 664 709 721 758 767 784 868 869 879"},
    {"Pacific/Guam", "671"},
    {"Pacific/Saipan", "670"},
    {"Pacific/Pago_Pago", "684"},
    {"America/St_Johns", "709 879"},
    {"America/Halifax", "367 418 428 506 581 709 782 879 902"},
    {"America/Toronto",
     "226 249 263 289 343 354 365 367 382 387 416 418 437 438 450 468 514 519 "
     "548 579 581 613 647 683 705 742 753 807 819 867 873 905 942"},
    {"America/Winnipeg", "204 431 584 807 867"},
    {"America/Rankin_Inlet", "867"},
    {"America/Regina", "306 474 639"},
    /* Lloydminster in 306 and the East Kootenay in 250 keep Alberta's time,
     * and the overlays of 250 cover all of British Columbia. */
    {"America/Edmonton",
     "236 250 257 306 368 403 474 587 639 672 778 780 825 867"},
    {"America/Vancouver", "236 250 257 604 672 778 867"},
    {"America/Whitehorse", "867"},
    {"America/Barbados", "246"},
    {"America/Santo_Domingo", "809 829 849"},
    {"America/Nassau", "242"},
    {"America/Cayman", "345"},
    {"America/Jamaica", "658 876"},
    {"America/Grand_Turk", "649"},
    {"Atlantic/Bermuda", "441"},
};

/* Everybody else, with the country code; large countries with every zone. */
static const struct zone_prefixes countries[] = {
    {"Africa/Cairo", "20"},
    {"Africa/Juba", "211"},
    {"Africa/Casablanca", "212"},
    {"Africa/El_Aaiun", "212"},
    {"Africa/Algiers", "213"},
    {"Africa/Tunis", "216"},
    {"Africa/Tripoli", "218"},
    /* UTC all year */
    {"Africa/Abidjan", "220 221 222 223 224 225 226 228 231 232 233 247 290"},
    {"Africa/Lagos", "227 229 234 235 236 237 240 241 242 243 244"},
    {"Africa/Maputo", "243 250 257 258 260 263 265 267"},
    {"Africa/Nairobi", "251 252 253 254 255 256 261 269 291"},
    {"Indian/Mauritius", "230"},
    {"Atlantic/Cape_Verde", "238"},
    {"Africa/Sao_Tome", "239"},
    {"Africa/Bissau", "245"},
    {"Indian/Chagos", "246"},
    {"Indian/Mahe", "248"},
    {"Africa/Khartoum", "249"},
    {"Indian/Mayotte", "262"},
    {"Indian/Reunion", "262"},
    {"Africa/Windhoek", "264"},
    {"Africa/Johannesburg", "266 268 27"},
    {"America/Aruba", "297"},
    {"Atlantic/Faroe", "298"},
    {"America/Nuuk", "299"},
    {"America/Danmarkshavn", "299"},
    {"America/Scoresbysund", "299"},
    {"America/Thule", "299"},
    {"Europe/Athens", "30"},
    {"Europe/Amsterdam", "31"},
    {"Europe/Brussels", "32"},
    {"Europe/Paris", "33"},
    {"Europe/Madrid", "34"},
    {"Atlantic/Canary", "34"},
    {"Europe/Gibraltar", "350"},
    {"Europe/Lisbon", "351"},
    {"Atlantic/Azores", "351"},
    {"Europe/Luxembourg", "352"},
    {"Europe/Dublin", "353"},
    {"Atlantic/Reykjavik", "354"},
    {"Europe/Tirane", "355"},
    {"Europe/Malta", "356"},
    {"Asia/Nicosia", "357"},
    {"Asia/Famagusta", "357"},
    {"Europe/Helsinki", "358"},
    {"Europe/Sofia", "359"},
    {"Europe/Budapest", "36"},
    {"Europe/Vilnius", "370"},
    {"Europe/Riga", "371"},
    {"Europe/Tallinn", "372"},
    {"Europe/Chisinau", "373"},
    {"Asia/Yerevan", "374"},
    {"Europe/Minsk", "375"},
    {"Europe/Andorra", "376"},
    {"Europe/Monaco", "377"},
    {"Europe/Rome", "378 379 39"},
    {"Europe/Kyiv", "380"},
    {"Europe/Belgrade", "381 382 383 385 386 387 389"},
    {"Europe/Bucharest", "40"},
    {"Europe/Zurich", "41 423"},
    {"Europe/Prague", "420 421"},
    {"Europe/Vienna", "43"},
    {"Europe/London", "44"},
    {"Europe/Copenhagen", "45"},
    {"Europe/Stockholm", "46"},
    {"Europe/Oslo", "47"},
    {"Europe/Warsaw", "48"},
    {"Europe/Berlin", "49"},
    {"Atlantic/Stanley", "500"},
    {"Atlantic/South_Georgia", "500"},
    {"America/Belize", "501"},
    {"America/Guatemala", "502"},
    {"America/El_Salvador", "503"},
    {"America/Tegucigalpa", "504"},
    {"America/Managua", "505"},
    {"America/Costa_Rica", "506"},
    {"America/Panama", "507"},
    {"America/Miquelon", "508"},
    {"America/Port-au-Prince", "509"},
    {"America/Lima", "51"},
    /* 33 Guadalajara, 55 and 56 the capital, 81 Monterrey */
    {"America/Mexico_City", "52 5233 5255 5256 5281"},
    {"America/Cancun", "52"},
    {"America/Matamoros", "52"},
    {"America/Chihuahua", "52"},
    {"America/Ciudad_Juarez", "52"},
    {"America/Ojinaga", "52"},
    {"America/Mazatlan", "52"},
    {"America/Hermosillo", "52"},
    {"America/Tijuana", "52"},
    {"America/Havana", "53"},
    {"America/Argentina/Buenos_Aires", "54"},
    {"America/Sao_Paulo", "55 5511 5521"},
    {"America/Manaus", "55"},
    {"America/Rio_Branco", "55"},
    {"America/Noronha", "55"},
    {"America/Santiago", "56"},
    {"America/Punta_Arenas", "56"},
    {"Pacific/Easter", "56"},
    {"America/Bogota", "57"},
    {"America/Caracas", "58"},
    {"America/Puerto_Rico", "590 596 599"},
    {"America/La_Paz", "591"},
    {"America/Guyana", "592"},
    {"America/Guayaquil", "593"},
    {"Pacific/Galapagos", "593"},
    {"America/Cayenne", "594"},
    {"America/Asuncion", "595"},
    {"America/Paramaribo", "597"},
    {"America/Montevideo", "598"},
    {"Asia/Kuala_Lumpur", "60"},
    {"Australia/Sydney", "61"},
    {"Australia/Brisbane", "61"},
    {"Australia/Adelaide", "61"},
    {"Australia/Darwin", "61"},
    {"Australia/Perth", "61"},
    {"Australia/Eucla", "61"},
    {"Australia/Lord_Howe", "61"},
    {"Indian/Christmas", "61"},
    {"Indian/Cocos", "61"},
    {"Asia/Jakarta", "62"},
    {"Asia/Makassar", "62"},
    {"Asia/Jayapura", "62"},
    {"Asia/Manila", "63"},
    {"Pacific/Auckland", "64"},
    {"Pacific/Chatham", "64"},
    {"Asia/Singapore", "65"},
    {"Asia/Bangkok", "66"},
    {"Asia/Dili", "670"},
    {"Pacific/Norfolk", "672"},
    {"Antarctica/Casey", "672"},
    {"Antarctica/Davis", "672"},
    {"Antarctica/Mawson", "672"},
    {"Asia/Brunei", "673"},
    {"Pacific/Nauru", "674"},
    {"Pacific/Port_Moresby", "675 691"},
    {"Pacific/Bougainville", "675"},
    {"Pacific/Tongatapu", "676"},
    {"Pacific/Guadalcanal", "677 691"},
    {"Pacific/Efate", "678"},
    {"Pacific/Fiji", "679"},
    {"Pacific/Palau", "680"},
    {"Pacific/Wallis", "681"},
    {"Pacific/Rarotonga", "682"},
    {"Pacific/Niue", "683"},
    {"Pacific/Apia", "685"},
    {"Pacific/Tarawa", "686"},
    {"Pacific/Kanton", "686"},
    {"Pacific/Kiritimati", "686"},
    {"Pacific/Noumea", "687"},
    {"Pacific/Funafuti", "688"},
    {"Pacific/Tahiti", "689"},
    {"Pacific/Marquesas", "689"},
    {"Pacific/Gambier", "689"},
    {"Pacific/Fakaofo", "690"},
    {"Pacific/Kosrae", "691"},
    {"Pacific/Majuro", "692"},
    /* 495, 499 Moscow, 812 Saint Petersburg; 76 and 77 are Kazakhstan */
    {"Europe/Moscow", "7 7495 7499 7812"},
    {"Europe/Kaliningrad", "7"},
    {"Europe/Samara", "7"},
    {"Asia/Yekaterinburg", "7"},
    {"Asia/Omsk", "7"},
    {"Asia/Krasnoyarsk", "7"},
    {"Asia/Irkutsk", "7"},
    {"Asia/Yakutsk", "7"},
    {"Asia/Vladivostok", "7"},
    {"Asia/Magadan", "7"},
    {"Asia/Kamchatka", "7"},
    {"Asia/Almaty", "76 77"},
    {"Asia/Qyzylorda", "76 77"},
    {"Asia/Tokyo", "81"},
    {"Asia/Seoul", "82"},
    {"Asia/Ho_Chi_Minh", "84"},
    {"Asia/Pyongyang", "850"},
    {"Asia/Hong_Kong", "852"},
    {"Asia/Macau", "853"},
    {"Asia/Phnom_Penh", "855"},
    {"Asia/Vientiane", "856"},
    {"Asia/Shanghai", "86"},
    {"Asia/Dhaka", "880"},
    {"Asia/Taipei", "886"},
    {"Europe/Istanbul", "90"},
    {"Asia/Kolkata", "91"},
    {"Asia/Karachi", "92"},
    {"Asia/Kabul", "93"},
    {"Asia/Colombo", "94"},
    {"Asia/Yangon", "95"},
    {"Indian/Maldives", "960"},
    {"Asia/Beirut", "961"},
    {"Asia/Amman", "962"},
    {"Asia/Damascus", "963"},
    {"Asia/Baghdad", "964"},
    {"Asia/Kuwait", "965"},
    {"Asia/Riyadh", "966"},
    {"Asia/Aden", "967"},
    {"Asia/Muscat", "968"},
    {"Asia/Gaza", "970"},
    {"Asia/Hebron", "970"},
    {"Asia/Jerusalem", "970 972"},
    {"Asia/Dubai", "971"},
    {"Asia/Bahrain", "973"},
    {"Asia/Qatar", "974"},
    {"Asia/Thimphu", "975"},
    {"Asia/Ulaanbaatar", "976"},
    {"Asia/Hovd", "976"},
    {"Asia/Kathmandu", "977"},
    {"Asia/Tehran", "98"},
    {"Asia/Dushanbe", "992"},
    {"Asia/Ashgabat", "993"},
    {"Asia/Baku", "994"},
    {"Asia/Tbilisi", "995"},
    {"Asia/Bishkek", "996"},
    {"Asia/Tashkent", "998"},
};

#define PREFIX_MAX 7 /* digits of the longest prefix above, with the 1 */
#define ENTRIES_MAX 1200

/* One prefix under one zone, as the digits behind a 1, which keeps prefixes
 * of different lengths apart. */
struct entry {
    uint32_t prefix;
    uint16_t order; /* of the table, so that answers keep its order */
    const char *zone;
};

static struct entry entries[ENTRIES_MAX];
static size_t entry_count;
static pthread_once_t entries_once = PTHREAD_ONCE_INIT;

static int compare_entries(const void *one, const void *two)
{
    const struct entry *a = one;
    const struct entry *b = two;
    if (a->prefix != b->prefix)
        return a->prefix < b->prefix ? -1 : 1;
    return (int)a->order - (int)b->order;
}

static void add_group(const struct zone_prefixes *group, uint32_t start)
{
    uint32_t prefix = start;
    for (const char *p = group->prefixes;; p++) {
        if (*p >= '0' && *p <= '9') {
            prefix = prefix * 10 + (uint32_t)(*p - '0');
            continue;
        }
        if (entry_count == ENTRIES_MAX)
            PANIC("more prefixes than ENTRIES_MAX: raise it");
        entries[entry_count] = (struct entry){
            .prefix = prefix,
            .order = (uint16_t)entry_count,
            .zone = group->zone,
        };
        entry_count++;
        prefix = start;
        if (*p == '\0')
            return;
    }
}

static void sort_entries(void)
{
    for (size_t i = 0; i < sizeof area_codes / sizeof *area_codes; i++)
        add_group(&area_codes[i], 11); /* the mark, then country code 1 */
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++)
        add_group(&countries[i], 1);
    qsort(entries, entry_count, sizeof *entries, compare_entries);
}

/* The first entry of this prefix, or entry_count. */
static size_t find_prefix(uint32_t prefix)
{
    size_t low = 0;
    size_t high = entry_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (entries[middle].prefix < prefix)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < entry_count && entries[low].prefix == prefix)
        return low;
    return entry_count;
}

size_t phone_zones(const char *e164, const char *zones[PHONE_ZONES_MAX])
{
    if (e164 == NULL || e164[0] != '+')
        return 0;
    pthread_once(&entries_once, sort_entries);
    uint32_t prefixes[PREFIX_MAX + 1];
    size_t digits = 0;
    prefixes[0] = 1;
    while (digits < PREFIX_MAX && e164[digits + 1] >= '0' &&
           e164[digits + 1] <= '9') {
        prefixes[digits + 1] =
            prefixes[digits] * 10 + (uint32_t)(e164[digits + 1] - '0');
        digits++;
    }
    for (; digits > 0; digits--) {
        size_t i = find_prefix(prefixes[digits]);
        size_t count = 0;
        for (; i < entry_count && entries[i].prefix == prefixes[digits] &&
               count < PHONE_ZONES_MAX;
             i++)
            zones[count++] = entries[i].zone;
        if (count > 0)
            return count;
    }
    return 0;
}

const char *phone_country_code(const char *e164)
{
    /* Assigned by the ITU; sorted by length, 8xx without a country included */
    static const char *const codes[] = {
        "1",   "7",   "20",  "27",  "30",  "31",  "32",  "33",  "34",  "36",
        "39",  "40",  "41",  "43",  "44",  "45",  "46",  "47",  "48",  "49",
        "51",  "52",  "53",  "54",  "55",  "56",  "57",  "58",  "60",  "61",
        "62",  "63",  "64",  "65",  "66",  "81",  "82",  "84",  "86",  "90",
        "91",  "92",  "93",  "94",  "95",  "98",  "211", "212", "213", "216",
        "218", "220", "221", "222", "223", "224", "225", "226", "227", "228",
        "229", "230", "231", "232", "233", "234", "235", "236", "237", "238",
        "239", "240", "241", "242", "243", "244", "245", "246", "247", "248",
        "249", "250", "251", "252", "253", "254", "255", "256", "257", "258",
        "260", "261", "262", "263", "264", "265", "266", "267", "268", "269",
        "290", "291", "297", "298", "299", "350", "351", "352", "353", "354",
        "355", "356", "357", "358", "359", "370", "371", "372", "373", "374",
        "375", "376", "377", "378", "379", "380", "381", "382", "383", "385",
        "386", "387", "389", "420", "421", "423", "500", "501", "502", "503",
        "504", "505", "506", "507", "508", "509", "590", "591", "592", "593",
        "594", "595", "596", "597", "598", "599", "670", "672", "673", "674",
        "675", "676", "677", "678", "679", "680", "681", "682", "683", "685",
        "686", "687", "688", "689", "690", "691", "692", "800", "808", "850",
        "852", "853", "855", "856", "870", "878", "880", "881", "882", "883",
        "886", "888", "960", "961", "962", "963", "964", "965", "966", "967",
        "968", "970", "971", "972", "973", "974", "975", "976", "977", "979",
        "992", "993", "994", "995", "996", "998",
    };
    if (e164 == NULL || e164[0] != '+')
        return "";
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (strncmp(e164 + 1, codes[i], strlen(codes[i])) == 0)
            return codes[i];
    }
    return "";
}
