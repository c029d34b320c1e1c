/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words that tell of danger to life where two of them stand near each other,
 * in either order; in the languages of inbound/lexicon.c and in their order.
 */
#include "inbound/lexicon.h"

#include <stddef.h>

/* Many to a line, or nobody would read them. */
// clang-format off
static const char *const chest[] = {
    "chest", "heart attack", "pecho", "torax", "poitrine", "thorax", "peito",
    "brust", "brustkorb", "nguc", "dibdib", "pwatrin", "lestomak", "胸", "가슴",
    "грудь", "груди", "грудной", "صدري", "الصدر", "petto", "torace", "cheast",
    "chst", "chets", "pexo", "心口", "心臟", "むね", "بالصدر", "بصدري", NULL};
static const char *const aches[] = {
    "sitting", "elephant", "pain", "pains", "painful", "hurt", "hurts",
    "hurting", "ache", "aches", "aching", "achy", "tight", "tightness",
    "pressure", "crushing", "squeezing", "heavy", "burning", "burns", "killing",
    "pounding", "stabbing", "discomfort", "duele", "duelen", "dolor", "dolores",
    "doliendo", "dolia", "presion", "aprieta", "opresion", "punzada",
    "punzadas", "mal", "douleur", "douleurs", "serre", "oppression", "dor",
    "dores", "doi", "doendo", "aperto", "pressao", "schmerz", "schmerzen",
    "schmerzt", "weh", "druck", "enge", "sticht", "dau", "tuc", "sakit",
    "masakit", "sumasakit", "naninikip", "paninikip", "kirot", "kumikirot",
    "doule", "fe mal", "痛", "疼", "闷", "悶", "아파", "아프", "아픕", "통증", "답답", "조여",
    "조이", "бол*", "давит", "жжет", "сжимает", "الم", "وجع", "يؤلمني", "يوجعني",
    "تؤلمني", "hurtz", "hrts", "hurst", "paining", "dule", "duelle", "arde",
    "ardor", "male", "dolore", "dolori", "oppressione", "bruciore", "stringe",
    "苦し", "しめつけ", "締め付け", "بيوجعني", "بتوجعني", "ضغط", "apretado", "apretada",
    "oprimido", "oprimida", NULL};
static const char *const breath[] = {
    "breathe", "breath", "breathing", "breathin", "respirar", "respira",
    "respiro", "respirando", "respiracion", "respirer", "respire",
    "respiration", "respiracao", "atmen", "atmet", "atme", "luft", "huminga",
    "humihinga", "makahinga", "hininga", "paghinga", "呼吸", "喘", "숨", "호흡",
    "дышать", "дышит", "дышу", "дыхание", "التنفس", "اتنفس", "يتنفس", "تتنفس",
    "breeth", "breeathe", "breth", "brethe", "fiato", "respirare", NULL};
static const char *const hardly[] = {
    "cant", "cannot", "can not", "cnt", "couldnt", "hard", "hardly", "barely",
    "trouble", "troubles", "difficult", "difficulty", "difficulties",
    "struggling", "struggle", "problem breathing", "problems breathing",
    "unable", "no puedo", "no puede", "no podia", "puedo casi", "apenas",
    "cuesta", "dificil", "dificultad", "dificultades", "batallando", "peux pas",
    "peut pas", "peux plus", "peut plus", "difficile", "difficulte",
    "difficultes", "arrive pas", "narrive pas", "narrive plus", "arrive plus",
    "du mal", "nao consigo", "nao consegue", "dificuldade", "mal consigo",
    "kann nicht", "kann kaum", "bekomme keine", "kriege keine", "schwer",
    "kaum", "khong the", "khong duoc", "kho", "hindi", "di maka*", "hirap",
    "nahihirapan", "kapos", "pa ka", "pa kapab", "没法", "沒法", "不到", "困难", "困難",
    "不了", "不上", "不过", "不過", "어려", "어렵", "못", "힘들", "곤란", "막혀", "막히", "не могу",
    "не может", "трудно", "тяжело", "не дышит", "لا استطيع", "لا يستطيع",
    "لا تستطيع", "لا اقدر", "مش قادر", "صعوبه", "ضيق", "not able", "no pudo",
    "no pueden", "me falta", "n consigo", "n consegue", "arive plus",
    "narive plus", "narrive pa", "krieg keine", "kriegt keine", "krieg kaum",
    "bekommt keine", "di ako", "d ako", "di na", "paka", "mpa ka", "안 쉬", "안쉬",
    "못쉬", "нечем", "لا استطيع ان", "مش قادره", "ما اقدر", "ما قادر", "مو قادر",
    "ما عم", "non riesco", "nn riesco", "non riesce", "nn riesce", "fatica",
    "manca", "difficolta", "jarrive plus", "jarrive pas", "di po", NULL};
