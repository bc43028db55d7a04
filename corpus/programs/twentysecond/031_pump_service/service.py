import argparse
import json
import logging
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from controller import PumpController


def make_handler(ctrl: PumpController, model_dir: Path):
    class Handler(BaseHTTPRequestHandler):
        def _reply(self, code, payload):
            body = json.dumps(payload).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            self._reply(200, {"iob": ctrl.iob, "last": ctrl.history[-12:]})

        def do_POST(self):
            if self.path != "/model":
                return self._reply(404, {"error": "unknown path"})
            req = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            path = model_dir / Path(req["name"]).name
            if not path.exists():
                return self._reply(400, {"error": "no such model"})
            with ctrl.lock:
                ctrl.load(path)
                ctrl.policy.reset_hidden()
            self._reply(200, {"active": path.name})

        def log_message(self, *args):
            pass

    return Handler


def read_cgm(device: Path):
    sample = json.loads(device.read_text())
    return float(sample["bg"]), float(sample.get("carbs", 0.0))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--model", type=Path, default=Path("models/current.pt"))
    ap.add_argument("--cgm", type=Path, default=Path("/run/cgm/latest.json"))
    ap.add_argument("--pump", type=Path, default=Path("/run/pump/cmd"))
    ap.add_argument("--basal", type=float, default=0.9)
    ap.add_argument("--port", type=int, default=8085)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)

    ctrl = PumpController(args.model, args.basal)
    server = ThreadingHTTPServer(("127.0.0.1", args.port), make_handler(ctrl, args.model.parent))
    threading.Thread(target=server.serve_forever, daemon=True).start()

    while True:
        ctrl.check_for_update()
        bg, carbs = read_cgm(args.cgm)
        units = ctrl.tick(bg, carbs)
        args.pump.write_text(f"{units:.3f}\n")
        time.sleep(300)


if __name__ == "__main__":
    main()
