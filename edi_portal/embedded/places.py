"""Where things are: the project, the state of its instances, and the folders only their owner may enter."""

import hashlib
import os
import pwd
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IS_ROOT = os.geteuid() == 0
# Of this folder and this user alone, so two checkouts or two users never share a server.
MARK = hashlib.sha256(f"{ROOT}:{os.geteuid()}".encode()).hexdigest()[:8]
# As root the servers run as `nobody`, who may not be able to enter the project's path.
STATE = Path(f"/var/tmp/edi-portal-{MARK}") if IS_ROOT else ROOT / ".run"
