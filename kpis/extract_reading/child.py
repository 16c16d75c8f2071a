"""Run apart, under limits of memory and processor time: read staff-level extracts that may be hostile, answer with counts.

Started as a script with an empty environment by `kpis.extract_reading.reader`. It knows no Django and no database; of this
project it imports the pure `kpis.extracts`. In: one line of JSON with the task, then files as frames. Out: lines of JSON, each
{"progress": rows, "doing": words}, {"aggregate": …} or {"refused": …}; nothing else of a file ever leaves.
"""

import io
import json
import resource
import sys
from pathlib import Path
from typing import Any, BinaryIO

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kpis.extract_reading.frames import HEADER, BrokenOffError, FileStream, read_frame  # noqa: E402

LARGEST_AGGREGATE = 8 * 1024 * 1024
_TOO_LARGE = {
    "code": "too_large",
    "sentence": "The file needs more memory than there is for it, so it was not read.",
    "how_to_mend": "Save it as CSV, with only the columns that the list names, and send that.",
}


def main() -> int:
    """Set the limits, then read one file after the other until the pipe is closed."""
    pipe = sys.stdin.buffer
    task = json.loads(pipe.readline())
    _limit(task["memory"], task["seconds"])
    session = Session(task)
    while True:
        try:
            found = read_frame(pipe)
            if found is None or found[0] != HEADER:
                return 0
            session.one_file(json.loads(found[1]), pipe)
        except BrokenOffError:
            return 1


def _limit(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


class Session:
    """The files of one sitting. Who people are for a join is known until the sitting ends, in this process alone."""

    def __init__(self, task: dict[str, Any]) -> None:
        from edi_portal.periods import Quarter
        from kpis.extracts import Marks, People

        self.period = Quarter.parse(task["period"])
        self.organisation = task["organisation"]
        self.organisations = task["organisations"]
        self.mappings = {(field, value): code for field, value, code in task["mappings"]}
        self.marks = Marks(task["marks"])
        self.people = People()

    def one_file(self, header: dict[str, Any], pipe: BinaryIO) -> None:
        """Read one file and give one answer. An error that nobody foresaw ends the process: its text would quote the file."""
        from kpis.extracts import ExtractRefusedError

        stream = FileStream(pipe)
        try:
            aggregate = self._aggregate(stream) if header["aggregate"] else self._read(header, stream)
        except ExtractRefusedError as refusal:
            # Said before the rest has come, so that nobody waits for the upload of a file that is not read.
            said = {"code": refusal.code, "sentence": refusal.sentence, "how_to_mend": refusal.how_to_mend}
            _say({"refused": said | {"sheets": list(refusal.sheets)}})
            stream.exhaust()
        except MemoryError:
            _say({"refused": _TOO_LARGE})
            stream.exhaust()
        else:
            stream.exhaust()
            _say({"aggregate": aggregate})

    def _read(self, header: dict[str, Any], stream: FileStream) -> dict[str, Any]:
        from kpis.extracts import ExtractKind, read_extract

        def progress(rows: int, what: str) -> None:
            _say({"progress": rows, "doing": what})

        aggregate = read_extract(
            io.BufferedReader(stream, 1024 * 1024),
            period=self.period,
            organisation_code=self.organisation,
            organisations=self.organisations,
            kind=ExtractKind(header["kind"]),
            mappings=self.mappings,
            marks=self.marks,
            people=self.people,
            sheet=header["sheet"],
            progress=progress,
        )
        return aggregate.as_data()

    def _aggregate(self, stream: FileStream) -> dict[str, Any]:
        """An aggregate that was made on the organisation's own computer: checked as strictly as anything that people send."""
        from kpis.extracts import ExtractAggregate, ExtractRefusedError

        content = stream.read(LARGEST_AGGREGATE + 1)
        if content is None or len(content) > LARGEST_AGGREGATE:
            raise ExtractRefusedError(
                "too_big", "The file of counts is larger than 8 MB.", "Make it again and send the new file."
            )
        try:
            data = json.loads(content)
        except (ValueError, RecursionError):
            raise ExtractRefusedError(
                "no_aggregate",
                "This is not a file of counts as our command writes it.",
                "Send the file that the command wrote, unchanged.",
            ) from None
        try:
            aggregate = ExtractAggregate.from_data(data)
        except ValueError:
            raise ExtractRefusedError(
                "no_aggregate",
                "This file of counts is damaged or was changed by hand.",
                "Make it again with the command and send the new file.",
            ) from None
        if aggregate.period != self.period.slug:
            raise ExtractRefusedError(
                "other_period",
                f"These counts are of another quarter ({aggregate.period}).",
                "Run the command for the quarter of this return.",
            )
        if aggregate.organisation_code and aggregate.organisation_code != self.organisation:
            raise ExtractRefusedError(
                "other_organisation",
                "These counts are of another organisation.",
                "Send the counts of your own organisation. Nothing of this file was kept.",
            )
        return aggregate.as_data()


if __name__ == "__main__":
    sys.exit(main())
