/* SPDX-License-Identifier: Apache-2.0 */
/* Which words of a text tell a drug, an illness, a part of the body, a test or
 * a specialty (L-31), by every shipped policy, and which do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/scheduler/gate_fixture.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *const files[] = {"policy/us.json", "policy/uk.json",
                                    "policy/ca.json", "policy/au.json"};
static struct policy *policies[COUNT(files)];

static int load(void **state)
{
    for (size_t i = 0; i < COUNT(files); i++) {
        struct error err = {0};
        policies[i] = policy_load(fixture_source(files[i]), &err);
        if (!policies[i])
            return 1;
    }
    return fixture_load(state);
}

static int unload(void **state)
{
    for (size_t i = 0; i < COUNT(files); i++)
        policy_free(policies[i]);
    return fixture_unload(state);
}

/* To a number that nobody confirmed, from a clinic that is called so. */
static bool goes(const struct policy *policy, const char *sms, const char *name)
{
    struct wording called;
    struct gate_facts facts = healthy();
    struct gate_text text = {.called = &called, .called_count = 1};
    struct gate_decision decision;
    facts.contact.verified = false;
    facts.window.policy = policy;
    text.parts[PART_SMS].text = sms;
    wording_read(&called, name);
    gate_decide(&facts, &decision);
    gate_judge(&facts, &text, &decision);
    wording_free(&called);
    return decision.reasons[RULE_TIER].verdict == GATE_GO;
}

static void expect(const char *before, const char *const *rows, size_t count,
                   const char *behind, bool want)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < COUNT(files); j++) {
            char sms[400];
            snprintf(sms, sizeof(sms), "%s%s%s", before, rows[i], behind);
            if (goes(policies[j], sms, "Lakeside Heart Clinic") != want)
                fail_msg("%s: '%s' %s", files[j], sms,
                         want ? "is kept back" : "goes");
        }
}

static void what_a_visit_is_for_stays_unsaid(void **state)
{
    (void)state;
    static const char *const rows[] = {
        /* specialties */
        "gynecology",
        "GYN",
        "OB/GYN",
        "cardiology",
        "cardiologist's",
        "dermatology",
        "neurology",
        "nephrology",
        "pulmonology",
        "urologist",
        "ophthalmology",
        "endocrinologist",
        "podiatry",
        "pediatrician",
        "rheumatology",
        "gastroenterology",
        "orthopedics",
        "ENT",
        "dental",
        "hospice",
        "palliative",
        "midwife",
        "chiropractor",
        /* mind and addiction */
        "mental health",
        "Mental-Health",
        "behavioral health",
        "counseling",
        "counselor",
        "sobriety",
        "detox",
        "methadone",
        "Suboxone",
        "therapy",
        "psychologist",
        "substance use",
        "smoking cessation",
        "rehab",
        "ADHD",
        "PTSD",
        "drug screen",
        /* reproductive health */
        "vasectomy",
        "IUD",
        "IUDs",
        "birth control",
        "birth-control",
        "PrEP",
        "colposcopy",
        "hysterectomy",
        "prenatal",
        "pre-natal",
        "abortion",
        "fertility",
        "Women's Health",
        "family planning",
        "breastfeeding",
        "contraception",
        "HIV",
        "STD",
        "STI",
        "Nexplanon",
        "menopause",
        /* the body */
        "prostate",
        "breast",
        "kidney",
        "liver",
        "lung",
        "eye",
        "heart",
        "skin",
        "knee",
        "bladder",
        "thyroid",
        "pelvic",
        "brain",
        "hearing",
        "sleep",
        "foot",
        /* illnesses */
        "diabetic",
        "asthma",
        "epilepsy",
        "glaucoma",
        "hepatitis",
        "cancer",
        "blood pressure",
        "Parkinson's",
        "bronchitis",
        "dementia",
        "shingles",
        /* tests and treatments */
        "Pap",
        "mammo",
        "glucose",
        "dialysis",
        "x-ray",
        "CT scan",
        "MRI",
        "stress test",
        "biopsies",
        "colonoscopies",
        "chemotherapies",
        "EKG",
        "bypass surgery",
        "appendectomy",
        "appendectomies",
        "infusion",
        "blood test",
        "ultrasound",
        /* drugs, by name and by their endings */
        "Ozempic",
        "metformin",
        "atorvastatin",
        "lisinopril",
        "losartan",
        "sitagliptin",
        "dapagliflozin",
        "semaglutide",
        "adalimumab",
        "acyclovir",
        "Biktarvy",
        "Humira",
        "Zoloft",
        "insulin",
        "statins",
        "omeprazole",
        "azithromycin",
        "warfarin",
        "Adderall",
        "oxycodone",
    };
    expect("Lakeside Heart Clinic: your ", rows, COUNT(rows), " visit is Tue.",
           false);
}

