#include "pack_starter.h"

static const char pack_yaml[] =
    "pack: @NAME@\n"
    "languages: [en, da]\n"
    "name: {en: \"@NAME@\", da: \"@NAME@\"}\n"
    "description:\n"
    "  en: What goes wrong here, and who mends it.\n"
    "  da: Det der går galt hos os, og hvem der retter op på det.\n"
    "threshold: 0.5            # a scenario at or above this probability is reported\n"
    "window_min: 120           # later messages on the same thing and place join within this\n"
    "teams:\n"
    "  - id: service\n"
    "    name: {en: Service, da: Service}\n";

static const char scenario_yaml[] =
    "id: long-wait\n"
    "name: {en: Long wait, da: Lang ventetid}\n"
    "description:\n"
    "  en: The guest has waited longer than we promise, and nobody said why.\n"
    "  da: Gæsten har ventet længere, end vi lover, og ingen har sagt hvorfor.\n"
    "team: service\n"
    "person: duty-manager\n"
    "severity: 2\n"
    "channels: [bus]\n"
    "messages:\n"
    "  - id: apology\n"
    "    en: \"Sorry you had to wait. Somebody is on the way to you. Reply here to reach us.\"\n"
    "    da: \"Beklager ventetiden. Der er en på vej til dig. Svar her, så får du fat i os.\"\n"
    "examples:\n"
    "  en:\n"
    "    fires:\n"
    "      - \"We have waited an hour for someone to help\"\n"
    "      - \"still waiting, nobody comes\"\n"
    "      - \"the queue has not moved for forty minutes\"\n"
    "      - \"I have been standing here waiting forever\"\n"
    "      - \"Nice place, but the wait was far too long\"\n"
    "    silent:\n"
    "      - \"We were helped at once\"\n"
    "      - \"thanks for a lovely day\"\n"
    "      - \"what time do you open\"\n"
    "      - \"There was no wait at all\"\n"
    "      - \"Can't wait to come back\"\n"
    "  da:\n"
    "    fires:\n"
    "      - \"Vi har ventet en time på hjælp\"\n"
    "      - \"venter stadig, der kommer ingen\"\n"
    "      - \"køen har ikke rykket sig i fyrre minutter\"\n"
    "      - \"jeg har stået og ventet i en evighed\"\n"
    "      - \"Dejligt sted, men ventetiden var alt for lang\"\n"
    "    silent:\n"
    "      - \"Vi blev hjulpet med det samme\"\n"
    "      - \"tak for en dejlig dag\"\n"
    "      - \"hvornår åbner I\"\n"
    "      - \"Der var ingen ventetid\"\n"
    "      - \"Vi glæder os til at komme igen\"\n";

static const char lexicon_en[] = "language: en\n"
                                 "scenarios:\n"
                                 "  long-wait:\n"
                                 "    failure:\n"
                                 "      - waited|waiting ~5 hour|hours|minutes|forever|ages|long\n"
                                 "      - still waiting\n"
                                 "      - queue ~5 not|never ~2 moved\n"
                                 "      - queue ~3 endless|hour\n"
                                 "      - wait ~4 long|endless\n"
                                 "    against:\n"
                                 "      - no wait|waiting|queue\n"
                                 "      - can't wait\n"
                                 "      - at once\n";

static const char lexicon_da[] =
    "language: da\n"
    "scenarios:\n"
    "  long-wait:\n"
    "    failure:\n"
    "      - ventet|venter ~5 time|timer|minutter|evighed|længe|stadig\n"
    "      - køen|kø ~5 rykket|lang\n"
    "      - ventetiden|ventetid ~4 lang|længere|urimelig\n"
    "    against:\n"
    "      - ingen ventetid|kø|ventetiden\n"
    "      - med det samme\n";

static const char training_en[] =
    "# One sentence a line, with the scenario in front, or __label__none where nothing failed.\n"
    "__label__long-wait we waited two hours before anyone saw us\n"
    "__label__long-wait been in line for ages and it is not moving\n"
    "__label__long-wait how long does this take, we are still waiting\n"
    "__label__long-wait nobody came for thirty minutes\n"
    "__label__long-wait the queue was endless and just one person working\n"
    "__label__long-wait waiting and waiting, no one tells us anything\n"
    "__label__long-wait it took ages to get served\n"
    "__label__long-wait stood in the queue for an hour\n"
    "__label__none everything was perfect, thank you\n"
    "__label__none quick and friendly, no waiting\n"
    "__label__none no queue when we got there\n"
    "__label__none there was hardly any wait\n"
    "__label__none where do we park\n"
    "__label__none could you send me the receipt\n"
    "__label__none we look forward to seeing you again\n"
    "__label__none they helped us at once\n"
    "__label__none can't wait for next time\n"
    "__label__none good service and kind people\n";

static const char training_da[] =
    "# En sætning pr. linje med scenariet foran, eller __label__none hvor intet gik galt.\n"
    "__label__long-wait vi ventede to timer før nogen så os\n"
    "__label__long-wait har stået i kø i evigheder og den rykker ikke\n"
    "__label__long-wait hvor lang tid tager det, vi venter stadig\n"
    "__label__long-wait der kom ingen i en halv time\n"
    "__label__long-wait køen var endeløs og kun en på arbejde\n"
    "__label__long-wait venter og venter, ingen siger noget\n"
    "__label__long-wait det tog en evighed at blive betjent\n"
    "__label__long-wait stod i kø en hel time\n"
    "__label__none alt var perfekt, tak for det\n"
    "__label__none hurtigt og venligt, ingen kø\n"
    "__label__none ingen ventetid overhovedet\n"
    "__label__none der var slet ingen kø da vi kom\n"
    "__label__none hvor kan vi parkere\n"
    "__label__none kan I sende mig kvitteringen\n"
    "__label__none vi glæder os til næste gang\n"
    "__label__none de hjalp os med det samme\n"
    "__label__none god service og søde mennesker\n"
    "__label__none tak for et godt besøg\n";

const lyt_starter_file *lyt_pack_starter(size_t *n)
{
    static const lyt_starter_file files[] = {
        {"pack.yaml", pack_yaml},         {"scenarios/long-wait.yaml", scenario_yaml},
        {"lexicons/en.yaml", lexicon_en}, {"lexicons/da.yaml", lexicon_da},
        {"training/en.txt", training_en}, {"training/da.txt", training_da},
    };

    *n = sizeof files / sizeof *files;
    return files;
}
