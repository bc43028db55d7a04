import json
import logging
import threading
from concurrent import futures
from dataclasses import dataclass
from pathlib import Path

import grpc
import torch

from damper import DamperNet

SERVICE = "wave.Damper"


@dataclass
class Buoy:
    state: torch.Tensor
    calls: int = 0


class DamperServicer:
    def __init__(self, weights: Path):
        self._mutex = threading.RLock()
        self._net = DamperNet()
        self._read(weights)
        self._net.eval()
        self._buoys: dict[str, Buoy] = {}

    def _read(self, path: Path) -> None:
        self._net.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))

    def control(self, request: dict, context: grpc.ServicerContext) -> dict:
        name, obs = request["buoy"], torch.tensor([request["obs"]], dtype=torch.float32)
        if obs.shape[1] != 5:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "need 5 values")
        with self._mutex, torch.no_grad():
            buoy = self._buoys.get(name)
            if buoy is None:
                buoy = self._buoys[name] = Buoy(self._net.initial())
            torque, buoy.state = self._net(obs, buoy.state)
            buoy.calls += 1
        return {"torque": torque.item(), "calls": buoy.calls}

    def reload(self, request: dict, context: grpc.ServicerContext) -> dict:
        path = Path(request["path"])
        if not path.exists():
            context.abort(grpc.StatusCode.NOT_FOUND, f"no file {path}")
        with self._mutex:
            self._read(path)
            for buoy in self._buoys.values():
                buoy.state = self._net.initial()
            n = len(self._buoys)
        logging.info("%s loaded, %d buoys restarted", path, n)
        return {"restarted": n}

    def forget(self, request: dict, context: grpc.ServicerContext) -> dict:
        with self._mutex:
            gone = self._buoys.pop(request["buoy"], None)
        return {"known": gone is not None}


def unary(fn):
    return grpc.unary_unary_rpc_method_handler(
        fn,
        request_deserializer=lambda b: json.loads(b.decode()),
        response_serializer=lambda d: json.dumps(d).encode(),
    )


def serve(weights: str, port: int = 50077) -> None:
    servicer = DamperServicer(Path(weights))
    handlers = {
        "Control": unary(servicer.control),
        "Reload": unary(servicer.reload),
        "Forget": unary(servicer.forget),
    }
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(SERVICE, handlers),))
    server.add_insecure_port(f"[::]:{port}")
    server.start()
    logging.info("listening on %d", port)
    server.wait_for_termination()


if __name__ == "__main__":
    import sys

    logging.basicConfig(level=logging.INFO)
    serve(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 50077)
