"""Addresses of returns."""

from django.urls import path

from kpis.views import assignments, board_register, discussions, evidence, extracts, registers, returns, sign_off, workbooks

app_name = "returns"
urlpatterns = [
    path("", returns.return_list, name="list"),
    path("sign-offs/", sign_off.waiting, name="sign-offs"),
    path("questions/", returns.return_list, name="questions"),
    path("<slug:organisation>/<slug:period>/", returns.overview, name="overview"),
    path("<slug:organisation>/<slug:period>/sign-off/", sign_off.sign_off, name="sign-off"),
    path("<slug:organisation>/<slug:period>/sign-off/preview/<slug:tier>/", sign_off.preview, name="preview"),
    path("<slug:organisation>/<slug:period>/receipt/", sign_off.receipt, name="receipt"),
    path("<slug:organisation>/<slug:period>/assignments/", assignments.assignments, name="assignments"),
    path("<slug:organisation>/<slug:period>/discussions/", discussions.discussion_list, name="discussions"),
    path("<slug:organisation>/<slug:period>/evidence/", evidence.library, name="evidence"),
    path("<slug:organisation>/<slug:period>/evidence/<uuid:item>/", evidence.item, name="evidence-item"),
    path("<slug:organisation>/<slug:period>/evidence/<uuid:item>/file/", evidence.file, name="evidence-file"),
    path("<slug:organisation>/<slug:period>/registers/", registers.registers, name="registers"),
    path("<slug:organisation>/<slug:period>/submit/", returns.submit, name="submit"),
    path("<slug:organisation>/<slug:period>/take-back/", returns.change_state, {"verb": "take-back"}, name="take-back"),
    path("<slug:organisation>/<slug:period>/reopen/", returns.change_state, {"verb": "reopen"}, name="reopen"),
    path("<slug:organisation>/<slug:period>/versions/", returns.versions, name="versions"),
    path("<slug:organisation>/<slug:period>/workbook/", workbooks.workbook, name="workbook"),
    path("<slug:organisation>/<slug:period>/upload/", workbooks.upload, name="upload"),
    path("<slug:organisation>/<slug:period>/upload/<uuid:key>/", workbooks.upload_result, name="upload-result"),
    path("<slug:organisation>/<slug:period>/upload/<uuid:key>/file/", workbooks.upload_file, name="upload-file"),
    path("<slug:organisation>/<slug:period>/upload/<uuid:key>/changes/", workbooks.upload_comparison, name="upload-comparison"),
    path("<slug:organisation>/<slug:period>/extracts/", extracts.extracts, name="extracts"),
    path("<slug:organisation>/<slug:period>/extracts/progress/", extracts.progress, name="extract-progress"),
    path("<slug:organisation>/<slug:period>/extracts/changes/", extracts.changes, name="extract-changes"),
    path("<slug:organisation>/<slug:period>/extracts/mapping/", extracts.mappings, name="extract-mappings"),
    path("<slug:organisation>/<slug:period>/extracts/board/", board_register.board, name="extract-board"),
    path("<slug:organisation>/<slug:period>/extracts/<uuid:key>/", extracts.result, name="extract-result"),
    path("<slug:organisation>/<slug:period>/extracts/<uuid:key>/stop/", extracts.stop, name="extract-stop"),
    path("<slug:organisation>/<slug:period>/extracts/<uuid:key>/mapping/", extracts.mapping, name="extract-mapping"),
    path(
        "<slug:organisation>/<slug:period>/extracts/<uuid:key>/trace/<slug:measure>/<str:row>/<str:column>/",
        extracts.trace,
        name="extract-trace",
    ),
    path("<slug:organisation>/<slug:period>/<slug:section>/", returns.section, name="section"),
    path("<slug:organisation>/<slug:period>/<slug:section>/autosave/", returns.autosave, name="autosave"),
    path("<slug:organisation>/<slug:period>/<slug:section>/paste/<slug:measure>/", returns.paste, name="paste"),
    path("<slug:organisation>/<slug:period>/<slug:section>/discuss/<slug:measure>/", discussions.discuss, name="discuss"),
]
