import os

from flask import Flask, abort, jsonify, request

from recommender import Recommender

MODELS = os.environ.get("PODFEED_MODELS", "models")
TOKEN = os.environ.get("PODFEED_TOKEN", "")

app = Flask(__name__)
rec = Recommender(os.path.join(MODELS, "current.pt"), shows=int(os.environ.get("PODFEED_SHOWS", 5000)))


@app.post("/listened/<user>")
def listened(user):
    body = request.get_json()
    show, share = int(body["show"]), float(body.get("share", 1.0))
    if not 0 <= show < rec.shows:
        abort(400)
    return jsonify(feed=rec.listened(user, show, share), version=rec.version)


@app.delete("/listener/<user>")
def forget(user):
    rec.forget(user)
    return "", 204


@app.post("/deploy")
def deploy():
    if request.headers.get("X-Token") != TOKEN:
        abort(403)
    name = os.path.basename(request.get_json()["file"])
    path = os.path.join(MODELS, name)
    if not os.path.exists(path):
        abort(404)
    version = rec.deploy(path)
    app.logger.info("deployed %s as version %d", name, version)
    return jsonify(version=version)


@app.get("/health")
def health():
    return jsonify(ok=True, listeners=len(rec.memory), version=rec.version)


if __name__ == "__main__":
    app.run(port=5050, threaded=True)
