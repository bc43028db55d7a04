import argparse
from concurrent import futures

import grpc

import sonar_pb2
import sonar_pb2_grpc
from tracker import TrackTable


class TrackerServicer(sonar_pb2_grpc.TrackerServicer):
    def __init__(self, table):
        self.table = table

    def Decide(self, request, context):
        if len(request.bearing_power) != 36:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "36 beams please")
        turn, conf = self.table.decide(request.track, list(request.bearing_power), request.first)
        return sonar_pb2.Decision(course_change=turn, confidence=conf)

    def Reload(self, request, context):
        try:
            self.table.adopt(request.path)
        except (OSError, RuntimeError) as e:
            return sonar_pb2.ReloadReply(ok=False, detail=str(e))
        return sonar_pb2.ReloadReply(ok=True, detail=request.path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=50051)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--weights", required=True)
    args = parser.parse_args()

    table = TrackTable()
    table.adopt(args.weights)
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=args.workers))
    sonar_pb2_grpc.add_TrackerServicer_to_server(TrackerServicer(table), server)
    server.add_insecure_port(f"[::]:{args.port}")
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
