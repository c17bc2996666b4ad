/*
 * A Google Form's answers to Lyt's generic door, signed as Standard Webhooks.
 *
 * In the form's sheet or editor: Extensions, Apps Script; paste this; in Project settings add the script
 * properties LYT_URL ("https://feedback.example.dk/in/forms") and LYT_SECRET ("whsec_…", what the
 * gateway of kind `generic` has as its secret); run install() once.
 *
 * Questions are told by their titles: those of QUESTIONS, whatever their order.
 */
var QUESTIONS = {
  'Hvor sandsynligt er det, at du vil anbefale os?': 'score',
  'Uddyb gerne': 'text',
  'Værelse': 'place'
};
var SCALE = 10;
var PROPERTY = 'havnen';

function install() {
  ScriptApp.newTrigger('onAnswer').forForm(FormApp.getActiveForm()).onFormSubmit().create();
}

/* Runs for every answer; what Lyt does not take is tried again, five times in all. */
function onAnswer(event) {
  var message = messageOf(event.response);
  for (var attempt = 0; attempt < 5; attempt++) {
    var code = post(message);
    if (code >= 200 && code < 300) return;
    Utilities.sleep(1000 * Math.pow(2, attempt));
  }
  throw new Error('Lyt did not take answer ' + message.id + ' (' + code + ')');
}

function messageOf(response) {
  var message = {id: response.getId(), channel: 'survey', property: PROPERTY, scale: SCALE, meta: {}};
  message.sent_at = response.getTimestamp().toISOString();
  response.getItemResponses().forEach(function (item) {
    var title = item.getItem().getTitle(), answer = String(item.getResponse());
    if (QUESTIONS[title] === 'score') message.score = Number(answer);
    else if (QUESTIONS[title]) message[QUESTIONS[title]] = answer;
    else message.meta[title] = answer;
  });
  if (message.score === undefined) delete message.scale;
  return message;
}

function post(message) {
  var settings = PropertiesService.getScriptProperties();
  var body = JSON.stringify(message), time = String(Math.floor(Date.now() / 1000));
  var key = Utilities.base64Decode(settings.getProperty('LYT_SECRET').replace(/^whsec_/, ''));
  var text = Utilities.newBlob(message.id + '.' + time + '.' + body).getBytes();
  return UrlFetchApp.fetch(settings.getProperty('LYT_URL'), {
    method: 'post',
    contentType: 'application/json',
    payload: body,
    headers: {
      'webhook-id': message.id,
      'webhook-timestamp': time,
      'webhook-signature': 'v1,' + Utilities.base64Encode(Utilities.computeHmacSha256Signature(text, key))
    },
    followRedirects: false,
    muteHttpExceptions: true
  }).getResponseCode();
}
