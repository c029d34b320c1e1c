/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words of harm that people do to themselves or to others, or come to by what
 * they swallow, where two or three of them stand near each other; in the
 * languages of inbound/lexicon.c and in their order.
 */
#include "inbound/lexicon.h"

#include <stddef.h>

/* Many to a line, or nobody would read them. */
// clang-format off
static const char *const excess[] = {
    "double dose", "too much", "too many", "demasiad*", NULL};
/* Of what nobody takes at once. */
static const char *const whole[] = {
    "whole bottle", "entire bottle", "todo el frasco", "all my pills",
    "all of my pills", "all the pills", "all his pills", "all her pills",
    "all of her pills", "all of his pills", "all those pills", "all my tablets",
    "whole pack", "all my sleeping pills", "full bottle", "todas las pastillas",
    "todas mis pastillas", "todas las pildoras", "tous mes comprimes",
    "tous mes medicaments", "tous les comprimes", "tous les medicaments",
    "toute la boite", "plaquette entiere", "todos os comprimidos",
    "todos os remedios", "alle tabletten", "alle meine tabletten",
    "alle pillen", "ganze packung", "tout grenn", "lahat ng gamot", "كل الحبوب",
    "все таблетки", "всю пачку", "tutte le pastiglie", "tutte le pillole",
    "tutta la scatola", "todas sus pastillas", "frasco entero",
    "vidro de remedio", "alle meine pillen", "maraming gamot",
    "علبه دواء كامله", "علبه كامله", "tutte le compresse", "tout grenn yo",
    "all his sleeping pills", "all her sleeping pills", "a bunch of my",
    "a bunch of his", "a bunch of her", "all the tablets", "all of my tablets",
    "all my capsules", "bottle of pills", "bottle of tylenol",
    "bottle of advil", "bottle of aspirin", "bottle of sleeping pills",
    "bottle of xanax", "whole box of", "entire pack", "pills at once",
    "tablets at once", "pills all at once", "frasco de pastillas",
    "frasco de pildoras", "bote de pastillas", "caja de pastillas",
    "todo el bote", "toda la caja", "caja entera", "flacon de comprimes",
    "flacon entier", "tout le flacon", "boite entiere",
    "boite de comprimes entiere", "frasco de comprimidos", "frasco inteiro",
    "caixa inteira", "cartela inteira", "vidro inteiro",
    "todos os meus comprimidos", "ganze flasche", "ganze schachtel",
    "flasche tabletten", "schachtel tabletten", "flacone di pastiglie",
    "flacone di pillole", "flacone intero", "scatola intera",
    "tutto il flacone", "tutte le mie pastiglie", "tutte le mie pillole",
    "ca hop thuoc", "ca vi thuoc", "buong bote ng gamot", "isang bote ng gamot",
    "boutey grenn", "tout boutey", "всю упаковку", "весь флакон",
    "пачку таблеток", "упаковку таблеток", "горсть таблеток",
    "علبه حبوب", NULL};
static const char *const drank[] = {
    "drank", "drunk", "swallowed", "took", "ate", "tome", "tomo", "bebi",
    "bebio", "trague", "trago", "bu", "avale", "bebeu", "engoliu", "getrunken",
    "geschluckt", "bevuto", "ingoiato", "uong", "uminom", "nakainom", "bwe",
    "喝", "喝了", "마셨", "выпил*", "شرب", "شربت", "飲", NULL};
static const char *const poison[] = {
    "bleach", "poison", "antifreeze", "drain cleaner", "rat poison",
    "pesticide", "battery", "batteries", "cloro", "veneno", "javel",
    "eau de javel", "agua sanitaria", "pilhas", "pilas", "bleichmittel",
    "candeggina", "veleno", "thuoc diet", "thuoc tru sau", "lason", "klowoks",
    "pwazon", "漂白水", "农药", "農藥", "毒药", "毒藥", "락스", "농약", "хлорк*", "яд", "مبيض",
    "سم", "漂白剤", "農薬",
    "magnet", "magnets", "cleaner", "detergent", "laundry pod", "tide pod",
    "tide pods", "polish remover", "gasoline", "lighter fluid", "iman",
    "imanes", "gasolina",
    "pila", "moneda", "monedas", NULL};
/* Oneself, and the means of doing it harm. */
static const char *const oneself[] = {
    "myself", "my self", "himself", "herself", "themselves", "ourselves", NULL};
