/* A guest's answer: whatever comes, a score from 0 to 10 or none. */
#include <stdint.h>
#include <stdlib.h>

#include "answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_guest_answer answer = {-1, false};

    if (lyt_answer_read(&answer, (lyt_str){(const char *)data, size}) &&
        (answer.score < -1 || answer.score > 10 || (answer.complains && answer.score >= 0)))
        abort();
    return 0;
}
