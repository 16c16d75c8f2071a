"""Who gets which answer from which address: the whole portal in one table, read by the tests beside it.

A line is an address, a method, the things it is asked for, and the status for each reader:
lead, contributor, sponsor, steering group member, board member, Healthwatch reader, portal admin, an account without a role,
and a visitor who is not signed in.

Things: `own` belongs to the reader's organisation, `other` to another one, `none` does not exist; `shared` is a KPI of the
baseline; `page` is an address without a choice. Where nothing belongs to an organisation, `own` means "there is one".

How to read the statuses: another organisation's things do not exist (404), also for a reader without any organisation.
A thing of the own organisation that the role does not allow is refused with a sentence (403).
A visitor is sent to the sign-in page (302), or by the API told to bring a token (401).
POST sends one field that means nothing, so 422 (or 200) is the form with its problems, 302 is done, 409 is "not now".
An address without a POST line answers 405 to a POST.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.access.world import READERS

PUBLIC = frozenset(
    {
        "account_login",
        "account_passkey",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "help",
        "method",
        "method-disclosure",
        "method-release",
        "privacy",
        "search",
        "accessibility",
        "health-live",
        "health-ready",
        "security-txt",
        "components",
        "published:list",
        "published:detail",
        "published:data",
        "published:organisation",
        "published:organisation-data",
        "compendium:list",
        "compendium:detail",
        "compendium:data-csv",
        "compendium:data-xlsx",
        "compendium:organisation",
        "open-data:list",
        "open-data:catalogue",
        "open-data:all",
        "open-data:file",
        "places:list",
        "places:detail",
        "inequalities:list",
        "inequalities:detail",
        "inequalities:data",
        "calculator:list",
        "calculator:detail",
        "notices:calendar",
        "api:guide",
        "api:schema",
        "api:organisations",
        "api:organisation",
        "api:kpis",
        "api:kpi",
        "api:releases",
        "api:release",
        "api:figures",
        "api:benchmarks",
        "api:calculator",
        "api:ward-indicators",
        "api:ward-figures",
    }
)
"""Everything that a visitor who is not signed in may read. `components` exists only outside production."""

TABLE = """
home                                      GET   page               200   200   200   200   200   200   200   200   302

returns:list                              GET   page               200   200   200   200   200   200   200   200   302
returns:sign-offs                         GET   page               200   200   200   200   200   200   200   200   302
returns:questions                         GET   page               200   200   200   200   200   200   200   200   302
returns:overview                          GET   own                200   200   200   404   404   404   404   404   302
returns:overview                          GET   other,none         404   404   404   404   404   404   404   404   302
returns:sign-off                          GET   own                403   403   200   404   404   404   404   404   302
returns:sign-off                          GET   other,none         404   404   404   404   404   404   404   404   302
returns:sign-off                          POST  own                403   403   422   404   404   404   404   404   302
returns:sign-off                          POST  other,none         404   404   404   404   404   404   404   404   302
returns:submit                            GET   own                200   200   200   404   404   404   404   404   302
returns:submit                            GET   other,none         404   404   404   404   404   404   404   404   302
returns:submit                            POST  own                422   403   403   404   404   404   404   404   302
returns:submit                            POST  other,none         404   404   404   404   404   404   404   404   302
returns:take-back                         GET   own                200   403   403   404   404   404   404   404   302
returns:take-back                         GET   other,none         404   404   404   404   404   404   404   404   302
returns:take-back                         POST  own                422   403   403   404   404   404   404   404   302
returns:take-back                         POST  other,none         404   404   404   404   404   404   404   404   302
returns:reopen                            GET   own                200   403   403   404   404   404   404   404   302
returns:reopen                            GET   other,none         404   404   404   404   404   404   404   404   302
returns:reopen                            POST  own                422   403   403   404   404   404   404   404   302
returns:reopen                            POST  other,none         404   404   404   404   404   404   404   404   302
returns:versions                          GET   own                200   200   200   404   404   404   404   404   302
returns:versions                          GET   other,none         404   404   404   404   404   404   404   404   302
returns:workbook                          GET   own                200   200   200   404   404   404   404   404   302
returns:workbook                          GET   other,none         404   404   404   404   404   404   404   404   302
returns:upload                            GET   own                200   200   403   404   404   404   404   404   302
returns:upload                            GET   other,none         404   404   404   404   404   404   404   404   302
returns:upload                            POST  own                422   422   403   404   404   404   404   404   302
returns:upload                            POST  other,none         404   404   404   404   404   404   404   404   302
returns:upload-result                     GET   own                200   404   404   404   404   404   404   404   302
returns:upload-result                     GET   other,none         404   404   404   404   404   404   404   404   302
returns:upload-result                     POST  own                302   404   404   404   404   404   404   404   302
returns:upload-result                     POST  other,none         404   404   404   404   404   404   404   404   302
returns:upload-file                       GET   own                200   404   404   404   404   404   404   404   302
returns:upload-file                       GET   other,none         404   404   404   404   404   404   404   404   302
returns:upload-comparison                 GET   own                200   404   404   404   404   404   404   404   302
returns:upload-comparison                 GET   other,none         404   404   404   404   404   404   404   404   302
returns:registers                         GET   own                200   200   403   404   404   404   404   404   302
returns:registers                         GET   other,none         404   404   404   404   404   404   404   404   302
returns:registers                         POST  own                302   302   403   404   404   404   404   404   302
returns:registers                         POST  other,none         404   404   404   404   404   404   404   404   302
returns:extracts                          GET   own                200   200   200   404   404   404   404   404   302
returns:extracts                          GET   other,none         404   404   404   404   404   404   404   404   302
returns:extracts                          POST  own                422   422   403   404   404   404   404   404   302
returns:extracts                          POST  other,none         404   404   404   404   404   404   404   404   302
returns:extract-progress                  GET   own                200   200   200   404   404   404   404   404   302
returns:extract-progress                  GET   other,none         404   404   404   404   404   404   404   404   302
returns:extract-board                     GET   own                200   404   403   404   404   404   404   404   302
returns:extract-board                     GET   other,none         404   404   404   404   404   404   404   404   302
returns:extract-board                     POST  own                422   404   403   404   404   404   404   404   302
returns:extract-board                     POST  other,none         404   404   404   404   404   404   404   404   302
returns:extract-changes                   GET   own                200   200   200   404   404   404   404   404   302
returns:extract-changes                   GET   other,none         404   404   404   404   404   404   404   404   302
returns:extract-changes                   POST  own                422   422   403   404   404   404   404   404   302
returns:extract-changes                   POST  other,none         404   404   404   404   404   404   404   404   302
returns:extract-mappings                  GET   own                200   200   200   404   404   404   404   404   302
returns:extract-mappings                  GET   other,none         404   404   404   404   404   404   404   404   302
returns:extract-mappings                  POST  own                302   302   403   404   404   404   404   404   302
returns:extract-mappings                  POST  other,none         404   404   404   404   404   404   404   404   302
returns:extract-result                    GET   own                200   404   200   404   404   404   404   404   302
returns:extract-result                    GET   other,none         404   404   404   404   404   404   404   404   302
returns:extract-result                    POST  own                422   404   403   404   404   404   404   404   302
returns:extract-result                    POST  other,none         404   404   404   404   404   404   404   404   302
returns:extract-stop                      GET   own,other,none     405   405   405   405   405   405   405   405   302
returns:extract-stop                      POST  own                302   404   403   404   404   404   404   404   302
returns:extract-stop                      POST  other,none         404   404   404   404   404   404   404   404   302
returns:extract-mapping                   GET   own                200   404   200   404   404   404   404   404   302
returns:extract-mapping                   GET   other,none         404   404   404   404   404   404   404   404   302
returns:extract-mapping                   POST  own                302   404   403   404   404   404   404   404   302
returns:extract-mapping                   POST  other,none         404   404   404   404   404   404   404   404   302
returns:extract-trace                     GET   own                200   404   200   404   404   404   404   404   302
returns:extract-trace                     GET   other,none         404   404   404   404   404   404   404   404   302
returns:section                           GET   own                200   200   200   404   404   404   404   404   302
returns:section                           GET   other,none         404   404   404   404   404   404   404   404   302
returns:section                           POST  own                302   302   403   404   404   404   404   404   302
returns:section                           POST  other,none         404   404   404   404   404   404   404   404   302
returns:autosave                          GET   own,other,none     405   405   405   405   405   405   405   405   302
returns:autosave                          POST  own                200   200   403   404   404   404   404   404   302
returns:autosave                          POST  other,none         404   404   404   404   404   404   404   404   302
returns:paste                             GET   own                200   200   403   404   404   404   404   404   302
returns:paste                             GET   other,none         404   404   404   404   404   404   404   404   302
returns:paste                             POST  own                422   422   403   404   404   404   404   404   302
returns:paste                             POST  other,none         404   404   404   404   404   404   404   404   302
returns:preview                           GET   own                200   403   200   404   404   404   404   404   302
returns:preview                           GET   other,none         404   404   404   404   404   404   404   404   302
returns:receipt                           GET   own                200   200   200   404   404   404   404   404   302
returns:receipt                           GET   other,none         404   404   404   404   404   404   404   404   302
returns:assignments                       GET   own                200   403   403   404   404   404   404   404   302
returns:assignments                       GET   other,none         404   404   404   404   404   404   404   404   302
returns:assignments                       POST  own                302   403   403   404   404   404   404   404   302
returns:assignments                       POST  other,none         404   404   404   404   404   404   404   404   302
returns:discussions                       GET   own                200   200   200   404   404   404   404   404   302
returns:discussions                       GET   other,none         404   404   404   404   404   404   404   404   302
returns:discuss                           GET   own                200   200   200   404   404   404   404   404   302
returns:discuss                           GET   other,none         404   404   404   404   404   404   404   404   302
returns:discuss                           POST  own                422   422   422   404   404   404   404   404   302
returns:discuss                           POST  other,none         404   404   404   404   404   404   404   404   302
returns:evidence                          GET   own                200   200   200   404   404   404   404   404   302
returns:evidence                          GET   other,none         404   404   404   404   404   404   404   404   302
returns:evidence                          POST  own                422   422   403   404   404   404   404   404   302
returns:evidence                          POST  other,none         404   404   404   404   404   404   404   404   302
returns:evidence-item                     GET   own                200   404   200   404   404   404   404   404   302
returns:evidence-item                     GET   other,none         404   404   404   404   404   404   404   404   302
returns:evidence-item                     POST  own                302   404   403   404   404   404   404   404   302
returns:evidence-item                     POST  other,none         404   404   404   404   404   404   404   404   302
returns:evidence-file                     GET   own                200   404   200   404   404   404   404   404   302
returns:evidence-file                     GET   other,none         404   404   404   404   404   404   404   404   302

networks:list                             GET   page               200   200   200   200   200   200   200   200   302
networks:start                            GET   page               200   200   200   200   200   200   200   200   302
networks:sheet                            GET   page               200   403   403   403   403   403   403   403   302
networks:sheet                            POST  page               422   403   403   403   403   403   403   403   302
networks:sheet-apply                      GET   page               405   405   405   405   405   405   405   405   302
networks:sheet-apply                      POST  page               302   403   403   403   403   403   403   403   302
networks:sheet-download                   GET   page               200   403   200   403   403   403   403   403   302
networks:add                              GET   page               200   403   403   403   403   403   403   403   302
networks:add                              POST  page               422   403   403   403   403   403   403   403   302
networks:detail                           GET   own                200   404   200   404   404   404   404   404   302
networks:detail                           GET   other,none         404   404   404   404   404   404   404   404   302
networks:change                           GET   own                200   404   403   404   404   404   404   404   302
networks:change                           GET   other,none         404   404   404   404   404   404   404   404   302
networks:change                           POST  own                422   404   403   404   404   404   404   404   302
networks:change                           POST  other,none         404   404   404   404   404   404   404   404   302
networks:confirm                          GET   own,other,none     405   405   405   405   405   405   405   405   302
networks:confirm                          POST  own                302   404   403   404   404   404   404   404   302
networks:confirm                          POST  other,none         404   404   404   404   404   404   404   404   302
networks:met                              GET   own,other,none     405   405   405   405   405   405   405   405   302
networks:met                              POST  own                422   404   403   404   404   404   404   404   302
networks:met                              POST  other,none         404   404   404   404   404   404   404   404   302
networks:end                              GET   own                200   404   403   404   404   404   404   404   302
networks:end                              GET   other,none         404   404   404   404   404   404   404   404   302
networks:end                              POST  own                422   404   403   404   404   404   404   404   302
networks:end                              POST  other,none         404   404   404   404   404   404   404   404   302