static const char *const harms[] = {
    "shoot", "shooting", "hang", "hanging", "hung", "hanged", "stab",
    "stabbing", "stabbed", "drown", "drowning", "drowned", "slit", "slitting",
    "slash", "slashing", "slashed", "strangle", "strangling", "suffocate",
    "suffocating", "poison", "poisoning", "smother", "electrocute", NULL};
static const char *const harms_not[] = {
    "out", "up", "on", "in", "the", "my", "it", "by", "around", "you", "me",
    "a", "pain", "pains", NULL};
static const char *const wrists[] = {
    "wrist", "wrists", "my veins", "his veins", "her veins", "las venas",
    "mis venas", "sus venas", "munecas", "muneca", "les veines", "mes veines",
    "ses veines", "poignets", "poignet", "pulsos", "pulso", "veias",
    "handgelenke", "handgelenk", "pulsadern", "die adern", "polsi", "polso",
    "le vene", "вены", "запяст*", "pulso ko", NULL};
static const char *const cuts[] = {
    "cut", "cuts", "cutting", "slit", "slitting", "slits", "slash", "slashed",
    "slashing", "sliced", "corte", "corto", "cortar", "cortarme", "cortarse",
    "cortado", "cortando", "cortei", "cortou", "coupe", "coupes", "coupee",
    "couper", "coupant", "taillade", "schneide", "schneiden", "geschnitten",
    "aufgeschnitten", "aufschneiden", "tagliato", "tagliata", "tagliati",
    "tagliate", "tagliarmi", "taglio", "hiniwa", "hiwa", "koupe", "порезал*",
    "резал*", "режу", "вскрыл*", "вскрою", "порежу", NULL};
/* But "he hit me up", "with a bill". */
static const char *const hitters[] = {
    "he hit", "she hit", "they hit", "he just hit", "she just hit", "ex hit",
    "dad hit", "mom hit", "son hit", "father hit", "mother hit", "brother hit",
    "he beat", "she beat", "he pushed", "he kicked", "she kicked", NULL};
static const char *const hit_me[] = {
    "hit me", "beat me", "pushed me", "kicked me", NULL};
static const char *const hitters_not[] = {
    "me up", "me back", "me with a bill", "me with the bill", "me with a fee",
    "me with a late fee", "me with the news", "me to", "me there", "me at",
    "me by", "me out", "me in", NULL};
/* But "it beats me why", "he beats me at chess". */
static const char *const abusers[] = {
    "husband", "wife", "boyfriend", "girlfriend", "partner", "spouse", "ex",
    "dad", "father", "mom", "mother", "stepdad", "stepfather", "uncle",
    "brother", "son", "he", "she", "they", "esposo", "esposa", "marido",
    "novio", "pareja", "papa", "padre", "padrastro", "mama", "hijo",
    "mari", "copain", "conjoint", "compagnon", "pere", "namorado",
    "companheiro", "pai", "padrasto", "mann", "freund", "vater", "marito",
    "fidanzato", "chong", "asawa", "nobyo", "mennaj", "mari m", "丈夫", "老公",
    "男朋友", "남편", "남자친구", "муж", "парень", "زوجي", "夫", "彼氏", NULL};
static const char *const beats[] = {
    "beats me", "beats us", "beats my", "beat us", "beating us", "hits us",
    "hits my", "kicks me", "kicks us", "punches me", "slaps me", "chokes me",
    "hurts me", "burns me", "threatens me", "threatened me", "me pega",
    "me pegan", "me pego", "nos pega", "le pega", "me bat", "ma battue",
    "me tape", "me frappe", "nous frappe", "me bate", "me bateu", "bate em mim",
    "schlagt mich", "schlaegt mich", "schlagt uns", "schlagt unsere",
    "mi picchia", "mi mena", "mi ha picchiato", "danh toi", "danh con",
    "binubugbog", "sinasaktan", "bat m", "bat mwen", "打我", "때려", "때린",
    "бьет", "избил*", "يضربني", "ضربني", "殴る", "殴って", NULL};
static const char *const beats_not[] = {
    "at", "in", "to it", "to the", "by", "el sol", "la gana", "aux", "au",
    "em", NULL};