static const char *const blood[] = {
    "blood", "bleed", "bleeds", "bleeding", "bled", "sangre", "sangro",
    "sangra", "sangrando", "sangrado", "du sang", "saigne", "saignement",
    "saignements", "saigner", "sangue", "sangrar", "sangramento", "blut",
    "blute", "blutet", "blutung", "chay mau", "ra mau", "dugo", "dumudugo",
    "nagdudugo", "senyen", "血", "피가", "피를", "кровь", "крови", "кровью",
    "кровит", "الدم", "دم", "انزف", "bleedin", "bluten", "sanguin*", "出血",
    "san an", "الدماء", NULL};
static const char *const heavily[] = {
    "stool", "stools", "heavy", "heavily", "a lot", "alot", "lots of",
    "wont stop", "not stopping", "doesnt stop", "cant stop", "wont quit",
    "badly", "really bad", "everywhere", "profusely", "through my bandage",
    "soaked", "soaking", "gushing", "pouring", "coughing", "coughed",
    "vomiting", "vomited", "throwing up", "threw up", "puking", "in my stool",
    "mucha", "mucho", "demasiad*", "no para", "no deja de", "abundante",
    "tosiendo", "vomit*", "beaucoup", "abondamment", "abondant*", "narrete pas",
    "nombreux", "crache", "muito", "muita", "nao para", "tossindo", "stark",
    "starke", "viel", "hort nicht", "hoert nicht", "erbreche", "huste", "nhieu",
    "khong cam", "khong ngung", "non ra mau", "ho ra mau", "dami", "daming",
    "marami", "maraming", "malakas", "ayaw tumigil", "sumusuka", "anpil",
    "krache", "vomi", "很多", "不止", "吐", "咳", "大量", "많이", "멈추", "토", "сильн*",
    "много", "не останавливается", "рвота", "рвет", "كثير", "كثيرا", "بشده",
    "لا يتوقف", "اتقيا", "muxo", "no deja", "sarrete pas", "sarrete plus",
    "arrete pas", "hort nicht auf", "walang tigil", "di tumitigil",
    "pa vle kanpe", "pa sispann", "止不住", "一直", "안 멈", "안멈", "не останавлив*",
    "ما بيوقف", "قوي", "molto", "tanto", "non si ferma", "non smette",
    "vomitato", "tosse", "止まら", "止まり", "たくさん", "from his head", "from her head",
    "from my head", "de la cabeza", NULL};
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
static const char *const numb[] = {
    "weak", "weakness", "cant move", "cannot move", "dormid*", "no puedo mover",
    "numb", "paralyzed", "paralysed", "drooping", "droopy", "adormecid*",
    "entumecid*", "paralizad*", "gone numb", "went numb", "no siento", "durmio",
    "se me durmio", "ne sens plus", "sens plus", "paralys*", "engourdi*",
    "nao sinto", "dormente", "taub", "gelahmt", "spure", "manhid", "pa santi",
    "麻", "不能动", "不能動", "歪", "онемел*", "парализ*", "отнял*", "non sento",
    "paralizzat*", "intorpidit*", "formicol*", "しびれ", "麻痺", "動かな", "لا اشعر",
    "مش حاسس", NULL};
static const char *const side[] = {
    "leg", "left leg", "pierna", "mi lado", "face", "one side", "left side",
    "right side", "left arm", "arm", "cara", "brazo", "un lado", "cuerpo",
    "mitad", "bras", "visage", "jambe", "moitie", "braco", "rosto",
    "perna esquerda", "gesicht", "arm nicht", "meinen arm", "linken arm",
    "mukha", "kalahati", "braso", "bra m", "bra mwen", "figi", "半边", "半邊", "半身",
    "рука", "руку", "нога", "лица", "лицо", "половина", "braccio",
    "mezza faccia", "faccia", "viso", "meta", "顔", "片側", "腕", "左手", "右手",
    "بذراعي", "ذراعي", "بيدي", "بوجهي", "وجهي", "رجلي", "برجلي", "ساقي", NULL};