interviews:list                           GET   page               200   200   200   200   200   200   200   200   302
interviews:themes                         GET   page               200   200   200   200   200   200   200   200   302
interviews:code-book                      GET   page               200   200   200   200   200   200   200   200   302
interviews:code-book                      POST  page               403   403   403   422   403   403   403   403   302
interviews:add                            GET   page               200   403   403   200   403   403   403   403   302
interviews:add                            POST  page               422   403   403   422   403   403   403   403   302
interviews:open-round                     GET   page               405   405   405   405   405   405   405   405   302
interviews:open-round                     POST  page               403   403   403   409   403   403   403   403   302
interviews:close-round                    GET   page               403   403   403   200   403   403   403   403   302
interviews:close-round                    POST  page               403   403   403   302   403   403   403   403   302
interviews:detail                         GET   own                200   404   200   404   404   404   404   404   302
interviews:detail                         GET   other,none         404   404   404   404   404   404   404   404   302
interviews:change                         GET   own                200   404   403   404   404   404   404   404   302
interviews:change                         GET   other,none         404   404   404   404   404   404   404   404   302
interviews:change                         POST  own                422   404   403   404   404   404   404   404   302
interviews:change                         POST  other,none         404   404   404   404   404   404   404   404   302

toolkit:list                              GET   page               200   200   200   200   200   200   200   200   302
toolkit:add                               GET   page               200   403   403   200   403   403   403   403   302
toolkit:add                               POST  page               422   403   403   422   403   403   403   403   302
toolkit:steps                             GET   page               200   200   200   200   200   200   200   200   302
toolkit:step                              GET   own                200   403   403   403   403   403   403   403   302
toolkit:step                              GET   none               404   403   403   403   403   403   403   403   302
toolkit:step                              POST  own                422   403   403   403   403   403   403   403   302
toolkit:step                              POST  none               404   403   403   403   403   403   403   403   302
toolkit:outreach                          GET   page               200   200   200   200   200   200   200   200   302
toolkit:add-outreach                      GET   page               200   403   403   403   403   403   403   403   302
toolkit:add-outreach                      POST  page               422   403   403   403   403   403   403   403   302
toolkit:change-outreach                   GET   own                200   404   403   404   404   404   404   404   302
toolkit:change-outreach                   GET   other,none         404   404   404   404   404   404   404   404   302
toolkit:change-outreach                   POST  own                422   404   403   404   404   404   404   404   302
toolkit:change-outreach                   POST  other,none         404   404   404   404   404   404   404   404   302
toolkit:detail                            GET   own                200   404   200   404   404   404   404   404   302
toolkit:detail                            GET   other,none         404   404   404   404   404   404   404   404   302
toolkit:change                            GET   own                200   404   403   404   404   404   404   404   302
toolkit:change                            GET   other,none         404   404   404   404   404   404   404   404   302
toolkit:change                            POST  own                422   404   403   404   404   404   404   404   302
toolkit:change                            POST  other,none         404   404   404   404   404   404   404   404   302
toolkit:withdraw                          GET   own,other,none     405   405   405   405   405   405   405   405   302
toolkit:withdraw                          POST  own                302   404   403   404   404   404   404   404   302
toolkit:withdraw                          POST  other,none         404   404   404   404   404   404   404   404   302
toolkit:use                               GET   own,other,none     405   405   405   405   405   405   405   405   302
toolkit:use                               POST  own                302   404   403   404   404   404   404   404   302
toolkit:use                               POST  other,none         404   404   404   404   404   404   404   404   302

interviews:sheet                          GET   page               200   403   403   200   403   403   403   403   302
interviews:sheet                          POST  page               422   403   403   422   403   403   403   403   302
interviews:sheet-apply                    GET   page               405   405   405   405   405   405   405   405   302
interviews:sheet-apply                    POST  page               302   403   403   302   403   403   403   403   302
interviews:sheet-download                 GET   page               200   403   200   200   403   403   403   403   302
toolkit:sheet                             GET   page               200   403   403   200   403   403   403   403   302
toolkit:sheet                             POST  page               422   403   403   422   403   403   403   403   302
toolkit:sheet-apply                       GET   page               405   405   405   405   405   405   405   405   302
toolkit:sheet-apply                       POST  page               302   403   403   302   403   403   403   403   302
toolkit:sheet-download                    GET   page               200   403   200   200   403   403   403   403   302
toolkit:steps-sheet                       GET   page               200   403   403   403   403   403   403   403   302
toolkit:steps-sheet                       POST  page               422   403   403   403   403   403   403   403   302
toolkit:steps-sheet-apply                 GET   page               405   405   405   405   405   405   405   405   302
toolkit:steps-sheet-apply                 POST  page               302   403   403   403   403   403   403   403   302
toolkit:steps-sheet-download              GET   page               200   403   200   403   403   403   403   403   302
toolkit:outreach-sheet                    GET   page               200   403   403   403   403   403   403   403   302
toolkit:outreach-sheet                    POST  page               422   403   403   403   403   403   403   403   302
toolkit:outreach-sheet-apply              GET   page               405   405   405   405   405   405   405   405   302
toolkit:outreach-sheet-apply              POST  page               302   403   403   403   403   403   403   403   302
toolkit:outreach-sheet-download           GET   page               200   403   200   403   403   403   403   403   302
edi-posts:career-path                     GET   page               200   200   200   200   200   200   200   200   302
edi-posts:apprenticeships                 GET   page               200   403   200   403   403   403   403   403   302

edi-posts:list                            GET   page               200   200   200   200   200   200   200   200   302
edi-posts:sheet                           GET   page               200   403   403   403   403   403   403   403   302
edi-posts:sheet                           POST  page               422   403   403   403   403   403   403   403   302
edi-posts:sheet-apply                     GET   page               405   405   405   405   405   405   405   405   302
edi-posts:sheet-apply                     POST  page               302   403   403   403   403   403   403   403   302
edi-posts:sheet-download                  GET   page               200   403   200   403   403   403   403   403   302
edi-posts:add                             GET   page               200   403   403   403   403   403   403   403   302
edi-posts:add                             POST  page               422   403   403   403   403   403   403   403   302
edi-posts:add-apprenticeship              GET   page               200   403   403   403   403   403   403   403   302
edi-posts:add-apprenticeship              POST  page               422   403   403   403   403   403   403   403   302
edi-posts:add-year                        GET   page               200   403   403   403   403   403   403   403   302
edi-posts:add-year                        POST  page               422   403   403   403   403   403   403   403   302
edi-posts:change                          GET   own                200   404   403   404   404   404   404   404   302
edi-posts:change                          GET   other,none         404   404   404   404   404   404   404   404   302
edi-posts:change                          POST  own                422   404   403   404   404   404   404   404   302
edi-posts:change                          POST  other,none         404   404   404   404   404   404   404   404   302
edi-posts:change-apprenticeship           GET   own                200   404   403   404   404   404   404   404   302
edi-posts:change-apprenticeship           GET   other,none         404   404   404   404   404   404   404   404   302
edi-posts:change-apprenticeship           POST  own                422   404   403   404   404   404   404   404   302
edi-posts:change-apprenticeship           POST  other,none         404   404   404   404   404   404   404   404   302
edi-posts:change-year                     GET   own                200   404   403   404   404   404   404   404   302
edi-posts:change-year                     GET   other,none         404   404   404   404   404   404   404   404   302
edi-posts:change-year                     POST  own                409   404   403   404   404   404   404   404   302
edi-posts:change-year                     POST  other,none         404   404   404   404   404   404   404   404   302
meanings:list                             GET   page               403   403   403   403   403   403   200   403   302
meanings:decide                           GET   own,other,none     405   405   405   405   405   405   405   405   302
meanings:decide                           POST  own,other          403   403   403   403   403   403   422   403   302
meanings:decide                           POST  none               403   403   403   403   403   403   404   403   302

strategies:list                           GET   page               200   200   200   200   200   200   200   200   302
reports:list                              GET   page               200   403   200   200   200   403   200   403   302
reports:start                             GET   page               403   403   403   200   403   403   403   403   302
reports:start                             POST  page               403   403   403   422   403   403   403   403   302
reports:packs                             GET   page               403   403   403   200   403   403   200   403   302
reports:packs                             POST  page               403   403   403   302   403   403   302   403   302
reports:packs-archive                     GET   own                403   403   403   200   403   403   200   403   302
reports:packs-archive                     GET   none               403   403   403   404   403   403   404   403   302
reports:released-pack                     GET   own                200   404   200   200   404   404   200   404   302
reports:released-pack                     GET   other              404   404   404   200   404   404   200   404   302
reports:released-pack                     GET   none               404   404   404   404   404   404   404   404   302
reports:own-pack                          GET   own                200   403   200   404   404   404   404   404   302
reports:own-pack                          GET   other,none         404   404   404   404   404   404   404   404   302
reports:summary                           GET   page               200   403   200   200   200   403   200   403   302
reports:summary-file                      GET   page               200   403   200   200   200   403   200   403   302
reports:detail                            GET   own                404   404   404   200   404   404   200   404   302
reports:detail                            GET   none               404   404   404   404   404   404   404   404   302
reports:chapter                           GET   own                404   404   404   200   404   404   200   404   302
reports:chapter                           GET   none               404   404   404   404   404   404   404   404   302
reports:file                              GET   own                404   404   404   200   404   404   200   404   302
reports:file                              GET   none               404   404   404   404   404   404   404   404   302
reports:write                             GET   own                403   403   403   200   403   403   403   403   302
reports:write                             GET   none               403   403   403   404   403   403   403   403   302
reports:write                             POST  own                403   403   403   409   403   403   403   403   302
reports:write                             POST  none               403   403   403   404   403   403   403   403   302
reports:level                             GET   own                403   403   403   200   403   403   403   403   302
reports:level                             GET   none               403   403   403   404   403   403   403   403   302
reports:level                             POST  own                403   403   403   409   403   403   403   403   302
reports:level                             POST  none               403   403   403   404   403   403   403   403   302
reports:publish                           GET   own                404   404   404   200   404   404   403   404   302
reports:publish                           GET   none               404   404   404   404   404   404   404   404   302
reports:publish                           POST  own                404   404   404   302   404   404   403   404   302
reports:publish                           POST  none               404   404   404   404   404   404   404   404   302
reports:discard                           GET   own                403   403   403   200   403   403   403   403   302
reports:discard                           GET   none               403   403   403   404   403   403   403   403   302
reports:discard                           POST  own                403   403   403   422   403   403   403   403   302
reports:discard                           POST  none               403   403   403   404   403   403   403   403   302
reports:downloads                         GET   own                403   403   403   200   403   403   200   403   302
reports:downloads                         GET   none               403   403   403   404   403   403   404   403   302

