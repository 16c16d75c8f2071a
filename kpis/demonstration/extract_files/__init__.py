"""Extracts as trusts really make them, invented from a seed together with their truth, for tests and measurements.

The truth is counted from the invented people before a file is written, and knows nothing of how a file is read. Pure.
"""

from kpis.demonstration.extract_files.flows import FlowFile, cases_file, recruitment_file, training_file
from kpis.demonstration.extract_files.staff import Person, StaffFile, staff_file
from kpis.demonstration.extract_files.summaries import SummaryFile, board_file, patient_files, pay_file, survey_file
from kpis.demonstration.extract_files.writing import csv_bytes, xlsx_bytes

__all__ = [
    "FlowFile",
    "Person",
    "StaffFile",
    "SummaryFile",
    "board_file",
    "cases_file",
    "csv_bytes",
    "patient_files",
    "pay_file",
    "recruitment_file",
    "staff_file",
    "survey_file",
    "training_file",
    "xlsx_bytes",
]