/* A child, or another who should not have them, and pills. */
static const char *const kids[] = {
    "toddler", "toddlers", "baby", "kid", "kids", "child", "children", "son",
    "daughter", "grandson", "granddaughter", "grandchild", "grandkid",
    "grandkids", "grandbaby", "nephew", "niece", "little one", "little boy",
    "little girl", "boy", "girl", "year old", "yr old", "y o", "month old",
    "brother", "sister", "he", "she", "husband", "wife", "mom", "dad",
    "grandma", "grandpa", "roommate", "twins", "infant", "hijo", "hija",
    "nino", "nina", "nieto", "nieta", "bebe", "sobrino", "sobrina", "esposo",
    "esposa", "fils", "fille", "enfant", "mon petit", "ma petite",
    "petit fils", "petite fille", "filho", "filha", "neto", "neta", "crianca",
    "sohn", "tochter", "kind", "enkel", "figlio", "figlia", "bambino",
    "bambina", "nipote", "con toi", "con trai", "con gai", "chau", "anak",
    "anak ko", "apo ko", "pitit", "timoun", "孩子", "儿子", "女儿", "兒子", "女兒", "宝宝",
    "孙子", "아이", "아들", "딸", "애가", "아기", "ребенок", "сын", "дочь", "дочка",
    "внук", "внучка", "ابني", "ابنتي", "طفلي", "طفلتي", "الطفل", "子供", "息子",
    "娘", "赤ちゃん", NULL};
static const char *const swallows[] = {
    "ate", "eaten", "swallowed", "got into", "gotten into",
    "chewed", "drank", "ingested", "took my", "took some of my",
    "took some of his", "took mine", "took grandmas", "took grandpas",
    "took his dads", "took her moms", "took the wrong", "popped", "comio",
    "se comio", "se trago", "trago", "tomo mis", "tomo mi", "se tomo mis",
    "se tomo mi", "tomaron mis", "a mange", "mange", "a avale", "avale",
    "a pris mes", "pris mon", "comeu", "engoliu", "tomou meus", "tomou meu",
    "gegessen", "geschluckt", "verschluckt", "mangiato", "ingoiato",
    "preso le mie", "preso la mia", "nuot", "uong nham", "nakakain",
    "nakalunok", "nainom", "ininom", "manje", "vale", "吃了", "吞了", "먹었", "삼켰",
    "съел", "съела", "проглотил", "проглотила", "выпил", "выпила", "بلع",
    "بلعت", "اكل", "اكلت", "飲ん", "食べ", "飲み込", NULL};
/* But "he swallowed his pill fine", and with food. */
static const char *const swallows_not[] = {
    "his", "her", "their", "the pill", "well",
    "fine", "good", "great", "better", "before", "after", "with", "breakfast",
    "dinner", "lunch", "ok", "okay", "su", "sus", "bien", "bem", "gut", "bene",
    "son", "sa", "ses", "seu", "suas", "seine", "ihre", "everything",
    "and took", "no", "not", "my medicine list", "my med list", "my car",
    "my appointment", "my temperature", "my bp", "my vitals",
    "my advice", "my call", "my place", "my spot", "my photo", "my hand",
    "my list",
    "antes", "despues", "con", "avant", "apres", "avec", "depois", "vor",
    "nach", "mit", "prima", "dopo", NULL};
static const char *const medicines[] = {
    "pills", "pill", "meds", "med", "medicine", "medicines", "medication",
    "medications", "tablets", "tablet", "capsules", "vitamins", "vitamin",
    "gummies", "gummy", "edible", "edibles", "melatonin", "tylenol", "advil",
    "aspirin", "benadryl", "ibuprofen", "insulin", "insuline", "methadone",
    "suboxone", "xanax", "cough syrup", "nyquil", "magnet", "magnets", "coin",
    "coins", "penny", "nickel", "quarter", "cleaner", "cleaning", "detergent",
    "laundry pod", "tide pod", "tide pods", "pods", "polish remover",
    "perfume", "lotion", "hand sanitizer", "gasoline", "lighter fluid",
    "nicotine", "cigarette", "cigarettes", "vape", "mushroom", "mushrooms",
    "berries", "pastillas", "pastilla", "pildoras", "medicina", "medicinas",
    "medicamento", "medicamentos", "remedios", "moneda", "monedas", "iman",
    "imanes", "jabon", "detergente", "comprimes", "comprime", "medicaments",
    "medicament", "cachets", "piece de monnaie", "aimant", "comprimidos",
    "comprimido", "remedio", "moeda", "ima", "tabletten", "tablette", "pillen",
    "medikamente", "medizin", "munze", "muenze", "pillole", "pillola",
    "pastiglie", "pastiglia", "moneta", "thuoc", "vien", "gamot", "tableta",
    "barya", "grenn", "medikaman", "药", "藥", "药片", "硬币", "약을", "알약", "동전",
    "таблетки", "таблеток", "таблетку", "лекарство", "лекарства", "монету",
    "монетку", "магнит", "حبوب", "دواء", "عمله", "薬", "錠剤", "硬貨", "ボタン電池",
    "oxycodone", "oxy", "percocet", "percocets", "norco", "hydrocodone",
    "vicodin", "opioids", "narcotics", "pain killers", "painkillers",
    "adderall", "ritalin", "klonopin", "ativan", "valium", "gabapentin",
    "metformin", "warfarin", "birth control", "pila", "pilas", NULL};