strategies:coverage                       GET   page               200   200   200   200   200   200   200   200   302
strategies:coverage-csv                   GET   page               200   200   200   200   200   200   200   200   302
strategies:coverage-xlsx                  GET   page               200   200   200   200   200   200   200   200   302
strategies:coverage-pdf                   GET   page               200   200   200   200   200   200   200   200   302
strategies:overlaps                       GET   page               200   200   200   200   200   200   200   200   302
strategies:compare                        GET   page               200   200   200   200   200   200   200   200   302
strategies:framework                      GET   page               200   200   200   200   200   200   200   200   302
strategies:sheet                          GET   page               200   403   403   403   403   403   403   403   302
strategies:sheet                          POST  page               422   403   403   403   403   403   403   403   302
strategies:sheet-apply                    GET   page               405   405   405   405   405   405   405   405   302
strategies:sheet-apply                    POST  page               302   403   403   403   403   403   403   403   302
strategies:sheet-download                 GET   page               200   403   200   403   403   403   403   403   302
strategies:add                            GET   page               200   403   403   403   403   403   403   403   302
strategies:add                            POST  page               422   403   403   403   403   403   403   403   302
strategies:judge                          GET   page               405   405   405   405   405   405   405   405   302
strategies:judge                          POST  page               403   403   403   404   403   403   403   403   302
strategies:share                          GET   page               403   403   403   200   403   403   403   403   302
strategies:share                          POST  page               403   403   403   422   403   403   403   403   302
strategies:framework-begin                GET   page               405   405   405   405   405   405   405   405   302
strategies:framework-begin                POST  page               403   403   403   302   403   403   403   403   302
strategies:framework-draft                GET   page               403   403   403   200   403   403   403   403   302
strategies:framework-draft                POST  page               403   403   403   422   403   403   403   403   302
strategies:framework-sheet                GET   page               403   403   403   200   403   403   403   403   302
strategies:framework-sheet                POST  page               403   403   403   422   403   403   403   403   302
strategies:framework-sheet-apply          GET   page               405   405   405   405   405   405   405   405   302
strategies:framework-sheet-apply          POST  page               403   403   403   302   403   403   403   403   302
strategies:framework-sheet-download       GET   page               403   403   403   200   403   403   403   403   302
strategies:framework-theme                GET   own                403   403   403   200   403   403   403   403   302
strategies:framework-theme                GET   none               403   403   403   404   403   403   403   403   302
strategies:framework-theme                POST  own                403   403   403   422   403   403   403   403   302
strategies:framework-theme                POST  none               403   403   403   404   403   403   403   403   302
strategies:framework-version              GET   own                200   200   200   200   200   200   200   200   302
strategies:framework-version              GET   none               404   404   404   404   404   404   404   404   302
strategies:organisation                   GET   own,other          200   200   200   200   200   200   200   200   302
strategies:organisation                   GET   none               404   404   404   404   404   404   404   404   302
strategies:document                       GET   own                200   404   200   404   404   404   404   404   302
strategies:document                       GET   other,none         404   404   404   404   404   404   404   404   302
strategies:change                         GET   own                200   404   403   404   404   404   404   404   302
strategies:change                         GET   other,none         404   404   404   404   404   404   404   404   302
strategies:change                         POST  own                422   404   403   404   404   404   404   404   302
strategies:change                         POST  other,none         404   404   404   404   404   404   404   404   302
strategies:end                            GET   own                200   404   403   404   404   404   404   404   302
strategies:end                            GET   other,none         404   404   404   404   404   404   404   404   302
strategies:end                            POST  own                422   404   403   404   404   404   404   404   302
strategies:end                            POST  other,none         404   404   404   404   404   404   404   404   302
strategies:upload                         GET   page               200   403   403   403   403   403   403   403   302
strategies:upload                         POST  page               422   403   403   403   403   403   403   403   302
strategies:document-upload                GET   own                200   404   403   404   404   404   404   404   302
strategies:document-upload                GET   other,none         404   404   404   404   404   404   404   404   302
strategies:document-upload                POST  own                422   404   403   404   404   404   404   404   302
strategies:document-upload                POST  other,none         404   404   404   404   404   404   404   404   302
strategies:proposals                      GET   own                200   404   403   404   404   404   404   404   302
strategies:proposals                      GET   other,none         404   404   404   404   404   404   404   404   302
strategies:proposals                      POST  own                302   404   403   404   404   404   404   404   302
strategies:proposals                      POST  other,none         404   404   404   404   404   404   404   404   302
strategies:file                           GET   own                200   404   200   404   404   404   404   404   302
strategies:file                           GET   other,none         404   404   404   404   404   404   404   404   302
strategies:add-line                       GET   own                200   404   403   404   404   404   404   404   302
strategies:add-line                       GET   other,none         404   404   404   404   404   404   404   404   302
strategies:add-line                       POST  own                422   404   403   404   404   404   404   404   302
strategies:add-line                       POST  other,none         404   404   404   404   404   404   404   404   302
strategies:change-line                    GET   own                200   404   403   404   404   404   404   404   302
strategies:change-line                    GET   other,none         404   404   404   404   404   404   404   404   302
strategies:change-line                    POST  own                422   404   403   404   404   404   404   404   302
strategies:change-line                    POST  other,none         404   404   404   404   404   404   404   404   302
strategies:adopt                          GET   own                200   404   403   404   404   404   404   404   302
strategies:adopt                          GET   other,none         404   404   404   404   404   404   404   404   302
strategies:adopt                          POST  own                422   404   403   404   404   404   404   404   302
strategies:adopt                          POST  other,none         404   404   404   404   404   404   404   404   302
strategies:leave                          GET   own,other,none     405   405   405   405   405   405   405   405   302
strategies:leave                          POST  own                409   404   403   404   404   404   404   404   302
strategies:leave                          POST  other,none         404   404   404   404   404   404   404   404   302

operating-model:home                      GET   page               200   200   200   200   200   200   200   200   302
operating-model:criteria                  GET   page               200   200   200   200   200   200   200   200   302
operating-model:assessments               GET   page               200   200   200   200   200   200   200   200   302
operating-model:system                    GET   page               200   200   200   200   200   200   200   200   302
operating-model:system-csv                GET   page               200   200   200   200   200   200   200   200   302
operating-model:system-xlsx               GET   page               200   200   200   200   200   200   200   200   302
operating-model:begin-assessment          GET   page               405   405   405   405   405   405   405   405   302
operating-model:begin-assessment          POST  page               302   403   403   403   403   403   403   403   302
operating-model:assessment                GET   own                200   404   200   404   404   404   404   404   302
operating-model:assessment                GET   other,none         404   404   404   404   404   404   404   404   302
operating-model:confirm-assessment        GET   own,other,none     405   405   405   405   405   405   405   405   302
operating-model:confirm-assessment        POST  own                403   404   422   404   404   404   404   404   302
operating-model:confirm-assessment        POST  other,none         404   404   404   404   404   404   404   404   302
operating-model:send-assessment-back      GET   own                403   404   200   404   404   404   404   404   302
operating-model:send-assessment-back      GET   other,none         404   404   404   404   404   404   404   404   302
operating-model:send-assessment-back      POST  own                403   404   422   404   404   404   404   404   302
operating-model:send-assessment-back      POST  other,none         404   404   404   404   404   404   404   404   302
operating-model:reopen-assessment         GET   own                200   404   403   404   404   404   404   404   302
operating-model:reopen-assessment         GET   other,none         404   404   404   404   404   404   404   404   302
operating-model:reopen-assessment         POST  own                422   404   403   404   404   404   404   404   302
operating-model:reopen-assessment         POST  other,none         404   404   404   404   404   404   404   404   302
operating-model:share-assessment          GET   own,other,none     405   405   405   405   405   405   405   405   302
operating-model:share-assessment          POST  own                302   404   403   404   404   404   404   404   302
operating-model:share-assessment          POST  other,none         404   404   404   404   404   404   404   404   302
operating-model:sheet-download            GET   own                200   404   200   404   404   404   404   404   302
operating-model:sheet-download            GET   other,none         404   404   404   404   404   404   404   404   302
operating-model:sheet                     GET   own                200   404   403   404   404   404   404   404   302
operating-model:sheet                     GET   other,none         404   404   404   404   404   404   404   404   302
operating-model:sheet                     POST  own                422   404   403   404   404   404   404   404   302
operating-model:sheet                     POST  other,none         404   404   404   404   404   404   404   404   302
operating-model:sheet-apply               GET   own,other,none     405   405   405   405   405   405   405   405   302
operating-model:sheet-apply               POST  own                302   404   403   404   404   404   404   404   302
operating-model:sheet-apply               POST  other,none         404   404   404   404   404   404   404   404   302
operating-model:answer                    GET   own                200   404   403   404   404   404   404   404   302
operating-model:answer                    GET   other,none         404   404   404   404   404   404   404   404   302
operating-model:answer                    POST  own                422   404   403   404   404   404   404   404   302
operating-model:answer                    POST  other,none         404   404   404   404   404   404   404   404   302
operating-model:document                  GET   page               200   200   200   200   200   200   200   200   302
operating-model:begin-version             GET   page               405   405   405   405   405   405   405   405   302
operating-model:begin-version             POST  page               403   403   403   302   403   403   403   403   302
operating-model:draft                     GET   page               403   403   403   200   403   403   403   403   302
operating-model:draft                     POST  page               403   403   403   409   403   403   403   403   302
operating-model:propose                   GET   page               405   405   405   405   405   405   405   405   302
operating-model:propose                   POST  page               403   403   403   422   403   403   403   403   302
operating-model:version                   GET   own                200   200   200   200   200   200   200   200   302
operating-model:version                   GET   none               404   404   404   404   404   404   404   404   302
operating-model:take-back                 GET   own,none           405   405   405   405   405   405   405   405   302
operating-model:take-back                 POST  own                403   403   403   409   403   403   403   403   302
operating-model:take-back                 POST  none               404   404   404   404   404   404   404   404   302
operating-model:reply                     GET   own                403   403   403   403   200   200   403   403   302
operating-model:reply                     GET   none               403   403   403   403   404   404   403   403   302
operating-model:reply                     POST  own                403   403   403   403   422   422   403   403   302
operating-model:reply                     POST  none               403   403   403   403   404   404   403   403   302
operating-model:plan                      GET   page               200   200   200   200   200   200   200   200   302
operating-model:plan-csv                  GET   page               200   200   200   200   200   200   200   200   302
operating-model:plan-xlsx                 GET   page               200   200   200   200   200   200   200   200   302
operating-model:plan-sheet                GET   page               403   403   403   200   403   403   403   403   302
operating-model:plan-sheet                POST  page               403   403   403   422   403   403   403   403   302
operating-model:plan-sheet-apply          GET   page               405   405   405   405   405   405   405   405   302
operating-model:plan-sheet-apply          POST  page               403   403   403   302   403   403   403   403   302
operating-model:plan-sheet-download       GET   page               403   403   403   200   403   403   403   403   302
operating-model:add-step                  GET   page               403   403   403   200   403   403   403   403   302
operating-model:add-step                  POST  page               403   403   403   422   403   403   403   403   302
operating-model:change-step               GET   own                403   403   403   200   403   403   403   403   302
operating-model:change-step               GET   none               404   404   404   404   404   404   404   404   302
operating-model:change-step               POST  own                403   403   403   422   403   403   403   403   302
operating-model:change-step               POST  none               404   404   404   404   404   404   404   404   302
operating-model:finish-step               GET   own                200   403   403   200   403   403   403   403   302
operating-model:finish-step               GET   none               404   404   404   404   404   404   404   404   302
operating-model:finish-step               POST  own                422   403   403   422   403   403   403   403   302
operating-model:finish-step               POST  none               404   404   404   404   404   404   404   404   302
operating-model:leave-step-out            GET   own                403   403   403   200   403   403   403   403   302
operating-model:leave-step-out            GET   none               404   404   404   404   404   404   404   404   302
operating-model:leave-step-out            POST  own                403   403   403   422   403   403   403   403   302
operating-model:leave-step-out            POST  none               404   404   404   404   404   404   404   404   302
operating-model:reopen-step               GET   own,none           405   405   405   405   405   405   405   405   302
operating-model:reopen-step               POST  own                409   403   403   409   403   403   403   403   302
operating-model:reopen-step               POST  none               404   404   404   404   404   404   404   404   302
operating-model:appraisals                GET   page               200   200   200   200   200   200   200   200   302
operating-model:begin-appraisal           GET   page               405   405   405   405   405   405   405   405   302
operating-model:begin-appraisal           POST  page               403   403   403   302   403   403   403   403   302
operating-model:appraisal-draft           GET   page               403   403   403   200   403   403   403   403   302
operating-model:appraisal-draft           POST  page               403   403   403   422   403   403   403   403   302
operating-model:appraisal-option          GET   own                403   403   403   200   403   403   403   403   302
operating-model:appraisal-option          GET   none               403   403   403   404   403   403   403   403   302
operating-model:appraisal-option          POST  own                403   403   403   422   403   403   403   403   302
operating-model:appraisal-option          POST  none               403   403   403   404   403   403   403   403   302
operating-model:appraisal-criterion       GET   own                403   403   403   200   403   403   403   403   302
operating-model:appraisal-criterion       GET   none               403   403   403   404   403   403   403   403   302
operating-model:appraisal-criterion       POST  own                403   403   403   422   403   403   403   403   302
operating-model:appraisal-criterion       POST  none               403   403   403   404   403   403   403   403   302
operating-model:appraisal                 GET   own                200   200   200   200   200   200   200   200   302
operating-model:appraisal                 GET   none               404   404   404   404   404   404   404   404   302
operating-model:appraisal-xlsx            GET   own                200   200   200   200   200   200   200   200   302
operating-model:appraisal-xlsx            GET   none               404   404   404   404   404   404   404   404   302
operating-model:pooled-sheet              GET   page               200   403   403   403   403   403   403   403   302
operating-model:pooled-sheet              POST  page               422   403   403   403   403   403   403   403   302
operating-model:pooled-sheet-apply        GET   page               405   405   405   405   405   405   405   405   302
operating-model:pooled-sheet-apply        POST  page               302   403   403   403   403   403   403   403   302
operating-model:pooled-sheet-download     GET   page               200   403   200   403   403   403   403   403   302
operating-model:pooled                    GET   page               200   200   200   200   200   200   200   200   302
operating-model:add-offer                 GET   page               200   403   403   403   403   403   403   403   302
operating-model:add-offer                 POST  page               422   403   403   403   403   403   403   403   302
operating-model:offer                     GET   own                200   404   200   404   404   404   404   404   302
operating-model:offer                     GET   other,none         404   404   404   404   404   404   404   404   302
operating-model:change-offer              GET   own                200   404   403   404   404   404   404   404   302
operating-model:change-offer              GET   other,none         404   404   404   404   404   404   404   404   302
operating-model:change-offer              POST  own                422   404   403   404   404   404   404   404   302
operating-model:change-offer              POST  other,none         404   404   404   404   404   404   404   404   302
operating-model:end-offer                 GET   own                200   404   403   404   404   404   404   404   302
operating-model:end-offer                 GET   other,none         404   404   404   404   404   404   404   404   302
operating-model:end-offer                 POST  own                422   404   403   404   404   404   404   404   302
operating-model:end-offer                 POST  other,none         404   404   404   404   404   404   404   404   302
operating-model:reopen-offer              GET   own,other,none     405   405   405   405   405   405   405   405   302
operating-model:reopen-offer              POST  own                409   404   403   404   404   404   404   404   302
operating-model:reopen-offer              POST  other,none         404   404   404   404   404   404   404   404   302
operating-model:ask                       GET   own                409   404   403   404   404   404   404   404   302
operating-model:ask                       GET   other,none         404   404   404   404   404   404   404   404   302
operating-model:ask                       POST  own                409   404   403   404   404   404   404   404   302
operating-model:ask                       POST  other,none         404   404   404   404   404   404   404   404   302
operating-model:answer-use                GET   own,other,none     405   405   405   405   405   405   405   405   302
operating-model:answer-use                POST  own                422   403   403   403   403   403   403   403   302
operating-model:answer-use                POST  other,none         404   403   403   403   403   403   403   403   302
operating-model:projects                  GET   page               200   200   200   200   200   200   200   200   302
operating-model:add-project               GET   page               200   403   403   403   403   403   403   403   302
operating-model:add-project               POST  page               422   403   403   403   403   403   403   403   302
operating-model:change-project            GET   own                200   404   403   404   404   404   404   404   302
operating-model:change-project            GET   other,none         404   404   404   404   404   404   404   404   302
operating-model:change-project            POST  own                422   404   403   404   404   404   404   404   302
operating-model:change-project            POST  other,none         404   404   404   404   404   404   404   404   302
returns:extension                         GET   own                200   200   200   404   404   404   404   404   302
returns:extension                         GET   other,none         404   404   404   404   404   404   404   404   302
returns:extension                         POST  own                422   403   403   404   404   404   404   404   302
returns:extension                         POST  other,none         404   404   404   404   404   404   404   404   302
returns:dispute                           GET   own                404   403   403   404   404   404   404   404   302
returns:dispute                           GET   other,none         404   404   404   404   404   404   404   404   302
returns:dispute                           POST  own                404   403   403   404   404   404   404   404   302
returns:dispute                           POST  other,none         404   404   404   404   404   404   404   404   302
returns:board-paper                       GET   own                200   403   200   404   404   404   404   404   302
returns:board-paper                       GET   other,none         404   404   404   404   404   404   404   404   302
returns:own-file                          GET   own                200   403   200   404   404   404   404   404   302
returns:own-file                          GET   other,none         404   404   404   404   404   404   404   404   302

