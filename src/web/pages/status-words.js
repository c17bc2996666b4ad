// What only the status page says. Strict JSON after the first line: a test reads it.
export const words =
{
  "statusTitle": {"da": "Hvad der sker med din besked", "en": "What happens with your message", "sv": "Vad som händer med ditt meddelande", "nb": "Hva som skjer med meldingen din", "de": "Was mit Ihrer Nachricht geschieht"},
  "reference": {"da": "Reference {reference}", "en": "Reference {reference}", "sv": "Referens {reference}", "nb": "Referanse {reference}", "de": "Referenz {reference}"},
  "stepReceived": {"da": "Modtaget", "en": "Received", "sv": "Mottaget", "nb": "Mottatt", "de": "Eingegangen"},
  "stepWork": {"da": "Nogen har taget sig af det", "en": "Somebody has taken it on", "sv": "Någon har tagit sig an det", "nb": "Noen har tatt seg av det", "de": "Jemand kümmert sich darum"},
  "stepDone": {"da": "Bragt i orden", "en": "Put right", "sv": "Åtgärdat", "nb": "Brakt i orden", "de": "In Ordnung gebracht"},
  "duePromise": {"da": "Vi har lovet, at du hører fra os senest {time}.", "en": "We have promised to get back to you by {time}.", "sv": "Vi har lovat att du hör från oss senast {time}.", "nb": "Vi har lovet at du hører fra oss senest {time}.", "de": "Wir haben versprochen, uns zu melden, spätestens {time}."},
  "dueContact": {"da": "En af os taler med dig senest {time}.", "en": "One of us will be in touch by {time}.", "sv": "En av oss hör av sig senast {time}.", "nb": "En av oss tar kontakt senest {time}.", "de": "Jemand von uns meldet sich bei Ihnen, spätestens {time}."},
  "dueLate": {"da": "Det er blevet senere, end vi sagde ({time}). Det beklager vi.", "en": "It has taken longer than we said ({time}). We are sorry.", "sv": "Det har blivit senare än vi sa ({time}). Vi ber om ursäkt.", "nb": "Det er blitt senere enn vi sa ({time}). Det beklager vi.", "de": "Es ist später geworden, als wir gesagt haben ({time}). Das tut uns leid."},
  "refundAsk": {"da": "Bed om penge tilbage", "en": "Ask for a refund", "sv": "Be om pengarna tillbaka", "nb": "Be om penger tilbake", "de": "Um Erstattung bitten"},
  "refundAsked": {"da": "Du har bedt om penge tilbage. En af os svarer dig.", "en": "You have asked for money back. One of us will answer you.", "sv": "Du har bett om pengarna tillbaka. En av oss svarar dig.", "nb": "Du har bedt om penger tilbake. En av oss svarer deg.", "de": "Sie haben um Erstattung gebeten. Jemand von uns antwortet Ihnen."},
  "refundAnswered": {"da": "Vi har svaret dig om penge tilbage.", "en": "We have answered you about money back.", "sv": "Vi har svarat dig om pengarna tillbaka.", "nb": "Vi har svart deg om penger tilbake.", "de": "Wir haben Ihnen wegen der Erstattung geantwortet."}
};
