"""Addresses of the strategies app."""

from django.urls import path

from strategies.views import alignment, documents, files, framework, registers

app_name = "strategies"
urlpatterns = [
    path("", documents.register, name="list"),
    path("add/", documents.add, name="add"),
    path("workbook/", registers.sheet, {"register": "strategies"}, name="sheet"),
    path("workbook/save/", registers.apply, {"register": "strategies"}, name="sheet-apply"),
    path("workbook/download/", registers.download, {"register": "strategies"}, name="sheet-download"),
    path("upload/", files.upload, name="upload"),
    path("coverage/", alignment.coverage, name="coverage"),
    path("coverage/data.csv", alignment.coverage_data, {"ending": "csv"}, name="coverage-csv"),
    path("coverage/data.xlsx", alignment.coverage_data, {"ending": "xlsx"}, name="coverage-xlsx"),
    path("coverage/paper.pdf", alignment.coverage_paper, name="coverage-pdf"),
    path("overlaps/", alignment.overlaps, name="overlaps"),
    path("overlaps/judge/", alignment.judge, name="judge"),
    path("overlaps/share/", alignment.share, name="share"),
    path("compare/", alignment.compare, name="compare"),
    path("framework/", framework.framework, name="framework"),
    path("framework/begin/", framework.begin, name="framework-begin"),
    path("framework/draft/", framework.draft, name="framework-draft"),
    path("framework/workbook/", registers.sheet, {"register": "framework"}, name="framework-sheet"),
    path("framework/workbook/save/", registers.apply, {"register": "framework"}, name="framework-sheet-apply"),
    path("framework/workbook/download/", registers.download, {"register": "framework"}, name="framework-sheet-download"),
    path("framework/draft/<slug:theme>/", framework.theme, name="framework-theme"),
    path("framework/versions/<int:number>/", framework.version, name="framework-version"),
    path("documents/<slug:document>/", documents.document_page, name="document"),
    path("documents/<slug:document>/change/", documents.change, name="change"),
    path("documents/<slug:document>/end/", documents.end, name="end"),
    path("documents/<slug:document>/upload/", files.upload_for, name="document-upload"),
    path("documents/<slug:document>/proposals/", files.proposals, name="proposals"),
    path("documents/<slug:document>/files/<int:number>/", files.download, name="file"),
    path("documents/<slug:document>/lines/add/", documents.add_line, name="add-line"),
    path("documents/<slug:document>/lines/<int:number>/change/", documents.change_line, name="change-line"),
    path("documents/<slug:document>/lines/<int:number>/adopt/", documents.adopt, name="adopt"),
    path("documents/<slug:document>/lines/<int:number>/leave/", documents.leave, name="leave"),
    path("<slug:organisation>/", documents.organisation_page, name="organisation"),
]