waivers:list                              GET   page               200   404   200   200   404   404   200   404   302
waivers:detail                            GET   own                200   404   200   200   404   404   200   404   302
waivers:detail                            GET   other              404   404   404   200   404   404   200   404   302
waivers:detail                            GET   none               404   404   404   404   404   404   404   404   302
waivers:detail                            POST  own                403   404   403   422   404   404   422   404   302
waivers:detail                            POST  other              404   404   404   422   404   404   422   404   302
waivers:detail                            POST  none               404   404   404   404   404   404   404   404   302

notices:choose                            GET   page               200   200   200   200   200   200   200   200   302
notices:choose                            POST  page               302   302   302   302   302   302   302   302   302
notices:stop-reminders                    GET   page               200   200   200   200   200   200   200   200   302
notices:stop-reminders                    POST  page               302   302   302   302   302   302   302   302   302
notices:stop-digest                       GET   page               200   200   200   200   200   200   200   200   302
notices:stop-digest                       POST  page               302   302   302   302   302   302   302   302   302
notices:renew                             GET   page               405   405   405   405   405   405   405   405   302
notices:renew                             POST  page               302   302   302   302   302   302   302   302   302
notices:calendar                          GET   own                200   200   200   200   200   200   200   200   200
notices:calendar                          GET   none               404   404   404   404   404   404   404   404   404

kpis:coverage                             GET   page               200   200   200   200   200   200   200   200   302
collections:decide-extension              GET   own,other          403   403   403   403   403   403   200   403   302
collections:decide-extension              GET   none               403   403   403   403   403   403   404   403   302
collections:decide-extension              POST  own,other          403   403   403   403   403   403   422   403   302
collections:decide-extension              POST  none               403   403   403   403   403   403   404   403   302

kpis:capability                           GET   page               200   200   200   200   200   200   200   200   302
kpis:outreach                             GET   page               200   200   200   200   200   200   200   200   302
kpis:outreach-data                        GET   page               200   200   200   200   200   200   200   200   302
kpis:representation                       GET   page               200   200   200   200   200   200   200   200   302
kpis:representation-csv                   GET   page               200   200   200   200   200   200   200   200   302
kpis:representation-xlsx                  GET   page               200   200   200   200   200   200   200   200   302
kpis:list                                 GET   page               200   200   200   200   200   200   200   200   302
kpis:detail                               GET   shared             200   200   200   200   200   200   200   200   302
kpis:detail                               GET   own                200   200   200   200   404   404   404   404   302
kpis:detail                               GET   other              404   404   404   200   404   404   404   404   302
kpis:detail                               GET   none               404   404   404   404   404   404   404   404   302
kpis:definition                           GET   shared             200   200   200   200   200   200   200   200   302
kpis:definition                           GET   own                200   200   200   200   404   404   404   404   302
kpis:definition                           GET   other              404   404   404   200   404   404   404   404   302
kpis:definition                           GET   none               404   404   404   404   404   404   404   404   302
kpis:versions                             GET   shared             200   200   200   200   200   200   200   200   302
kpis:versions                             GET   own                200   200   200   200   404   404   404   404   302
kpis:versions                             GET   other              404   404   404   200   404   404   404   404   302
kpis:versions                             GET   none               404   404   404   404   404   404   404   404   302
kpis:data                                 GET   shared             200   200   200   200   200   200   200   200   302
kpis:data                                 GET   own                200   200   200   200   404   404   404   404   302
kpis:data                                 GET   other              404   404   404   200   404   404   404   404   302
kpis:data                                 GET   none               404   404   404   404   404   404   404   404   302
kpis:chart-data                           GET   shared             200   404   200   200   200   404   200   404   302
kpis:chart-data                           GET   own,other,none     404   404   404   404   404   404   404   404   302
kpis:organisation                         GET   own,other          200   200   200   200   200   200   200   200   302
kpis:organisation                         GET   none               404   404   404   404   404   404   404   404   302
kpis:organisation-data                    GET   own,other          200   200   200   200   200   200   200   200   302
kpis:organisation-data                    GET   none               404   404   404   404   404   404   404   404   302
kpis:add                                  GET   page               200   403   403   403   403   403   403   403   302
kpis:add                                  POST  page               422   403   403   403   403   403   403   403   302
kpis:own                                  GET   page               200   404   404   200   404   404   200   404   302
kpis:adopt                                GET   shared,none        403   403   403   404   403   403   403   403   302
kpis:adopt                                GET   own,other          403   403   403   200   403   403   403   403   302
kpis:adopt                                POST  shared,none        403   403   403   404   403   403   403   403   302
kpis:adopt                                POST  own,other          403   403   403   422   403   403   403   403   302
kpis:change                               GET   shared             403   403   403   403   403   403   200   403   302
kpis:change                               GET   own                200   404   404   404   404   404   404   404   302
kpis:change                               GET   other,none         404   404   404   404   404   404   404   404   302
kpis:change                               POST  shared             403   403   403   403   403   403   422   403   302
kpis:change                               POST  own                422   404   404   404   404   404   404   404   302
kpis:change                               POST  other,none         404   404   404   404   404   404   404   404   302
kpis:stop-asking                          GET   shared             403   403   403   403   403   403   200   403   302
kpis:stop-asking                          GET   own                200   404   404   404   404   404   404   404   302
kpis:stop-asking                          GET   other,none         404   404   404   404   404   404   404   404   302
kpis:stop-asking                          POST  shared             403   403   403   403   403   403   422   403   302
kpis:stop-asking                          POST  own                422   404   404   404   404   404   404   404   302
kpis:stop-asking                          POST  other,none         404   404   404   404   404   404   404   404   302
kpis:ask-again                            GET   shared,own,other,none 405   405   405   405   405   405   405   405   302
kpis:ask-again                            POST  shared             403   403   403   403   403   403   409   403   302
kpis:ask-again                            POST  own                409   404   404   404   404   404   404   404   302
kpis:ask-again                            POST  other,none         404   404   404   404   404   404   404   404   302

