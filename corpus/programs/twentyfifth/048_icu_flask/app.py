import io
import sys

import torch
from flask import Flask, abort, jsonify, request

from engine import Engine

FIELDS = ("tidal_volume", "resp_rate", "spo2", "pf_ratio", "sedation")
MEAN = (450.0, 18.0, 95.0, 250.0, -1.0)
STD = (120.0, 6.0, 4.0, 90.0, 1.5)

app = Flask(__name__)
engine = Engine()


def signals(body):
    try:
        return [(float(body[f]) - m) / s for f, m, s in zip(FIELDS, MEAN, STD)]
    except (KeyError, TypeError, ValueError):
        abort(400)


@app.post("/patient/<pid>/recommend")
def recommend(pid):
    return jsonify(engine.recommend(pid, signals(request.get_json())))


@app.post("/patient/<pid>/extubated")
def extubated(pid):
    if not engine.end(pid):
        abort(404)
    return "", 204


@app.put("/weights")
def weights():
    sd = torch.load(io.BytesIO(request.get_data()), map_location="cpu", weights_only=True)
    return jsonify(version=engine.install(sd))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        engine.install(torch.load(sys.argv[1], map_location="cpu"))
    app.run(port=5055, threaded=True)
