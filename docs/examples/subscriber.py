#!/usr/bin/python3
"""A named subscriber of Lyt in Python (Debian: python3-zmq): prints alarms, acknowledges each.

usage: subscriber.py REPLAY NAME [TOPIC …]     with keys: LYT_SERVER_KEY and LYT_KEY (a file)
"""
import json
import os
import sys
import zmq

replay, name, topics = sys.argv[1], sys.argv[2], sys.argv[3:] or ["alarm."]
sock = zmq.Context().socket(zmq.DEALER)
if "LYT_KEY" in os.environ:
    secret = next(line.split()[1] for line in open(os.environ["LYT_KEY"], "rb") if line.startswith(b"secret"))
    sock.curve_secretkey, sock.curve_publickey = secret, zmq.curve_public(secret)
    sock.curve_serverkey = os.environ["LYT_SERVER_KEY"].encode()
sock.connect(replay)


def say(**request):
    sock.send_multipart([b"", json.dumps(request).encode()])


say(request="attach", name=name, topic=topics, since=0)
while True:
    if not sock.poll(1000):
        say(request="beat")  # a sign of life each second
        continue
    answer = json.loads(sock.recv_multipart()[-1])
    for row in answer.get("deliver", []):
        print(row["topic"], row["event"]["seq"], row["event"].get("evidence"), flush=True)
        say(request="ack", seq=row["event"]["seq"])
    if "heartbeat" in answer:
        say(request="beat")
    if "attach first" in answer.get("error", ""):  # the service was started anew
        say(request="attach", name=name, topic=topics, since=0)
    elif "error" in answer:
        sys.exit(answer["error"])  # it would be refused again