kpis:rebases                              GET   shared             404   404   404   200   404   404   200   404   302
kpis:rebases                              GET   own,other,none     404   404   404   404   404   404   404   404   302
kpis:rebases                              POST  shared             404   404   404   422   404   404   422   404   302
kpis:rebases                              POST  own,other,none     404   404   404   404   404   404   404   404   302
kpis:rebase-undo                          GET   shared             404   404   404   200   404   404   200   404   302
kpis:rebase-undo                          GET   own,other,none     404   404   404   404   404   404   404   404   302
kpis:rebase-undo                          POST  shared             404   404   404   422   404   404   422   404   302
kpis:rebase-undo                          POST  own,other,none     404   404   404   404   404   404   404   404   302

overview:table                            GET   page               404   404   404   200   404   404   200   404   302
overview:data-csv                         GET   page               404   404   404   200   404   404   200   404   302
overview:data-xlsx                        GET   page               404   404   404   200   404   404   200   404   302
overview:exceptions                       GET   page               404   404   404   200   404   404   200   404   302
overview:exceptions-data                  GET   page               404   404   404   200   404   404   200   404   302
overview:completeness                     GET   page               404   404   404   200   404   404   200   404   302
overview:completeness-data                GET   page               404   404   404   200   404   404   200   404   302

published:list                            GET   page               200   200   200   200   200   200   200   200   200
published:organisation                    GET   own,other          200   200   200   200   200   200   200   200   200
published:organisation                    GET   none               404   404   404   404   404   404   404   404   404
published:organisation-data               GET   own,other          200   200   200   200   200   200   200   200   200
published:organisation-data               GET   none               404   404   404   404   404   404   404   404   404
published:detail                          GET   own                200   200   200   200   200   200   200   200   200
published:detail                          GET   none               404   404   404   404   404   404   404   404   404
published:data                            GET   own                200   200   200   200   200   200   200   200   200
published:data                            GET   none               404   404   404   404   404   404   404   404   404

compendium:list                           GET   page               200   200   200   200   200   200   200   200   200
compendium:detail                         GET   shared             200   200   200   200   200   200   200   200   200
compendium:detail                         GET   own,other,none     404   404   404   404   404   404   404   404   404
compendium:data-csv                       GET   shared             200   200   200   200   200   200   200   200   200
compendium:data-csv                       GET   own,other,none     404   404   404   404   404   404   404   404   404
compendium:data-xlsx                      GET   shared             200   200   200   200   200   200   200   200   200
compendium:data-xlsx                      GET   own,other,none     404   404   404   404   404   404   404   404   404
compendium:organisation                   GET   own,other          200   200   200   200   200   200   200   200   200
compendium:organisation                   GET   none               404   404   404   404   404   404   404   404   404
open-data:list                            GET   page               200   200   200   200   200   200   200   200   200
open-data:catalogue                       GET   page               200   200   200   200   200   200   200   200   200
open-data:all                             GET   page               200   200   200   200   200   200   200   200   200
open-data:file                            GET   own                200   200   200   200   200   200   200   200   200
open-data:file                            GET   none               404   404   404   404   404   404   404   404   404

places:list                               GET   page               200   200   200   200   200   200   200   200   200
places:detail                             GET   own                200   200   200   200   200   200   200   200   200
places:detail                             GET   none               404   404   404   404   404   404   404   404   404
inequalities:list                         GET   page               200   200   200   200   200   200   200   200   200
inequalities:detail                       GET   own                200   200   200   200   200   200   200   200   200
inequalities:detail                       GET   none               404   404   404   404   404   404   404   404   404
inequalities:data                         GET   own                200   200   200   200   200   200   200   200   200
inequalities:data                         GET   none               404   404   404   404   404   404   404   404   404
ward-packs:list                           GET   page               404   404   404   404   404   404   200   404   302
ward-packs:list                           POST  page               404   404   404   404   404   404   422   404   302
ward-packs:template                       GET   page               404   404   404   404   404   404   200   404   302
ward-packs:detail                         GET   own                404   404   404   404   404   404   200   404   302
ward-packs:detail                         GET   none               404   404   404   404   404   404   404   404   302
ward-packs:show                           GET   own,none           405   405   405   405   405   405   405   405   302
ward-packs:show                           POST  own                404   404   404   404   404   404   409   404   302
ward-packs:show                           POST  none               404   404   404   404   404   404   404   404   302
ward-packs:discard                        GET   own,none           405   405   405   405   405   405   405   405   302
ward-packs:discard                        POST  own                404   404   404   404   404   404   409   404   302
ward-packs:discard                        POST  none               404   404   404   404   404   404   404   404   302
ward-packs:bring-back                     GET   own,none           405   405   405   405   405   405   405   405   302
ward-packs:bring-back                     POST  own                404   404   404   404   404   404   409   404   302
ward-packs:bring-back                     POST  none               404   404   404   404   404   404   404   404   302
ward-packs:withdraw                       GET   own                404   404   404   404   404   404   200   404   302
ward-packs:withdraw                       GET   none               404   404   404   404   404   404   404   404   302
ward-packs:withdraw                       POST  own                404   404   404   404   404   404   422   404   302
ward-packs:withdraw                       POST  none               404   404   404   404   404   404   404   404   302

calculator:list                           GET   page               200   200   200   200   200   200   200   200   200
calculator:detail                         GET   shared             200   200   200   200   200   200   200   200   200
calculator:detail                         GET   own,other,none     404   404   404   404   404   404   404   404   404
calculator:detail                         POST  shared             422   422   422   422   422   422   422   422   422
calculator:detail                         POST  own,other,none     404   404   404   404   404   404   404   404   404

organisations:directory                   GET   page               200   200   200   200   200   200   200   200   302
organisations:detail                      GET   own,other          200   200   200   200   200   200   200   200   302
organisations:detail                      GET   none               404   404   404   404   404   404   404   404   302
organisations:history                     GET   own,other          200   200   200   200   200   200   200   200   302
organisations:history                     GET   none               404   404   404   404   404   404   404   404   302
organisations:record                      GET   own                200   404   200   404   404   404   200   404   302
organisations:record                      GET   other              404   404   404   404   404   404   200   404   302
organisations:record                      GET   none               404   404   404   404   404   404   404   404   302
organisations:access                      GET   own                200   404   200   404   404   404   200   404   302
organisations:access                      GET   other              404   404   404   404   404   404   200   404   302
organisations:access                      GET   none               404   404   404   404   404   404   404   404   302
organisations:people                      GET   own                200   404   200   404   404   404   200   404   302
organisations:people                      GET   other              404   404   404   404   404   404   200   404   302
organisations:people                      GET   none               404   404   404   404   404   404   404   404   302
organisations:confirm-access              GET   own,other,none     405   405   405   405   405   405   405   405   302
organisations:confirm-access              POST  own,other          404   404   404   404   404   404   302   404   302
organisations:confirm-access              POST  none               404   404   404   404   404   404   404   404   302
organisations:invite                      GET   own,other          404   404   404   404   404   404   200   404   302
organisations:invite                      GET   none               404   404   404   404   404   404   404   404   302
organisations:invite                      POST  own,other          404   404   404   404   404   404   422   404   302
organisations:invite                      POST  none               404   404   404   404   404   404   404   404   302
organisations:merge                       GET   own,other          404   404   404   404   404   404   200   404   302
organisations:merge                       GET   none               404   404   404   404   404   404   404   404   302
organisations:merge                       POST  own,other          404   404   404   404   404   404   422   404   302
organisations:merge                       POST  none               404   404   404   404   404   404   404   404   302
organisations:close                       GET   own,other          404   404   404   404   404   404   200   404   302
organisations:close                       GET   none               404   404   404   404   404   404   404   404   302
organisations:close                       POST  own,other          404   404   404   404   404   404   422   404   302
organisations:close                       POST  none               404   404   404   404   404   404   404   404   302
organisations:people-index                GET   page               404   404   404   404   404   404   200   404   302
organisations:log                         GET   page               404   404   404   404   404   404   200   404   302
organisations:log-file                    GET   page               404   404   404   404   404   404   200   404   302
organisations:confirm-portal-access       GET   page               405   405   405   405   405   405   405   405   302
organisations:confirm-portal-access       POST  page               404   404   404   404   404   404   302   404   302
organisations:invite-to-portal            GET   page               404   404   404   404   404   404   200   404   302
organisations:invite-to-portal            POST  page               404   404   404   404   404   404   422   404   302
organisations:end-role                    GET   own,other          404   404   404   404   404   404   200   404   302
organisations:end-role                    GET   none               404   404   404   404   404   404   404   404   302
organisations:end-role                    POST  own,other          404   404   404   404   404   404   422   404   302
organisations:end-role                    POST  none               404   404   404   404   404   404   404   404   302
organisations:delegations                 GET   page               200   404   200   404   404   404   200   404   302
organisations:delegations                 POST  page               404   404   422   404   404   404   404   404   302
organisations:end-delegation              GET   own,other,none     405   405   405   405   405   405   405   405   302
organisations:end-delegation              POST  own                404   404   302   404   404   404   302   404   302
organisations:end-delegation              POST  other              404   404   404   404   404   404   302   404   302
organisations:end-delegation              POST  none               404   404   404   404   404   404   404   404   302
organisations:confirm-invitation          GET   own,other,none     405   405   405   405   405   405   405   405   302
organisations:confirm-invitation          POST  own,other          404   404   404   404   404   404   409   404   302
organisations:confirm-invitation          POST  none               404   404   404   404   404   404   404   404   302
organisations:send-invitation-again       GET   own,other,none     405   405   405   405   405   405   405   405   302
organisations:send-invitation-again       POST  own,other          404   404   404   404   404   404   302   404   302
organisations:send-invitation-again       POST  none               404   404   404   404   404   404   404   404   302
organisations:withdraw-invitation         GET   own,other,none     405   405   405   405   405   405   405   405   302
organisations:withdraw-invitation         POST  own,other          404   404   404   404   404   404   302   404   302
organisations:withdraw-invitation         POST  none               404   404   404   404   404   404   404   404   302
organisations:accept-invitation           GET   own,none           410   410   410   410   410   410   410   410   410
organisations:accept-invitation           POST  own,none           410   410   410   410   410   410   410   410   410
organisations:switch-role                 GET   page               200   200   200   200   200   200   200   200   302
organisations:switch-role                 POST  page               404   404   404   404   404   404   404   404   302
organisations:onboard                     GET   page               404   404   404   404   404   404   200   404   302
organisations:onboard-organisation        GET   page               404   404   404   404   404   404   200   404   302
organisations:onboard-organisation        POST  page               404   404   404   404   404   404   200   404   302
organisations:onboard-people              GET   page               404   404   404   404   404   404   302   404   302
organisations:onboard-people              POST  page               404   404   404   404   404   404   302   404   302
organisations:onboard-check               GET   page               404   404   404   404   404   404   302   404   302
organisations:onboard-check               POST  page               404   404   404   404   404   404   302   404   302
organisations:onboard-done                GET   own,other          404   404   404   404   404   404   200   404   302
organisations:onboard-done                GET   none               404   404   404   404   404   404   404   404   302
organisations:onboard-upload              GET   page               404   404   404   404   404   404   200   404   302
organisations:onboard-upload              POST  page               404   404   404   404   404   404   200   404   302
organisations:onboard-upload-commit       GET   page               405   405   405   405   405   405   405   405   302
organisations:onboard-upload-commit       POST  page               404   404   404   404   404   404   302   404   302
organisations:onboard-template            GET   page               404   404   404   404   404   404   200   404   302
organisations:demonstration               GET   page               404   404   404   404   404   404   404   404   404
organisations:demonstration               POST  page               404   404   404   404   404   404   404   404   404
organisations:outbox                      GET   page               404   404   404   404   404   404   404   404   404
organisations:outbox                      POST  page               404   404   404   404   404   404   404   404   404
organisations:outbox-message              GET   own,other,none     404   404   404   404   404   404   404   404   404
organisations:outbox-message              POST  own,other,none     404   404   404   404   404   404   404   404   404

