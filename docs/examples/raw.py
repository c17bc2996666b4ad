#!/usr/bin/python3
"""Without a name: hears the bus, sees from the numbers what is missing, and fetches it.

usage: raw.py BUS REPLAY TOPIC
"""
import json
import sys
import time
import zmq

bus, replay, topic = sys.argv[1:4]
context = zmq.Context()
sub = context.socket(zmq.SUB)
for prefix in (topic, "heartbeat"):
    sub.subscribe(prefix)
sub.connect(bus)
done = None  # every wanted event up to this number was shown
publisher = None  # of the log that the numbers are of


def ask(question):
    while True:
        with context.socket(zmq.REQ) as sock:
            sock.linger = 0
            sock.connect(replay)
            sock.send_json(question)
            answer = sock.recv_json() if sock.poll(5000) else {"busy": True, "retry_ms": 0}
        if "error" in answer:
            sys.exit(answer["error"])
        if "busy" not in answer:  # else we have asked for much, or the service is away
            return answer
        time.sleep(answer["retry_ms"] / 1000)


def fetch(until):
    more, since = True, done
    while more:
        page = ask({"request": "events", "topic": topic, "since": since, "until": until})
        for row in page["events"]:
            print(row["topic"], row["event"]["seq"], flush=True)
        since, more = page["last"], page["more"]


while True:
    name, text = sub.recv_multipart()
    event = json.loads(text)
    if done is None:
        if name != b"heartbeat":
            continue
        done, publisher = event["seq"], event["publisher"]
    if event["publisher"] != publisher:
        done, publisher = 0, event["publisher"]  # another log: all of it is new
    if event["seq"] > done:
        fetch(event["seq"])  # the log is the truth; the bus only says that there is something new
        done = event["seq"]
