"""Addresses of the workforce app, one list for each noun."""

from django.urls import include, path

from workforce.views import interviews, networks, posts, registers, sheets, toolkit

network_addresses = (
    [
        path("", networks.network_list, name="list"),
        path("add/", networks.add, name="add"),
        path("start/", networks.start_guide, name="start"),
        path("workbook/", registers.sheet, {"register": "networks"}, name="sheet"),
        path("workbook/save/", registers.apply, {"register": "networks"}, name="sheet-apply"),
        path("workbook/download/", registers.download, {"register": "networks"}, name="sheet-download"),
        path("<slug:network>/", networks.network_page, name="detail"),
        path("<slug:network>/change/", networks.change, name="change"),
        path("<slug:network>/confirm/", networks.confirm, name="confirm"),
        path("<slug:network>/met/", networks.met, name="met"),
        path("<slug:network>/end/", networks.end, name="end"),
    ],
    "networks",
)

post_addresses = (
    [
        path("", posts.capacity, name="list"),
        path("add/", posts.add, {"kind": "post"}, name="add"),
        path("workbook/", registers.sheet, {"register": "edi-capacity"}, name="sheet"),
        path("workbook/save/", registers.apply, {"register": "edi-capacity"}, name="sheet-apply"),
        path("workbook/download/", registers.download, {"register": "edi-capacity"}, name="sheet-download"),
        path("<int:pk>/change/", posts.change, {"kind": "post"}, name="change"),
        path("apprenticeships/add/", posts.add, {"kind": "apprenticeship"}, name="add-apprenticeship"),
        path("apprenticeships/<int:pk>/change/", posts.change, {"kind": "apprenticeship"}, name="change-apprenticeship"),
        path("career-path/", posts.career_path, name="career-path"),
        path("apprenticeships/", posts.apprenticeships, name="apprenticeships"),
        path("years/add/", posts.add, {"kind": "year"}, name="add-year"),
        path("years/<int:pk>/change/", posts.change, {"kind": "year"}, name="change-year"),
    ],
    "edi-posts",
)

interview_addresses = (
    [
        path("", interviews.interview_list, name="list"),
        path("add/", interviews.add, name="add"),
        path("themes/", interviews.themes, name="themes"),
        path("code-book/", interviews.code_book, name="code-book"),
        path("rounds/open/", interviews.open_round, name="open-round"),
        path("rounds/close/", interviews.close_round, name="close-round"),
        path("sheet/", sheets.sheet, {"kind": "interviews"}, name="sheet"),
        path("sheet/save/", sheets.save, {"kind": "interviews"}, name="sheet-save"),
        path("sheet/data.xlsx", sheets.download, {"kind": "interviews"}, name="sheet-data"),
        path("<int:pk>/", interviews.detail, name="detail"),
        path("<int:pk>/change/", interviews.change, name="change"),
    ],
    "interviews",
)

toolkit_addresses = (
    [
        path("", toolkit.library, name="list"),
        path("add/", toolkit.add, name="add"),
        path("steps/", toolkit.steps, name="steps"),
        path("steps/<slug:model_step>/", toolkit.step, name="step"),
        path("outreach/", toolkit.outreach, name="outreach"),
        path("outreach/sheet/", sheets.sheet, {"kind": "outreach"}, name="outreach-sheet"),
        path("outreach/sheet/save/", sheets.save, {"kind": "outreach"}, name="outreach-sheet-save"),
        path("outreach/sheet/data.xlsx", sheets.download, {"kind": "outreach"}, name="outreach-sheet-data"),
        path("sheet/", sheets.sheet, {"kind": "toolkit"}, name="sheet"),
        path("sheet/save/", sheets.save, {"kind": "toolkit"}, name="sheet-save"),
        path("sheet/data.xlsx", sheets.download, {"kind": "toolkit"}, name="sheet-data"),
        path("outreach/add/", toolkit.add_outreach, name="add-outreach"),
        path("outreach/<int:pk>/change/", toolkit.change_outreach, name="change-outreach"),
        path("<slug:resource>/", toolkit.entry_page, name="detail"),
        path("<slug:resource>/change/", toolkit.change, name="change"),
        path("<slug:resource>/withdraw/", toolkit.withdraw, name="withdraw"),
        path("<slug:resource>/use/", toolkit.use, name="use"),
    ],
    "toolkit",
)

urlpatterns = [
    path("networks/", include(network_addresses)),
    path("edi-posts/", include(post_addresses)),
    path("interviews/", include(interview_addresses)),
    path("toolkit/", include(toolkit_addresses)),
]