collections:list                          GET   page               403   403   403   403   403   403   200   403   302
collections:list                          POST  page               403   403   403   403   403   403   422   403   302
collections:arrivals                      GET   page               403   403   403   403   403   403   302   403   302
collections:board                         GET   own                403   403   403   403   403   403   200   403   302
collections:board                         GET   none               403   403   403   403   403   403   404   403   302
collections:non-submitters                GET   own                403   403   403   403   403   403   200   403   302
collections:non-submitters                GET   none               403   403   403   403   403   403   404   403   302
collections:remind                        GET   own,none           405   405   405   405   405   405   405   405   302
collections:remind                        POST  own                403   403   403   403   403   403   302   403   302
collections:remind                        POST  none               403   403   403   403   403   403   404   403   302
collections:dates                         GET   own                403   403   403   403   403   403   200   403   302
collections:dates                         GET   none               403   403   403   403   403   403   404   403   302
collections:dates                         POST  own                403   403   403   403   403   403   422   403   302
collections:dates                         POST  none               403   403   403   403   403   403   404   403   302
collections:close                         GET   own                403   403   403   403   403   403   200   403   302
collections:close                         GET   none               403   403   403   403   403   403   404   403   302
collections:close                         POST  own                403   403   403   403   403   403   302   403   302
collections:close                         POST  none               403   403   403   403   403   403   404   403   302
collections:excuse                        GET   own,other          403   403   403   403   403   403   200   403   302
collections:excuse                        GET   none               403   403   403   403   403   403   404   403   302
collections:excuse                        POST  own,other          403   403   403   403   403   403   422   403   302
collections:excuse                        POST  none               403   403   403   403   403   403   404   403   302

disclosure:settings                       GET   page               403   403   403   403   403   403   200   403   302
disclosure:settings                       POST  page               403   403   403   403   403   403   422   403   302
disclosure:facts                          GET   page               403   403   403   403   403   403   200   403   302
disclosure:facts                          POST  page               403   403   403   403   403   403   422   403   302

text-reviews                              GET   page               403   403   403   403   403   403   200   403   302
text-reviews                              POST  page               403   403   403   403   403   403   404   403   302

releases:list                             GET   page               403   403   403   403   403   403   200   403   302
releases:list                             POST  page               403   403   403   403   403   403   422   403   302
releases:prepare                          GET   own,none           405   405   405   405   405   405   405   405   302
releases:prepare                          POST  own                403   403   403   403   403   403   302   403   302
releases:prepare                          POST  none               403   403   403   403   403   403   404   403   302
releases:publish                          GET   own                403   403   403   403   403   403   200   403   302
releases:publish                          GET   none               403   403   403   403   403   403   404   403   302
releases:publish                          POST  own                403   403   403   403   403   403   409   403   302
releases:publish                          POST  none               403   403   403   403   403   403   404   403   302
releases:discard                          GET   own                403   403   403   403   403   403   200   403   302
releases:discard                          GET   none               403   403   403   403   403   403   404   403   302
releases:discard                          POST  own                403   403   403   403   403   403   422   403   302
releases:discard                          POST  none               403   403   403   403   403   403   404   403   302

jobs:list                                 GET   page               403   403   403   403   403   403   200   403   302
jobs:retry                                GET   own,none           405   405   405   405   405   405   405   405   302
jobs:retry                                POST  own                403   403   403   403   403   403   302   403   302
jobs:retry                                POST  none               403   403   403   403   403   403   404   403   302

account_login                             GET   page               302   302   302   302   302   302   302   302   200
account_login                             POST  page               302   302   302   302   302   302   302   302   200
account_passkey                           GET   page               302   302   302   302   302   302   302   302   200
account_passkey                           POST  page               302   302   302   302   302   302   302   302   422
account_logout                            GET   page               200   200   200   200   200   200   200   200   302
account_logout                            POST  page               302   302   302   302   302   302   302   302   302
account_inactive                          GET   page               200   200   200   200   200   200   200   200   200
account_reauthenticate                    GET   page               200   200   200   200   200   200   200   200   302
account_reauthenticate                    POST  page               200   200   200   200   200   200   200   200   302
account_change_password                   GET   page               200   200   200   200   200   200   200   200   302
account_change_password                   POST  page               200   200   200   200   200   200   200   200   302
account_reset_password                    GET   page               200   200   200   200   200   200   200   200   200
account_reset_password                    POST  page               200   200   200   200   200   200   200   200   200
account_reset_password_from_key_done      GET   page               200   200   200   200   200   200   200   200   200
account_reset_password_from_key           GET   own,none           200   200   200   200   200   200   200   200   200
account_reset_password_from_key           POST  own,none           200   200   200   200   200   200   200   200   200
account_reset_password_done               GET   page               200   200   200   200   200   200   200   200   200
identity_start                            GET   page               404   404   404   404   404   404   404   404   404
identity_callback                         GET   page               404   404   404   404   404   404   404   404   404
identity_invitation                       GET   own,none           404   404   404   404   404   404   404   404   404
identity_link                             GET   page               404   404   404   404   404   404   404   404   302
identity_link_start                       GET   page               404   404   404   404   404   404   404   404   302
identity_confirm                          GET   page               404   404   404   404   404   404   404   404   302
identity_confirm                          POST  page               404   404   404   404   404   404   404   404   302
identity_unlink                           GET   page               405   405   405   405   405   405   405   405   302
identity_unlink                           POST  page               404   404   404   404   404   404   404   404   302
identity_again                            GET   page               404   404   404   404   404   404   404   404   302
identity_left                             GET   page               404   404   404   404   404   404   404   404   404
identity_sign_out                         GET   page               404   404   404   404   404   404   404   404   404
account_signup                            GET   page               404   404   404   404   404   404   404   404   404
account_signup                            POST  page               404   404   404   404   404   404   404   404   404

workstreams:list                          GET   page               200   200   200   200   200   200   200   403   302
workstreams:detail                        GET   own                200   200   200   200   200   200   200   403   302
workstreams:detail                        GET   none               404   404   404   404   404   404   404   403   302
workstreams:lead                          GET   own                403   403   403   200   403   403   403   403   302
workstreams:lead                          GET   none               403   403   403   404   403   403   403   403   302
workstreams:lead                          POST  own                403   403   403   422   403   403   403   403   302
workstreams:lead                          POST  none               403   403   403   404   403   403   403   403   302
workstreams:colour                        GET   own                403   403   403   200   403   403   403   403   302
workstreams:colour                        GET   none               403   403   403   404   403   403   403   403   302
workstreams:colour                        POST  own                403   403   403   422   403   403   403   403   302
workstreams:colour                        POST  none               403   403   403   404   403   403   403   403   302
workstreams:rule                          GET   own,none           405   405   405   405   405   405   405   405   302
workstreams:rule                          POST  own                403   403   403   409   403   403   403   403   302
workstreams:rule                          POST  none               403   403   403   404   403   403   403   403   302
workstreams:add-milestone                 GET   own                403   403   403   200   403   403   403   403   302
workstreams:add-milestone                 GET   none               403   403   403   404   403   403   403   403   302
workstreams:add-milestone                 POST  own                403   403   403   422   403   403   403   403   302
workstreams:add-milestone                 POST  none               403   403   403   404   403   403   403   403   302
workstreams:milestone                     GET   own                403   403   403   200   403   403   403   403   302
workstreams:milestone                     GET   none               403   403   403   404   403   403   403   403   302
workstreams:milestone                     POST  own                403   403   403   422   403   403   403   403   302
workstreams:milestone                     POST  none               403   403   403   404   403   403   403   403   302

actions:list                              GET   page               200   403   200   200   403   403   200   403   302
actions:csv                               GET   page               200   403   200   200   403   403   200   403   302
actions:xlsx                              GET   page               200   403   200   200   403   403   200   403   302
actions:add                               GET   page               200   403   403   200   403   403   403   403   302
actions:add                               POST  page               422   403   403   422   403   403   403   403   302
actions:detail                            GET   own                200   404   200   200   404   404   200   404   302
actions:detail                            GET   other              404   404   404   200   404   404   200   404   302
actions:detail                            GET   none               404   404   404   404   404   404   404   404   302
actions:change                            GET   own                200   404   403   403   404   404   403   404   302
actions:change                            GET   other              404   404   404   403   404   404   403   404   302
actions:change                            GET   none               404   404   404   404   404   404   404   404   302
actions:change                            POST  own                422   404   403   403   404   404   403   404   302
actions:change                            POST  other              404   404   404   403   404   404   403   404   302
actions:change                            POST  none               404   404   404   404   404   404   404   404   302
actions:report                            GET   own                200   404   403   200   404   404   403   404   302
actions:report                            GET   other              404   404   404   200   404   404   403   404   302
actions:report                            GET   none               404   404   404   404   404   404   404   404   302
actions:report                            POST  own                422   404   403   422   404   404   403   404   302
actions:report                            POST  other              404   404   404   422   404   404   403   404   302
actions:report                            POST  none               404   404   404   404   404   404   404   404   302
actions:reopen                            GET   own,other,none     405   405   405   405   405   405   405   405   302
actions:reopen                            POST  own                409   404   403   409   404   404   403   404   302
actions:reopen                            POST  other              404   404   404   409   404   404   403   404   302
actions:reopen                            POST  none               404   404   404   404   404   404   404   404   302
actions:take-back                         GET   own,other,none     405   405   405   405   405   405   405   405   302
actions:take-back                         POST  own,other,none     404   404   404   404   404   404   404   404   302

risks:list                                GET   page               403   403   403   200   403   403   200   403   302
risks:csv                                 GET   page               403   403   403   200   403   403   200   403   302
risks:add                                 GET   page               403   403   403   200   403   403   403   403   302
risks:add                                 POST  page               403   403   403   422   403   403   403   403   302
risks:detail                              GET   own                403   403   403   200   403   403   200   403   302
risks:detail                              GET   none               403   403   403   404   403   403   404   403   302
risks:change                              GET   own                403   403   403   200   403   403   403   403   302
risks:change                              GET   none               403   403   403   404   403   403   403   403   302
risks:change                              POST  own                403   403   403   422   403   403   403   403   302
risks:change                              POST  none               403   403   403   404   403   403   403   403   302
risks:close                               GET   own                403   403   403   200   403   403   403   403   302
risks:close                               GET   none               403   403   403   404   403   403   403   403   302
risks:close                               POST  own                403   403   403   422   403   403   403   403   302
risks:close                               POST  none               403   403   403   404   403   403   403   403   302
risks:reopen                              GET   own,none           405   405   405   405   405   405   405   405   302
risks:reopen                              POST  own                403   403   403   409   403   403   403   403   302
risks:reopen                              POST  none               403   403   403   404   403   403   403   403   302

group:detail                              GET   page               403   403   403   200   403   403   200   403   302
group:terms                               GET   page               403   403   403   200   403   403   403   403   302
group:terms                               POST  page               403   403   403   422   403   403   403   403   302
group:add-seat                            GET   page               403   403   403   200   403   403   403   403   302
group:add-seat                            POST  page               403   403   403   422   403   403   403   403   302
group:seat                                GET   own                403   403   403   200   403   403   403   403   302
group:seat                                GET   none               403   403   403   404   403   403   403   403   302
group:seat                                POST  own                403   403   403   422   403   403   403   403   302
group:seat                                POST  none               403   403   403   404   403   403   403   403   302

