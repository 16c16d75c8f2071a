"""Plays the faults one after the other and prints pass or fail for each; the exit status is 0 when all passed.

`python -m edi_portal.gameday [F1 F5 ...]` plays the named ones. PORT chooses the port (8090).
"""

import os
import sys
import time

from edi_portal.embedded.processes import tail
from edi_portal.embedded.progress import say
from edi_portal.gameday.faults import FAULTS, Broken, Fault, Scene
from edi_portal.gameday.stage import Stage, play_to_exit, stage


def main(wanted: list[str]) -> int:
    """Play; returns the exit status."""
    faults = [fault for fault in FAULTS if not wanted or fault.number in wanted]
    if len(faults) < len(wanted):
        print(f"There are only these faults: {', '.join(fault.number for fault in FAULTS)}", file=sys.stderr)
        return 2
    port = int(os.environ.get("PORT", "8090"))
    with stage(port, say) as own:
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


if __name__ == "__main__":
    play_to_exit(main)