static const char *const all_of_them[] = {
    "all of them", "them all", "all my pills", "all of my pills",
    "all these pills", "all of these pills", "all the pills",
    "the whole bottle", "whole bottle", "entire bottle", "every pill",
    "all my meds", "all of my meds", "all my medicine", "all my medication",
    "all of it", "every last pill", "todas las pastillas",
    "todas mis pastillas", "todo el frasco", "todas de una vez",
    "tous mes comprimes", "tous les comprimes", "toute la boite",
    "tous mes medicaments", "todos os comprimidos", "todos os remedios",
    "alle tabletten", "alle pillen", "tutte le pillole", "tutte le pastiglie", NULL};
/* But "I will take all of them to my visit". */
static const char *const all_of_them_not[] = {
    "to", "with", "in", "back", "home", "at", "as", "out", "before", "after",
    "until", "every", "daily", "on", "and bring", "a dia", "para", "en la",
    "por la",
    "the", NULL};
static const char *const will_take[] = {
    "going to take", "want to take", "about to take", "im taking", "ill take",
    "thinking of taking", "thinking about taking", "ready to take",
    "going to swallow", "want to swallow", "about to swallow", "ill swallow",
    "voy a tomar", "me voy a tomar", "quiero tomarme", "voy a tomarme",
    "vais prendre", "vais avaler", "veux avaler", "vou tomar", "quero tomar",
    "werde alle", "nehme jetzt", "nehme alle", "prendo tutte",
    "prendero tutte", "voglio prendere", NULL};
#define MIGHT(verb)                                                      \
    "i might " verb, "i may " verb, "i will " verb, "ill " verb,         \
        "im going to " verb, "i want to " verb, "i could " verb,         \
        "afraid i " verb, "scared im going to " verb, "about to " verb,  \
        "tempted to " verb, "want to " verb
#define ING(verb) \
    "feel like " verb, "thinking of " verb, "thinking about " verb, "end up " verb
static const char *const might_hurt[] = {
    MIGHT("hurt my"), MIGHT("harm my"), MIGHT("kill my"), MIGHT("hurt him"),
    MIGHT("hurt her"), MIGHT("hurt them"), MIGHT("kill him"),
    MIGHT("kill her"), MIGHT("hurt someone"), MIGHT("hurt somebody"),
    MIGHT("shake my"), MIGHT("drown my"), MIGHT("smother my"),
    ING("hurting my"), ING("harming my"), ING("killing my"),
    ING("hurting someone"), "voy a lastimar a", "quiero lastimar a",
    "voy a hacerle dano", "quiero hacerle dano", "voy a matar a",
    "quiero matar a", "vais faire du mal", "veux faire du mal", "vais tuer",
    "veux tuer", "vou machucar", "quero machucar", "vou matar", "quero matar",
    "voglio fare del male", "faccio del male",
    "voglio uccidere",
    "going to kill my", "gonna kill my", NULL};
static const char *const loved[] = {
    "my baby", "my kids", "my kid", "my child", "my children", "my son",
    "my daughter", "my newborn", "my toddler", "my wife", "my husband",
    "my mom", "my mother", "my dad", "my father", "my family", "my boyfriend",
    "my girlfriend", "my partner", "my brother", "my sister", "my ex",
    "my neighbor", "my boss", "my roommate", "my twins", "him", "her", "them",
    "someone", "somebody", "mi bebe", "mi hijo", "mi hija", "mis hijos",
    "mi esposo", "mi esposa", "mi familia", "mi mama", "alguien", "mon bebe",
    "mon fils", "ma fille", "mes enfants", "mon mari", "ma femme", "quelquun",
    "meu bebe", "meu filho", "minha filha", "meus filhos", "meu marido",
    "minha mulher", "alguem", "mio figlio", "mia figlia", "i miei figli",
    "mio marito", "mia moglie", "qualcuno", NULL};
static const char *const wakes[] = {
    "dont wake up", "not wake up", "never wake up", "didnt wake up",
    "wont wake up", "not to wake up", NULL};
