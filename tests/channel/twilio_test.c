#include <string.h>

#include "gateways.h"

LYT_SUITE(twilio);

#define URL "https://mycompany.com/myapp.php?foo=1&bar=2"
#define CALL                                                                                       \
    "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&"             \
    "To=%2B18005551212"

static const char danish[] =
    "AccountSid=AC0123456789abcdef0123456789abcdef&Body=V%C3%A6relset+er+ikke+rengjort&"
    "From=%2B4540404422&MessageSid=SM0123456789abcdef0123456789abcdef&NumMedia=0&NumSegments=1&"
    "To=%2B4592450000";

/* The published signatures, and ours for Danish letters. */
Test(twilio, every_vector_verifies)
{
    static const struct {
        int line;
        const char *url, *body, *signature;
    } rows[] = {
        {__LINE__, URL, CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
        {__LINE__, URL, "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234",
         "IK+Dwps556ElfBT0I3Rgjkr1wJU="},
        {__LINE__, "https://mycompany.com:443/myapp.php?foo=1&bar=2", CALL,
         "kvajT1Ptam85bY51eRf/AJRuM3w="},
        {__LINE__, "http://mycompany.com:80/myapp.php?foo=1&bar=2", CALL,
         "0ZXoZLH/DfblKGATFgpif+LLRf4="},
        {__LINE__, "http://mycompany.com:1234/myapp.php?foo=1&bar=2", CALL,
         "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="},
        /* the port of the one in the URL of the other */
        {__LINE__, "https://mycompany.com:443/myapp.php?foo=1&bar=2", CALL,
         "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
        {__LINE__, URL, CALL, "kvajT1Ptam85bY51eRf/AJRuM3w="},
        {__LINE__, "https://feedback.example.dk/in/twilio", danish, "aX6JikHF8kqmW9UtXJ1Hyduu2SQ="},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        gatebed bed;

        gatebed_init(&bed, "twilio", "12345");
        bed.request.url = lyt_str_of(rows[i].url);
        gatebed_form(&bed, rows[i].body);
        gatebed_header(&bed, "X-Twilio-Signature", rows[i].signature);
        gatebed_receive(&bed);
        /* what is signed well and no message lacks a field, and nothing else */
        cr_expect(bed.got.refusal == LYT_REFUSAL_NONE ||
                      bed.got.refusal == LYT_REFUSAL_MISSING_FIELD,
                  "row at line %d: %s", rows[i].line, bed.err.text);
        bed.config.secrets.keys[0] = LYT_STR("12346");
        gatebed_receive(&bed);
        cr_expect_eq(bed.got.refusal, LYT_REFUSAL_BAD_SIGNATURE, "row at line %d", rows[i].line);
        gatebed_deinit(&bed);
    }
}

/* JSON: the URL carries the sum of the body, and is all that is signed. */
Test(twilio, CH_02_the_vector_of_json_verifies)
{
    static const struct {
        int line;
        const char *body, *signature;
        lyt_refusal refusal;
    } rows[] = {
        {__LINE__, "{\"property\": \"value\", \"boolean\": true}", "a9nBmqA0ju/hNViExpshrM61xv4=",
         LYT_REFUSAL_NONE},
        {__LINE__, "{\"property\": \"value\", \"boolean\": true} ", "a9nBmqA0ju/hNViExpshrM61xv4=",
         LYT_REFUSAL_BAD_SIGNATURE},
        {__LINE__, "{\"property\": \"value\", \"boolean\": true}", "a9nBmqA0ju/hNViExpshrM61xv5=",
         LYT_REFUSAL_BAD_SIGNATURE},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        gatebed bed;

        gatebed_init(&bed, "twilio", "12345");
        bed.request.url =
            LYT_STR(URL "&bodySHA256="
                        "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620");
        gatebed_json(&bed, rows[i].body);
        gatebed_header(&bed, "X-Twilio-Signature", rows[i].signature);
        gatebed_receive(&bed);
        cr_expect_eq(bed.got.refusal, rows[i].refusal, "row at line %d: %s", rows[i].line,
                     bed.err.text);
        gatebed_deinit(&bed);
    }
}