static void nor_in_spanish(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "ginecolog\u00eda",
        "ginecologia",
        "cardiolog\u00eda",
        "neurolog\u00eda",
        "dermatolog\u00eda",
        "nefrolog\u00eda",
        "psiquiatr\u00eda",
        "psic\u00f3logo",
        "pediatr\u00eda",
        "oftalm\u00f3logo",
        "colonoscop\u00edas",
        "mamograf\u00edas",
        "biopsias",
        "vasectom\u00eda",
        "histerectom\u00eda",
        "DIU",
        "PrEP",
        "salud mental",
        "consejer\u00eda",
        "planificaci\u00f3n familiar",
        "embarazo",
        "aborto",
        "pr\u00f3stata",
        "ri\u00f1ones",
        "pulmones",
        "h\u00edgado",
        "tiroides",
        "asma",
        "di\u00e1lisis",
        "quimioterapia",
        "radioterapia",
        "c\u00e1ncer",
        "insulina",
        "metformina",
        "atorvastatina",
        "losart\u00e1n",
        "VIH",
        "rayos X",
        "resonancia",
        "sangre",
        "presi\u00f3n arterial",
        "urolog\u00eda",
        "odontolog\u00eda",
        "terapia",
        "desintoxicaci\u00f3n",
    };
    expect("Lakeside Heart Clinic: su cita de ", rows, COUNT(rows),
           " es el mar.", false);
}

/* Names, places, days and what every clinic writes. */
static void neutral_texts_go(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "your appointment is Tue, May 5 at 9:00 AM at 12 Eye Street",
        "see you in April, Mark",
        "Lakeside Heart Clinic: your visit is Mar 3",
        "our heartfelt thanks for coming in",
        "please sign in at the front desk",
        "we will call you back. Visit our website any time",
        "call back at 8 AM",
        "bring a list of your allergies and your insurance card",
        "park in the back lot, on foot from Colon Street",
        "Colon Ave entrance is closed; use Sacred Heart Road",
        "Dr. Colon will see you",
        "Dr. Lung will see you",
        "Dr. Ingle is running late",
        "Dr. Sarna is away on Friday",
        "Dr. Politis will see you",
        "Hi Asma, your visit is Tue",
        "Hi Rehab, your visit is Tue",
        "Hi Humira, your visit is Tue",
        "Hi Skyla, see you Tue",
        "Hi Semen, see you Tue",
        "Hi Jasvir, see you Tue",
        "Hi Dolores, see you at 3",
        "Hi Concepcion, see you at 3",
        "Hi Allegra, see you at 3",
        "Hi Camila, see you at 3",
        "Hi Iris, see you at 3",
        "Hi Grace and Joy, see you at 3",
        "we apologize for the change; our technology is down",
        "our apologies: the building has no power",
        "please arrive 15 minutes early and wear a mask",
        "please do not eat on an empty stomach", /* odd, but telling nothing */
        "eat nothing after midnight; follow the prep sheet",
        "this is a smoke-free campus: no smoking",
        "this is a tobacco free campus",
        "it is time for a routine preventive check",
        "an order is due. Reply R and we get it ready",
        "you can pick up your order at Elm Pharmacy",
        "seasonal shots are here, also for you",
        "a form waits for your signature",
        "we are closed Monday, Memorial Day",
        "masks are required because of COVID-19",
        "your nurse will call between 1 and 3 PM",
        "your care team has a message for you",
        "your lab visit is Tue at 8 AM",
        "your results are ready: call us",
        "your video visit starts in 10 minutes",
        "a family member may come along",
        "bring your baby and a bottle",
        "the elevator is out; take the stairs on the right hand",
        "take the bypass road, then the second exit",
        "on the shoulder of Route 9 stands a sign",
        "the stairs are in the back of the hall",
        "please face the camera when you join",
        "6 feet apart, please",
        "if you have chest pain, trouble breathing or heavy bleeding, call 911",
        "in a crisis call or text 988, the Suicide and Crisis Lifeline",
        "Old Lyme office: your visit is Tue",
        "Elbow Lane office: your visit is Tue",
        "a joint visit with your sister is Tue",
        "your annual wellness visit is Tue",
        "your follow-up visit is Tue",
        "your pre-op visit is Tue",
        "your new patient visit is Tue",
        "your primary care visit is Tue",
        "Family Practice, Suite 4, second floor",
        "the front office moved to Suite 9",
        "Plan B: if it snows we call you",
        "the diagnosis code is not needed for this form",
        "a lump sum or instalments: ask the desk",
        "su cita es el mar. 3 a las 9:00 en la Avenida Col\u00f3n",
        "la cita de mam\u00e1 es el martes",
        "\u00a1Ojo! Cambiamos de piso; siga recto y a la derecha",
        "Iglesia del Sagrado Coraz\u00f3n, frente a la cl\u00ednica",
        "Dra. Dolores Cruz le espera de pie en la entrada",
        "para concertar su cita llame al 800-555-0100",
        "ya le toca un chequeo preventivo de rutina",
        "desde nuestro punto de vista, hasta la vista",
        "o sea, llegue 15 minutos antes",
        "su pedido est\u00e1 listo en la farmacia",
        "Hola Asma, su cita es el martes",
        "la se\u00f1ora Recto y la casa matriz",
        "traiga su bulto y una identificaci\u00f3n",
    };
    assert_true(COUNT(rows) >= 60);
    expect("", rows, COUNT(rows), ". Reply STOP to opt out.", true);
}

/* Of a name only what stands within it. */
static void a_public_name_tells_nothing_beside_itself(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool goes;
    } rows[] = {
        {"Harbor Mental Health: your visit is Tue.", true},
        {"HARBOR MENTAL-HEALTH: your visit is Tue.", true},
        {"Harbor Mental Health: your mental health visit is Tue.", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (goes(policies[0], rows[i].text, "Harbor Mental Health") !=
            rows[i].goes)
            fail_msg("%s", rows[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_visit_is_for_stays_unsaid),
        cmocka_unit_test(nor_in_spanish),
        cmocka_unit_test(neutral_texts_go),
        cmocka_unit_test(a_public_name_tells_nothing_beside_itself),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