meetings:list                             GET   page               403   403   403   200   403   403   200   403   302
meetings:add                              GET   page               403   403   403   200   403   403   403   403   302
meetings:add                              POST  page               403   403   403   422   403   403   403   403   302
meetings:detail                           GET   own                403   403   403   200   403   403   200   403   302
meetings:detail                           GET   none               403   403   403   404   403   403   404   403   302
meetings:pdf                              GET   own                403   403   403   200   403   403   200   403   302
meetings:pdf                              GET   none               403   403   403   404   403   403   404   403   302
meetings:xlsx                             GET   own                403   403   403   200   403   403   200   403   302
meetings:xlsx                             GET   none               403   403   403   404   403   403   404   403   302
meetings:csv                              GET   own                403   403   403   200   403   403   200   403   302
meetings:csv                              GET   none               403   403   403   404   403   403   404   403   302
meetings:items                            GET   own,none           405   405   405   405   405   405   405   405   302
meetings:items                            POST  own                403   403   403   422   403   403   403   403   302
meetings:items                            POST  none               403   403   403   404   403   403   403   403   302
meetings:issue                            GET   own,none           405   405   405   405   405   405   405   405   302
meetings:issue                            POST  own                403   403   403   302   403   403   403   403   302
meetings:issue                            POST  none               403   403   403   404   403   403   403   403   302
meetings:cancel                           GET   own,none           405   405   405   405   405   405   405   405   302
meetings:cancel                           POST  own                403   403   403   409   403   403   403   403   302
meetings:cancel                           POST  none               403   403   403   404   403   403   403   403   302
meetings:attendance                       GET   own                403   403   403   200   403   403   403   403   302
meetings:attendance                       GET   none               403   403   403   404   403   403   403   403   302
meetings:attendance                       POST  own                403   403   403   409   403   403   403   403   302
meetings:attendance                       POST  none               403   403   403   404   403   403   403   403   302
meetings:minutes                          GET   own                403   403   403   200   403   403   403   403   302
meetings:minutes                          GET   none               403   403   403   404   403   403   403   403   302
meetings:minutes                          POST  own                403   403   403   422   403   403   403   403   302
meetings:minutes                          POST  none               403   403   403   404   403   403   403   403   302
meetings:agree                            GET   own,none           405   405   405   405   405   405   405   405   302
meetings:agree                            POST  own                403   403   403   409   403   403   403   403   302
meetings:agree                            POST  none               403   403   403   404   403   403   403   403   302
meetings:decide                           GET   own                403   403   403   200   403   403   403   403   302
meetings:decide                           GET   none               403   403   403   404   403   403   403   403   302
meetings:decide                           POST  own                403   403   403   422   403   403   403   403   302
meetings:decide                           POST  none               403   403   403   404   403   403   403   403   302

decisions:list                            GET   page               403   403   403   200   403   403   200   403   302
decisions:csv                             GET   page               403   403   403   200   403   403   200   403   302
decisions:withdraw                        GET   own                403   403   403   200   403   403   403   403   302
decisions:withdraw                        GET   none               403   403   403   404   403   403   403   403   302
decisions:withdraw                        POST  own                403   403   403   422   403   403   403   403   302
decisions:withdraw                        POST  none               403   403   403   404   403   403   403   403   302
contributions:list                        GET   page               403   403   403   200   403   403   200   403   302
contributions:add                         GET   page               403   403   403   200   403   403   403   403   302
contributions:add                         POST  page               403   403   403   422   403   403   403   403   302
contributions:held                        GET   own                403   403   403   200   403   403   403   403   302
contributions:held                        GET   none               403   403   403   404   403   403   403   403   302
contributions:held                        POST  own                403   403   403   422   403   403   403   403   302
contributions:held                        POST  none               403   403   403   404   403   403   403   403   302
contributions:cancel                      GET   own                403   403   403   200   403   403   403   403   302
contributions:cancel                      GET   none               403   403   403   404   403   403   403   403   302
contributions:cancel                      POST  own                403   403   403   422   403   403   403   403   302
contributions:cancel                      POST  none               403   403   403   404   403   403   403   403   302

ratifications:list                        GET   page               200   200   200   200   200   200   200   403   302
ratifications:add                         GET   page               403   403   403   200   403   403   403   403   302
ratifications:add                         POST  page               403   403   403   422   403   403   403   403   302
ratifications:detail                      GET   own                200   200   200   200   200   200   200   403   302
ratifications:detail                      GET   none               404   404   404   404   404   404   404   403   302
ratifications:ratify                      GET   own,none           405   405   405   405   405   405   405   405   302
ratifications:ratify                      POST  own                403   403   403   403   409   409   403   403   302
ratifications:ratify                      POST  none               403   403   403   403   404   404   403   403   302
ratifications:return                      GET   own                403   403   403   403   200   200   403   403   302
ratifications:return                      GET   none               403   403   403   403   404   404   403   403   302
ratifications:return                      POST  own                403   403   403   403   422   422   403   403   302
ratifications:return                      POST  none               403   403   403   403   404   404   403   403   302
ratifications:take-back                   GET   own,none           405   405   405   405   405   405   405   405   302
ratifications:take-back                   POST  own,none           403   403   403   403   404   404   403   403   302
ratifications:withdraw                    GET   own                403   403   403   200   403   403   403   403   302
ratifications:withdraw                    GET   none               403   403   403   404   403   403   403   403   302
ratifications:withdraw                    POST  own                403   403   403   422   403   403   403   403   302
ratifications:withdraw                    POST  none               403   403   403   404   403   403   403   403   302
compliance:list                           GET   page               200   200   200   200   200   200   200   403   302
compliance:data                           GET   page               403   403   403   200   403   403   200   403   302
compliance:sheet                          GET   page               200   403   403   403   403   403   403   403   302
compliance:sheet                          POST  page               422   403   403   403   403   403   403   403   302
compliance:sheet-apply                    GET   page               405   405   405   405   405   405   405   405   302
compliance:sheet-apply                    POST  page               302   403   403   403   403   403   403   403   302
compliance:sheet-download                 GET   page               200   403   200   403   403   403   403   403   302
compliance:baselines                      GET   page               200   200   200   200   200   200   200   403   302
compliance:baseline                       GET   own                403   403   403   200   403   403   403   403   302
compliance:baseline                       GET   none               403   403   403   404   403   403   403   403   302
compliance:baseline                       POST  own                403   403   403   422   403   403   403   403   302
compliance:baseline                       POST  none               403   403   403   404   403   403   403   403   302
compliance:public                         GET   own                200   404   403   404   404   404   404   404   302
compliance:public                         GET   other,none         404   404   404   404   404   404   404   404   302
compliance:public                         POST  own                302   404   403   404   404   404   404   404   302
compliance:public                         POST  other,none         404   404   404   404   404   404   404   404   302
compliance:withdraw                       GET   own                200   404   403   404   404   404   404   404   302
compliance:withdraw                       GET   other,none         404   404   404   404   404   404   404   404   302
compliance:withdraw                       POST  own                422   404   403   404   404   404   404   404   302
compliance:withdraw                       POST  other,none         404   404   404   404   404   404   404   404   302
compliance:duty                           GET   own                200   200   200   200   200   200   200   403   302
compliance:duty                           GET   none               404   404   404   404   404   404   404   403   302
compliance:record                         GET   own                200   403   403   403   403   403   403   403   302
compliance:record                         GET   none               404   404   404   404   404   404   404   404   302
compliance:record                         POST  own                422   403   403   403   403   403   403   403   302
compliance:record                         POST  none               404   404   404   404   404   404   404   404   302
compliance:move                           GET   own                403   403   403   200   403   403   403   403   302
compliance:move                           GET   none               404   404   404   404   404   404   404   404   302
compliance:move                           POST  own                403   403   403   422   403   403   403   403   302
compliance:move                           POST  none               404   404   404   404   404   404   404   404   302

impact:list                               GET   page               200   200   200   200   200   200   200   403   302
impact:add                                GET   page               200   403   403   403   403   403   403   403   302
impact:add                                POST  page               422   403   403   403   403   403   403   403   302
impact:detail                             GET   own                200   404   200   404   404   404   404   404   302
impact:detail                             GET   other,none         404   404   404   404   404   404   404   404   302
impact:change                             GET   own                200   404   403   404   404   404   404   404   302
impact:change                             GET   other,none         404   404   404   404   404   404   404   404   302
impact:change                             POST  own                422   404   403   404   404   404   404   404   302
impact:change                             POST  other,none         404   404   404   404   404   404   404   404   302
impact:decide                             GET   own                200   404   403   404   404   404   404   404   302
impact:decide                             GET   other,none         404   404   404   404   404   404   404   404   302
impact:decide                             POST  own                422   404   403   404   404   404   404   404   302
impact:decide                             POST  other,none         404   404   404   404   404   404   404   404   302
impact:add-action                         GET   own                200   404   403   404   404   404   404   404   302
impact:add-action                         GET   other,none         404   404   404   404   404   404   404   404   302
impact:add-action                         POST  own                422   404   403   404   404   404   404   404   302
impact:add-action                         POST  other,none         404   404   404   404   404   404   404   404   302
impact:close-action                       GET   own                200   404   403   404   404   404   404   404   302
impact:close-action                       GET   other,none         404   404   404   404   404   404   404   404   302
impact:close-action                       POST  own                409   404   403   404   404   404   404   404   302
impact:close-action                       POST  other,none         404   404   404   404   404   404   404   404   302
impact:sign                               GET   own,other,none     405   405   405   405   405   405   405   405   302
impact:sign                               POST  own                403   404   409   404   404   404   404   404   302
impact:sign                               POST  other,none         404   404   404   404   404   404   404   404   302

efficiencies:list                         GET   page               200   200   200   200   200   200   200   403   302
efficiencies:add                          GET   page               200   403   403   403   403   403   403   403   302
efficiencies:add                          POST  page               422   403   403   403   403   403   403   403   302
efficiencies:challenges                   GET   page               200   403   403   403   403   403   403   403   302
efficiencies:challenges                   POST  page               409   403   403   403   403   403   403   403   302
efficiencies:change                       GET   own                200   404   403   404   404   404   404   404   302
efficiencies:change                       GET   other,none         404   404   404   404   404   404   404   404   302
efficiencies:change                       POST  own                422   404   403   404   404   404   404   404   302
efficiencies:change                       POST  other,none         404   404   404   404   404   404   404   404   302
efficiencies:withdraw                     GET   own,other,none     405   405   405   405   405   405   405   405   302
efficiencies:withdraw                     POST  own                302   404   403   404   404   404   404   404   302
efficiencies:withdraw                     POST  other,none         404   404   404   404   404   404   404   404   302
efficiencies:decide                       GET   own                403   403   403   200   403   403   403   403   302
efficiencies:decide                       GET   none               403   403   403   404   403   403   403   403   302
efficiencies:decide                       POST  own                403   403   403   422   403   403   403   403   302
efficiencies:decide                       POST  none               403   403   403   404   403   403   403   403   302
efficiencies:propose                      GET   own,none           405   405   405   405   405   405   405   405   302
efficiencies:propose                      POST  own                403   403   403   409   403   403   403   403   302
efficiencies:propose                      POST  none               403   403   403   404   403   403   403   403   302
efficiencies:freeze                       GET   own,none           405   405   405   405   405   405   405   405   302
efficiencies:freeze                       POST  own                403   403   403   403   403   403   302   403   302
efficiencies:freeze                       POST  none               403   403   403   403   403   403   404   403   302

outcomes:list                             GET   page               200   200   200   200   200   200   200   403   302
outcomes:word                             GET   own                403   403   403   200   403   403   403   403   302
outcomes:word                             GET   none               403   403   403   404   403   403   403   403   302
outcomes:word                             POST  own                403   403   403   422   403   403   403   403   302
outcomes:word                             POST  none               403   403   403   404   403   403   403   403   302
outcomes:link                             GET   own                403   403   403   200   403   403   403   403   302
outcomes:link                             GET   none               403   403   403   404   403   403   403   403   302
outcomes:link                             POST  own                403   403   403   422   403   403   403   403   302
outcomes:link                             POST  none               403   403   403   404   403   403   403   403   302
outcomes:withdraw                         GET   own,none           405   405   405   405   405   405   405   405   302
outcomes:withdraw                         POST  own                403   403   403   302   403   403   403   403   302
outcomes:withdraw                         POST  none               403   403   403   404   403   403   403   403   302

