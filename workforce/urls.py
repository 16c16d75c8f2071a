"""Addresses of the workforce app, one list for each noun."""

from django.urls import include, path

from workforce.views import interviews, networks, posts, registers, toolkit

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
        path("workbook/", registers.sheet, {"register": "interviews"}, name="sheet"),
        path("workbook/save/", registers.apply, {"register": "interviews"}, name="sheet-apply"),
        path("workbook/download/", registers.download, {"register": "interviews"}, name="sheet-download"),
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
        path("steps/workbook/", registers.sheet, {"register": "steps"}, name="steps-sheet"),
        path("steps/workbook/save/", registers.apply, {"register": "steps"}, name="steps-sheet-apply"),
        path("steps/workbook/download/", registers.download, {"register": "steps"}, name="steps-sheet-download"),
        path("steps/<slug:model_step>/", toolkit.step, name="step"),
        path("outreach/", toolkit.outreach, name="outreach"),
        path("outreach/workbook/", registers.sheet, {"register": "outreach"}, name="outreach-sheet"),
        path("outreach/workbook/save/", registers.apply, {"register": "outreach"}, name="outreach-sheet-apply"),
        path("outreach/workbook/download/", registers.download, {"register": "outreach"}, name="outreach-sheet-download"),
        path("workbook/", registers.sheet, {"register": "toolkit"}, name="sheet"),
        path("workbook/save/", registers.apply, {"register": "toolkit"}, name="sheet-apply"),
        path("workbook/download/", registers.download, {"register": "toolkit"}, name="sheet-download"),
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
