import os
import threading
import uuid

import torch
from flask import Flask, abort, jsonify, request

from tutor import TutorLM

app = Flask(__name__)
lock = threading.Lock()
model = TutorLM()
model.load_state_dict(torch.load(os.environ.get("TUTOR_WEIGHTS", "tutor.pt"), map_location="cpu"))
model.eval()

sessions = {}
stats = {"turns": 0, "reloads": 0}


@app.post("/session")
def new_session():
    sid = uuid.uuid4().hex
    with lock:
        sessions[sid] = {"hc": None, "subject": request.json.get("subject", "maths"), "turns": 0}
        _, sessions[sid]["hc"] = model.read("subject " + sessions[sid]["subject"], None)
    return jsonify(session=sid)


@app.post("/session/<sid>/say")
def say(sid):
    if sid not in sessions:
        abort(404)
    text = request.json["text"]
    with lock:
        s = sessions[sid]
        logits, hc = model.read(text, s["hc"])
        answer, s["hc"] = model.write(logits, hc)
        s["turns"] += 1
        stats["turns"] += 1
    return jsonify(answer=answer, turn=s["turns"])


@app.delete("/session/<sid>")
def end_session(sid):
    with lock:
        sessions.pop(sid, None)
    return "", 204


@app.post("/admin/weights")
def new_weights():
    """Called by the nightly fine-tuning job."""
    if request.headers.get("X-Admin") != os.environ.get("TUTOR_ADMIN"):
        abort(403)
    weights = torch.load(request.json["path"], map_location="cpu")
    with lock:
        model.load_state_dict(weights)
        stats["reloads"] += 1
    return jsonify(reloads=stats["reloads"], sessions=len(sessions))


@app.get("/health")
def health():
    return jsonify(ok=True, sessions=len(sessions), **stats)


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("PORT", 8080)))
