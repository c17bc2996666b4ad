#!/usr/bin/python3
"""Without a name: hears the bus, sees from the numbers what is missing, and fetches it.

usage: raw.py BUS REPLAY TOPIC
"""
import json
import sys
import zmq

bus, replay, topic = sys.argv[1:4]
context = zmq.Context()
sub, ask = context.socket(zmq.SUB), context.socket(zmq.REQ)
for prefix in (topic, "heartbeat"):
    sub.subscribe(prefix)
sub.connect(bus)
ask.connect(replay)
done = None  # every wanted event up to this number was shown


def fetch(until):
    more, since = True, done
    while more:
        ask.send_json({"request": "events", "topic": topic, "since": since, "until": until})
        page = ask.recv_json()
        for row in page.get("events", []):
            print(row["topic"], row["event"]["seq"], flush=True)
        since, more = page.get("last", since), page.get("more", False)


while True:
    name, text = sub.recv_multipart()
    event = json.loads(text)
    if done is None:
        done = event["seq"] if name == b"heartbeat" else None
    elif event["seq"] > done:
        fetch(event["seq"])  # the log is the truth; the bus only says that there is something new
        done = event["seq"]
