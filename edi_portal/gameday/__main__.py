"""Plays the faults one after the other and prints pass or fail for each; the exit status is 0 when all passed.

`python -m edi_portal.gameday [F1 F5 ...]` plays the named ones. PORT chooses the port (8090).
"""

import os
import sys
import time
import urllib.request

from edi_portal.embedded.places import CannotRun, sweep
from edi_portal.embedded.processes import Stopped, tail, wishes
from edi_portal.embedded.progress import say
from edi_portal.embedded.supervisor import require_free
from edi_portal.gameday.faults import FAULTS, Broken, Fault, Scene
from edi_portal.gameday.stage import WEB_ANSWERS_WITHIN, Stage, stage


def main(wanted: list[str]) -> int:
    """Play; returns the exit status."""
    faults = [fault for fault in FAULTS if not wanted or fault.number in wanted]
    if len(faults) < len(wanted):
        print(f"There are only these faults: {', '.join(fault.number for fault in FAULTS)}", file=sys.stderr)
        return 2
    port = int(os.environ.get("PORT", "8090"))
    sweep()
    require_free(port)
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # servers that somebody else uses are not hurt
    wishes.listen()
    with stage(port, say) as own:
        own.wait(lambda: _answers(port), WEB_ANSWERS_WITHIN)
        scene = Scene(own)
        say(f"the portal runs at {scene.lead.address}/; now the plug is pulled {len(faults)} times")
        failed = [fault.number for fault in faults if not _passes(fault, scene, own)]
    print(f"\n{len(faults) - len(failed)} of {len(faults)} passed." + (f" Failed: {', '.join(failed)}." if failed else ""))
    return 1 if failed else 0


def _passes(fault: Fault, scene: Scene, own: Stage) -> bool:
    """Play one fault and print its line."""
    began = time.monotonic()
    try:
        verdict, words = "pass", fault.play(scene)
    except (Broken, TimeoutError, OSError) as reason:
        verdict, words = "FAIL", str(reason)
    print(f"{verdict}  {fault.number:<4} {fault.title}: {words} ({time.monotonic() - began:.0f} s)", flush=True)
    if verdict == "FAIL":
        print("      the worker's last words:\n" + tail(own.instance.log("worker"), 8), flush=True)
    return verdict == "pass"


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live/", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotRun as reason:
        print(f"\n{reason}", file=sys.stderr)
        sys.exit(1)
    except Stopped as wish:
        sys.exit(128 + wish.number)