static const char *const swelling[] = {
    "cierra", "swelling", "swollen", "hinchad*", "closing", "cerrando", "swell",
    "swells", "swolen", "puffing", "inflamo", "inflamad*", "inflamando",
    "hincho", "hinchando", "gonfl*", "gonfle", "enfle", "enflee", "serre",
    "fechando", "inchad*", "inchando", "schwillt", "geschwollen", "anschwillt",
    "namamaga", "maga", "anfle", "отек*", "опух*", "تورم", "متورم", "gonfi*",
    "gonfia", "chiude", "chiudendo", "腫れ", "はれ", "腫", "tight", "feels tight",
    "hincha", "hinchan", "incha", "incham", "inchou", "cierra la", "se cierra", NULL};
static const char *const throat[] = {
    "throat", "tongue", "lips", "garganta", "lengua", "labios", "throte", "lip",
    "gorge", "langue", "levres", "lingua", "hals", "zunge", "lippen",
    "lalamunan", "dila", "labi", "goj", "lang mwen", "lang li", "горл*",
    "язык*", "губы", "حلقي", "لساني", "gola", "labbra", "のど", "喉", "舌", "唇",
    "tounge", NULL};

static const char *const still[] = {
    "not moving", "isnt moving", "doesnt move", "wont move", "not responsive",
    "no responde", "no reacciona", "no se mueve", "ne repond plus",
    "ne repond pas", "ne bouge plus", "ne reagit plus", "nao responde",
    "nao se mexe", "nao reage", "antwortet nicht", "non risponde",
    "non reagisce", "reagiert nicht", "bewegt sich nicht", "non si muove",
    "不动了", "isnt responding", "not responding", "doesnt respond", NULL};
static const char *const whom[] = {
    "he", "she", "him", "her", "hes", "shes", "baby", "mom", "mother", "dad",
    "father", "husband", "wife", "son", "daughter", "grandma", "grandpa",
    "floor", "esposo", "esposa", "mama", "papa", "hijo", "hija", "bebe",
    "abuela", "abuelo", "mari", "femme", "mere", "pere", "fils", "fille",
    "elle", "marido", "mae", "pai", "filho", "filha", "ele", "ela", "mann",
    "mutter", "vater", "marito", "moglie", "madre", "padre", "figlio", "figlia",
    "bambino", "er", "meine frau", "kind", "sohn", "tochter", NULL};

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
    "سم", "漂白剤", "農薬", NULL};
static const char *const wound[] = {
    "stitches", "staples", "incision", "wound", "puntos", "herida", NULL};
static const char *const opened[] = {
    "came open", "opened", "burst", "split open", "popped open", "came apart",
    "se abrio", "se abrieron", "se me abrio", NULL};

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

/* A fall, and a cry for help beside it; but who "fell asleep" or cannot move
 * an appointment wants another kind of help. */
static const char *const falls[] = {
    "fell", "fallen", "falling down", "cant move", "cannot move", "cant get up",
    "cannot get up", "me cai", "se cayo", "me he caido", "suis tombe",
    "suis tombee", "est tombe", "est tombee", "eu cai", "ajuda cai", "mae caiu",
    "pai caiu", "ela caiu", "ele caiu", "gesturzt", "gestuerzt", "hingefallen",
    "sono caduto", "sono caduta", "e caduto", "e caduta", "bi nga", "te nga",
    "nahulog", "natumba", "nadulas", "m tonbe", "mwen tonbe", "摔", "跌倒",
    "넘어졌", "넘어져", "упал", "упала", "وقعت", "سقطت", "転んで", "転びま",
    "転倒", NULL};
static const char *const falls_not[] = {
    "asleep", "sick", "through", "behind", "short", "apart", "ill", "out of",
    "in love", "for it", "for a", "my app*", "the app*", "my visit", "my date",
    "my time", "mine", "it", "that app*", "this app*",
    "to another", "to next", "to a different", "until", "la llamada",
    "la linea", "el sistema", "el internet", NULL};
static const char *const cries[] = {
    "help", "ayuda", "ayudame", "ayudenme", "ayudeme", "auxilio", "socorro",
    "aide", "a laide", "aidez", "au secours", "ajuda", "me ajuda", "me ajudem",
    "me ajude", "hilfe", "helft", "helfen sie", "aiuto", "aiutatemi", "giup",
    "giup toi", "cuu", "tulong", "tulungan", "saklolo", "ede m", "ede mwen",
    "救", "帮帮", "幫幫", "도와", "살려", "помогите", "помощь", "помоги",
    "ساعدوني", "ساعدني", "مساعده", "助けて", NULL};

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

