"""The door of the workbook: layout, writing, reading, comparing and commenting of a return's XLSX.

Pure: plain values and bytes in, plain values and bytes out. No Django, no database; `kpis.services.workbooks` brings both.
"""