practice:list                             GET   page               200   200   200   200   200   200   200   403   302
practice:add                              GET   page               200   403   403   200   403   403   403   403   302
practice:add                              POST  page               422   403   403   422   403   403   403   403   302
practice:detail                           GET   own                200   200   200   200   200   200   200   403   302
practice:detail                           GET   none               404   404   404   404   404   404   404   403   302
practice:change                           GET   own                403   403   403   200   403   403   403   403   302
practice:change                           GET   none               404   404   404   404   404   404   404   404   302
practice:change                           POST  own                403   403   403   422   403   403   403   403   302
practice:change                           POST  none               404   404   404   404   404   404   404   404   302
practice:retire                           GET   own,none           405   405   405   405   405   405   405   405   302
practice:retire                           POST  own                403   403   403   302   403   403   403   403   302
practice:retire                           POST  none               404   404   404   404   404   404   404   404   302
practice:adopt                            GET   own,none           405   405   405   405   405   405   405   405   302
practice:adopt                            POST  own                302   403   403   403   403   403   403   403   302
practice:adopt                            POST  none               404   404   404   404   404   404   404   404   302

digest:list                               GET   page               200   200   200   200   200   200   200   403   302
digest:add                                GET   page               403   403   403   200   403   403   403   403   302
digest:add                                POST  page               403   403   403   422   403   403   403   403   302
digest:change                             GET   own                403   403   403   200   403   403   403   403   302
digest:change                             GET   none               403   403   403   404   403   403   403   403   302
digest:change                             POST  own                403   403   403   422   403   403   403   403   302
digest:change                             POST  none               403   403   403   404   403   403   403   403   302
digest:retire                             GET   own,none           405   405   405   405   405   405   405   405   302
digest:retire                             POST  own                403   403   403   302   403   403   403   403   302
digest:retire                             POST  none               403   403   403   404   403   403   403   403   302

consultations:list                        GET   page               200   200   200   200   200   200   200   403   302
consultations:ask                         GET   page               403   403   403   200   403   403   403   403   302
consultations:ask                         POST  page               403   403   403   422   403   403   403   403   302
consultations:detail                      GET   own                200   200   200   200   200   200   200   403   302
consultations:detail                      GET   none               404   404   404   404   404   404   404   403   302
consultations:answer                      GET   own                200   403   403   403   403   403   403   403   302
consultations:answer                      GET   none               404   403   403   403   403   403   403   403   302
consultations:answer                      POST  own                422   403   403   403   403   403   403   403   302
consultations:answer                      POST  none               404   403   403   403   403   403   403   403   302
consultations:reply                       GET   own                403   403   403   200   403   403   403   403   302
consultations:reply                       GET   none               403   403   403   404   403   403   403   403   302
consultations:reply                       POST  own                403   403   403   422   403   403   403   403   302
consultations:reply                       POST  none               403   403   403   404   403   403   403   403   302

what-edi-is                               GET   page               200   200   200   200   200   200   200   403   302

mfa_index                                 GET   page               200   200   200   200   200   200   200   200   302
mfa_authenticate                          GET   page               302   302   302   302   302   302   302   302   302
mfa_authenticate                          POST  page               302   302   302   302   302   302   302   302   302
mfa_list_webauthn                         GET   page               200   200   200   200   200   200   200   200   302
mfa_add_webauthn                          GET   page               302   302   302   302   302   302   302   302   302
mfa_add_webauthn                          POST  page               302   302   302   302   302   302   302   302   302
mfa_reauthenticate_webauthn               GET   page               302   302   302   302   302   302   302   302   302
mfa_reauthenticate_webauthn               POST  page               302   302   302   302   302   302   302   302   302
mfa_remove_webauthn                       GET   own,other,none     302   302   302   302   302   302   302   302   302
mfa_remove_webauthn                       POST  own,other,none     302   302   302   302   302   302   302   302   302
mfa_reauthenticate                        GET   page               200   200   200   200   200   200   200   200   302
mfa_reauthenticate                        POST  page               200   200   200   200   200   200   200   200   302
mfa_activate_totp                         GET   page               302   302   302   302   302   302   302   302   302
mfa_activate_totp                         POST  page               302   302   302   302   302   302   302   302   302
mfa_deactivate_totp                       GET   page               302   302   302   302   302   302   302   302   302
mfa_deactivate_totp                       POST  page               302   302   302   302   302   302   302   302   302
mfa_view_recovery_codes                   GET   page               404   404   404   404   404   404   404   404   302
mfa_generate_recovery_codes               GET   page               302   302   302   302   302   302   302   302   302
mfa_generate_recovery_codes               POST  page               302   302   302   302   302   302   302   302   302
mfa_download_recovery_codes               GET   page               404   404   404   404   404   404   404   404   302
mfa_download_recovery_codes               POST  page               404   404   404   404   404   404   404   404   302

eds:list                                  GET   page               200   403   200   200   403   200   200   403   302
eds:organisation                          GET   own                200   403   200   200   403   200   200   403   302
eds:organisation                          GET   other              404   403   404   200   403   200   200   403   302
eds:organisation                          GET   none               404   403   404   404   403   404   404   403   302
eds:csv                                   GET   own                200   403   200   200   403   200   200   403   302
eds:csv                                   GET   other              404   403   404   200   403   200   200   403   302
eds:csv                                   GET   none               404   403   404   404   403   404   404   403   302
eds:score                                 GET   own                403   403   403   403   403   200   403   403   302
eds:score                                 GET   other              403   403   403   403   403   403   403   403   302
eds:score                                 GET   none               403   403   403   403   403   404   403   403   302
eds:score                                 POST  own                403   403   403   403   403   422   403   403   302
eds:score                                 POST  other              403   403   403   403   403   403   403   403   302
eds:score                                 POST  none               403   403   403   403   403   404   403   403   302
eds:comment                               GET   own,other          403   403   403   403   403   200   403   403   302
eds:comment                               GET   none               403   403   403   403   403   404   403   403   302
eds:comment                               POST  own,other          403   403   403   403   403   422   403   403   302
eds:comment                               POST  none               403   403   403   403   403   404   403   403   302
eds:answer                                GET   own                200   403   403   403   403   403   403   403   302
eds:answer                                GET   other              404   403   404   403   403   403   403   403   302
eds:answer                                GET   none               404   403   404   404   403   404   404   403   302
eds:answer                                POST  own                422   403   403   403   403   403   403   403   302
eds:answer                                POST  other              404   403   404   403   403   403   403   403   302
eds:answer                                POST  none               404   403   404   404   403   404   404   403   302

search                                    GET   page               200   200   200   200   200   200   200   200   200
help                                      GET   page               200   200   200   200   200   200   200   200   200
method                                    GET   page               200   200   200   200   200   200   200   200   200
method-disclosure                         GET   page               200   200   200   200   200   200   200   200   200
method-release                            GET   own                200   200   200   200   200   200   200   200   200
method-release                            GET   none               404   404   404   404   404   404   404   404   404
privacy                                   GET   page               200   200   200   200   200   200   200   200   200
accessibility                             GET   page               200   200   200   200   200   200   200   200   200
health-deep                               GET   page               403   403   403   403   403   403   200   403   302
health-live                               GET   page               200   200   200   200   200   200   200   200   200
health-ready                              GET   page               200   200   200   200   200   200   200   200   200
metrics                                   GET   page               404   404   404   404   404   404   404   404   404
security-txt                              GET   page               200   200   200   200   200   200   200   200   200
components                                GET   page               200   200   200   200   200   200   200   200   200

organisations:tokens                      GET   page               200   200   200   200   200   200   200   200   302
organisations:make-token                  GET   page               200   200   200   200   200   200   200   404   302
organisations:make-token                  POST  page               422   422   422   422   422   422   422   404   302
organisations:end-other-sessions          GET   page               200   200   200   200   200   200   200   200   302
organisations:end-other-sessions          POST  page               302   302   302   302   302   302   302   302   302
organisations:end-token                   GET   own,other,none     405   405   405   405   405   405   405   405   302
organisations:end-token                   POST  own                302   404   404   404   404   404   404   404   302
organisations:end-token                   POST  other,none         404   404   404   404   404   404   404   404   302

api:guide                                 GET   page               200   200   200   200   200   200   200   200   200
api:schema                                GET   page               200   200   200   200   200   200   200   200   200
api:organisations                         GET   page               200   200   200   200   200   200   200   200   200
api:organisation                          GET   own,other          200   200   200   200   200   200   200   200   200
api:organisation                          GET   none               404   404   404   404   404   404   404   404   404
api:kpis                                  GET   page               200   200   200   200   200   200   200   200   200
api:kpi                                   GET   shared             200   200   200   200   200   200   200   200   200
api:kpi                                   GET   own                200   200   200   200   404   404   404   404   404
api:kpi                                   GET   other              404   404   404   200   404   404   404   404   404
api:kpi                                   GET   none               404   404   404   404   404   404   404   404   404
api:releases                              GET   page               200   200   200   200   200   200   200   200   200
api:release                               GET   own                200   200   200   200   200   200   200   200   200
api:release                               GET   none               404   404   404   404   404   404   404   404   404
api:figures                               GET   own                200   200   200   200   200   200   200   200   200
api:figures                               GET   none               404   404   404   404   404   404   404   404   404
api:benchmarks                            GET   page               200   200   200   200   200   200   200   200   200
api:calculator                            GET   shared             200   200   200   200   200   200   200   200   200
api:calculator                            GET   own,other,none     404   404   404   404   404   404   404   404   404
api:calculator                            POST  shared             415   415   415   415   415   415   415   415   415
api:calculator                            POST  own,other,none     404   404   404   404   404   404   404   404   404
api:ward-indicators                       GET   page               200   200   200   200   200   200   200   200   200
api:ward-figures                          GET   page               200   200   200   200   200   200   200   200   200
api:collections                           GET   page               200   200   200   200   200   200   200   200   401
api:collection                            GET   own                200   200   200   200   200   200   200   200   401
api:collection                            GET   none               404   404   404   404   404   404   404   404   401
api:returns                               GET   page               200   200   200   200   200   200   200   200   401
api:return                                GET   own                200   200   200   404   404   404   404   404   401
api:return                                GET   other,none         404   404   404   404   404   404   404   404   401
api:submit                                GET   own,other,none     405   405   405   405   405   405   405   405   401
api:submit                                POST  own                428   403   403   404   404   404   404   404   401
api:submit                                POST  other,none         404   404   404   404   404   404   404   404   401
api:workstreams                           GET   page               200   200   200   200   200   200   200   403   401
api:workstream                            GET   own                200   200   200   200   200   200   200   403   401
api:workstream                            GET   none               404   404   404   404   404   404   404   403   401
api:actions                               GET   page               200   403   200   200   403   403   200   403   401
api:action                                GET   own                200   404   200   200   404   404   200   404   401
api:action                                GET   other              404   404   404   200   404   404   200   404   401
api:action                                GET   none               404   404   404   404   404   404   404   404   401
api:reports                               GET   page               200   403   200   200   200   403   200   403   401
api:report                                GET   own,none           404   403   404   404   404   403   404   403   401
api:jobs                                  GET   page               403   403   403   403   403   403   200   403   401
api:job                                   GET   own                403   403   403   403   403   403   200   403   401
api:job                                   GET   none               403   403   403   403   403   403   404   403   401
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    name: str
    method: str
    things: tuple[str, ...]
    statuses: Mapping[str, int]


def lines() -> tuple[Line, ...]:
    """The table, read."""
    return tuple(_line(text.split()) for text in TABLE.splitlines() if text.strip())


def _line(words: list[str]) -> Line:
    name, method, things, *statuses = words
    if len(statuses) != len(READERS):
        raise ValueError(f"{name} {method} {things} needs {len(READERS)} statuses.")
    return Line(name, method, tuple(things.split(",")), dict(zip(READERS, map(int, statuses), strict=True)))
