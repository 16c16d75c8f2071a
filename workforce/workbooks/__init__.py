"""Registers of this app by workbook: which columns, and through which form and service a row goes; one module per noun."""
