"""Questions about uploaded workbooks: each belongs to the person who uploaded it."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404

from kpis.models.files import WorkbookUpload
from kpis.models.returns import KpiReturn


def get_upload(user: Any, kpi_return: KpiReturn, key: UUID) -> WorkbookUpload:
    """The upload of this person to this return; Http404 for anybody else's, with the same answer as for none."""
    rows = WorkbookUpload.objects.select_related("kpi_return__organisation", "kpi_return__collection")
    return get_object_or_404(rows, pk=key, kpi_return=kpi_return, uploaded_by=user)
