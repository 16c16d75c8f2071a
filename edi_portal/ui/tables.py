"""What table components need before they are drawn: each cell learns its column's heading, for the phone."""

from collections.abc import Mapping
from typing import Any


def label_rows(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of the `table` component with `column` and `number` on every cell, taken from the columns by position."""
    columns = parameters["columns"]
    rows = [
        {
            **row,
            "cells": [
                {**cell, "column": column["label"], "number": column.get("number", False)}
                for cell, column in _pairs(row, columns)
            ],
        }
        for row in parameters["rows"]
    ]
    return {**parameters, "labelled_rows": rows}


def label_grid(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of the `count_grid` component with `column` on every cell, and a short `note_id` where the grid has a key."""
    grid = parameters["grid"]
    rows = [
        {**row, "cells": _grid_cells(row, grid["columns"], f"{grid['key']}-{place}" if grid.get("key") else "")}
        for place, row in enumerate(grid["rows"])
    ]
    return {**parameters, "grid": {**grid, "rows": rows}}


def _grid_cells(row: Mapping[str, Any], columns: list[Any], key: str) -> list[dict[str, Any]]:
    return [
        {**cell, "column": column, "note_id": f"{key}-{place}" if key else ""}
        for place, (cell, column) in enumerate(_pairs(row, columns))
    ]


def _pairs(row: Mapping[str, Any], columns: list[Any]) -> list[tuple[Mapping[str, Any], Any]]:
    return list(zip(row["cells"], columns, strict=True))