static const char *const wakes_not[] = {
    "late", "early", "in time", "on time", "sick", "too", "at", "the", "my",
    "with a", "for", "to", NULL};
static const char *const hopes[] = {
    "hope", "wish", "rather", "want to sleep", "go to sleep and", "pray",
    "prefer", "hoping", "wishing", NULL};
static const char *const drugs[] = {
    "insulin", "insulina", "insuline", "warfarin", "coumadin", "eliquis",
    "xarelto", "blood thinner", "blood thinners", "digoxin", "methadone",
    "metadona", "lithium", "oxycodone", "morphine", "fentanyl", "morfina",
    "heart medicine", "heart pills", "heart medication",
    "blood pressure pills", "insulin shot", NULL};
static const char *const twice[] = {
    "twice", "2 doses", "two doses", "3 doses", "three doses", "double",
    "doubled", "extra dose", "extra doses", "2 times", "two times",
    "dos veces", "doble", "dos dosis", "deux fois", "double dose",
    "duas vezes", "zweimal", "doppelte", "due volte", "doppia", NULL};
static const char *const twice_not[] = {
    "a day", "daily", "per", "each", "every", "al dia", "por dia", "par jour",
    "am tag", "al giorno", "a week", "per day", "ao dia", NULL};
static const char *const farewells[] = {
    "tell my kids", "tell my family", "tell my wife", "tell my husband",
    "tell my mom", "tell my children", "tell my son", "tell my daughter",
    "tell everyone", "tell them", "diles a mis hijos", "digan a mis hijos",
    "dites a mes enfants", "diga aos meus filhos", NULL};
static const char *const love_them[] = {
    "i love them", "i love her", "i love him", "i loved them",
    "i love you all", "im sorry and", "que los amo", "que los quiero",
    "que je les aime", "que eu os amo", "goodbye", NULL};
static const char *const live[] = {
    "want to live", "wanna live", "wish to live", "like living",
    "feel like living",
    "quiero vivir", "quero viver", "voglio vivere", NULL};
static const char *const live_no[] = {
    "dont", "do not", "no longer", "never", "not", "didnt",
    "no", "ya no", "nao", "non", NULL};
/* But "in that part of town". */
static const char *const live_not[] = {
    "in", "there", "near", "at", "by", "so far", "far", "close*", "with my",
    "with him", "with her", "with them", "on main", "on the",
    "that far", "very far", "too far", "this far", "so close", "that close",
    "lejos", "cerca", "ahi", "alla", "en", "con el", "con ella", "con mi",
    NULL};
static const char *const cut_self[] = {
    "cut myself", NULL};
static const char *const cut_self_not[] = {
    "shaving", "while", "cooking", "accident*", "by accident", "on a",
    "on the", "on some", "on glass", "at work", "off", "some slack", "short",
    "a break", "in the kitchen", "peeling", "chopping", NULL};
static const char *const want_wake[] = {
    "want to wake up", NULL};
static const char *const want_wake_not[] = {
    "that", "this", "early", "late", "at", "too", "so", "in the", "before",
    "my", "the", "him", "her", "them", NULL};
static const char *const end_it[] = {
    "end it", "end things", "end everything", "ending it", NULL};
static const char *const worn_out[] = {
    "cant do this", "cant take", "cant go on", "cant keep going",
    "no puedo mas", "no one cares", "nobody cares", "goodbye", NULL};

const struct lexicon_pair lexicon_harms[] = {
    {lexicon_taken, excess, NULL, NULL},
    {lexicon_taken, whole, NULL, NULL},
    {lexicon_eaten, whole, NULL, NULL},
    {drank, poison, NULL, NULL},
    {harms, oneself, harms_not, NULL},
    {wrists, cuts, NULL, NULL},
    {hitters, hit_me, hitters_not, NULL},
    {beats, abusers, beats_not, NULL},
    {swallows, medicines, swallows_not, kids},
    {all_of_them, will_take, all_of_them_not, NULL},
    {might_hurt, loved, NULL, NULL},
    {wakes, hopes, wakes_not, NULL},
    {twice, drugs, twice_not, lexicon_taken},
    {love_them, farewells, NULL, NULL},
    {live, live_no, live_not, NULL},
    {cut_self, NULL, cut_self_not, NULL},
    {want_wake, live_no, want_wake_not, NULL},
    {end_it, worn_out, NULL, NULL},
    {NULL, NULL, NULL, NULL},
};