static const char *const babies[] = {
    "baby", "babys", "newborn", "infant", "my son", "my daughter", "my child",
    "my kid", "bebe", "bebito", "nouveau ne", "saugling", "neugeborenes",
    "neugeborene", "bambino", "bambina", "neonato", "neonata", "em be",
    "be cua", "con toi", "sanggol", "tibebe", "ti bebe", "宝宝", "寶寶", "婴儿",
    "嬰兒", "孩子", "아기", "ребенок", "ребенка", "малыш*", "младен*", "الطفل",
    "طفلي", "طفلتي", "ابني", "ابنتي", "الرضيع", "رضيعي", "赤ちゃん", "赤ん坊", NULL};
static const char *const lifeless[] = {
    "is blue", "looks blue", "went blue", "gone blue", "all blue", "is purple",
    "turned purple", "turning purple", "turning grey", "turning gray",
    "is grey", "is gray", "is limp", "went limp", "gone limp", "goes limp",
    "all limp", "feels limp", "looks limp", "so limp", "limp and", "floppy",
    "lifeless", "esta azul", "se puso azul", "esta morado", "esta morada",
    "se puso morado", "se puso morada", "poniendo morad*", "flacido", "flacida",
    "tout bleu", "toute bleue", "est bleu", "est bleue", "devient bleu",
    "tout mou", "toute molle", "esta roxo", "esta roxa", "ficou roxo",
    "ficou roxa", "roxinho", "molinho", "ist blau", "ganz blau", "wird blau",
    "blau angelaufen", "lauft blau", "ganz schlaff", "ist schlaff", "e blu",
    "tutto blu", "tutta blu", "diventa blu", "cianotic*", "tim tai", "tim lai",
    "nangingitim", "nangangasul", "lantay", "nan ble", "vin ble", "tou ble",
    "发紫", "發紫", "发青", "發青", "发绀", "파래", "파랗", "축 늘어",
    "посинел*", "синеет", "синий", "синяя", "обмяк*", "ازرق", "زرقاء", "ازرقت",
    "ازرق لونه", "青い", "青く", "真っ青", "ぐったり", NULL};
static const char *const pregnant[] = {
    "pregnant", "embarazada", "enceinte", "gravida", "schwanger", "incinta",
    "mang thai", "co thai", "co bau", "buntis", "ansent", "怀孕", "懷孕",
    "孕妇", "孕婦", "임신", "임산부", "беремен*", "حامل", "妊娠", NULL};
/* But a "blood test" is one of many. */
static const char *const bleeds[] = {
    "blood", "bleed", "bleeds", "bleeding", "bled", "spotting blood",
    "con sangre", "tengo sangre", "sale sangre", "echando sangre",
    "botando sangre", "sangro", "sangra", "sangrando", "sangrado", "saigne",
    "saignement", "saignements", "saigner", "perds du sang", "com sangue",
    "perdendo sangue", "sangramento", "sangrar", "blute", "blutet", "bluten",
    "blutung", "blutungen", "blut verl*", "sanguin*", "perdo sangue", "ra mau",
    "chay mau", "may dugo", "dinudugo", "dumudugo", "nagdudugo", "senyen",
    "出血", "流血", "见红", "見紅", "하혈", "피가", "출혈", "кровь идет",
    "идет кровь", "пошла кровь", "кровит", "عندي دم", "وعندي دم", "ينزل دم",
    "نزول دم", "دم كثير", "انزف", "بنزف", NULL};
static const char *const bleeds_not[] = {
    "test", "tests", "testing", "work", "draw", "drawn", "pressure", "sugar",
    "type", "count", "thinner*", "thinners", "results", "sample", "group",
    "drive", "lab", "labs", NULL};

const struct lexicon_pair lexicon_pairs[] = {
    {chest, aches, NULL},           {breath, hardly, NULL},
    {blood, heavily, NULL},         {lexicon_taken, excess, NULL},
    {lexicon_taken, whole, NULL},   {lexicon_eaten, whole, NULL},
    {numb, side, NULL},             {throat, swelling, NULL},
    {still, whom, NULL},            {wound, opened, NULL},
    {drank, poison, NULL},          {harms, oneself, harms_not},
    {wrists, cuts, NULL},           {falls, cries, falls_not},
    {lifeless, babies, NULL},       {bleeds, pregnant, bleeds_not},
    {hitters, hit_me, hitters_not}, {beats, abusers, beats_not},
    {NULL, NULL, NULL},
};
