import argparse
import threading

import torch
import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel

from model import CarCaller, Published

FLOORS, CARS = 18, 4


class HallState(BaseModel):
    up: list[int]
    down: list[int]
    car_floor: list[float]
    car_load: list[float]


class Bank:
    """One bank of lifts in one building, with the recollection of its traffic."""

    def __init__(self, building: str):
        self.building = building
        self.recall = None
        self.serial = -1
        self.mutex = threading.Lock()

    def choose(self, pub: Published, hall: HallState) -> int:
        x = torch.tensor(
            hall.up + hall.down + [f / FLOORS for f in hall.car_floor] + hall.car_load, dtype=torch.float32
        )
        with self.mutex, torch.no_grad():
            net, serial = pub.net, pub.serial
            if serial != self.serial:
                self.recall = net.blank()
                self.serial = serial
            scores, self.recall = net(x, self.recall)
        return int(scores.argmax())


def build_app(weights: str) -> FastAPI:
    app = FastAPI()
    pub = Published(CarCaller(FLOORS, CARS), weights)
    banks: dict[str, Bank] = {}

    def bank_of(building: str) -> Bank:
        if building not in banks:
            raise HTTPException(status_code=404, detail="unknown building")
        return banks[building]

    @app.post("/buildings/{building}")
    def register(building: str):
        banks.setdefault(building, Bank(building))
        return {"banks": sorted(banks)}

    @app.post("/buildings/{building}/call")
    def call(hall: HallState, bank: Bank = Depends(bank_of)):
        if len(hall.up) != FLOORS or len(hall.car_floor) != CARS:
            raise HTTPException(status_code=422, detail="shape")
        return {"car": bank.choose(pub, hall), "serial": bank.serial}

    @app.post("/publish")
    def publish(path: str):
        held = [b.mutex for b in list(banks.values())]
        for m in held:
            m.acquire()
        try:
            serial = pub.publish(path)
        finally:
            for m in held:
                m.release()
        return {"serial": serial}

    return app


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--weights", required=True)
    ap.add_argument("--port", type=int, default=8090)
    a = ap.parse_args()
    uvicorn.run(build_app(a.weights), port=a.port)
