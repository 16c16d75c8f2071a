"""`/metrics/`: the numbers of `/health/deep/` for a monitoring system, in the text that Prometheus reads.

Open only to who sends the token of `PORTAL_METRICS_TOKEN`; without that setting there is nothing at the address. It tells how
the machinery does: no figures of returns, no organisations, no people. How long requests take stands in the log.
"""

from collections.abc import Iterator
from datetime import datetime
from hmac import compare_digest

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from kpis.views.deep_health import look_at_everything

GAUGES = {
    ("jobs", "oldest_waiting_seconds"): ("edi_jobs_oldest_waiting_seconds", "How long the job that waits longest has been due"),
    ("jobs", "failed"): ("edi_jobs_failed", "Jobs that were given up; the page Jobs says why"),
    ("jobs", "last_done_at"): ("edi_jobs_last_done_timestamp_seconds", "When a job was last done"),
    ("audit", "position"): ("edi_audit_events", "Events in the audit chain; it never shrinks"),
    ("backup", "made_at"): ("edi_backup_made_timestamp_seconds", "When the newest backup was made"),
    ("disk", "percent"): ("edi_disk_used_percent", "How full the disk of uploaded files is"),
    ("broker", "used"): ("edi_broker_used_bytes", "Memory of Redis"),
    ("broker", "limit"): ("edi_broker_limit_bytes", "Limit of the memory of Redis; 0: none"),
}


@login_not_required
@never_cache
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """What is not known (no backup, a silent Redis) is left out, so that an alarm on its absence works."""
    if not _may_read(request):
        raise Http404
    page = CollectorRegistry()
    page.register(Numbers())
    return HttpResponse(generate_latest(page), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class Numbers(Collector):
    """What `/health/deep/` knows, as gauges."""

    def collect(self) -> Iterator[Metric]:
        """Looked up when it is asked for."""
        parts, problems = look_at_everything()
        yield GaugeMetricFamily("edi_problems", "What needs a look, as /health/deep/ puts it in words", len(problems))
        for (part, name), (gauge, words) in GAUGES.items():
            value = parts[part][name]
            if value is not None:
                yield GaugeMetricFamily(gauge, words, value.timestamp() if isinstance(value, datetime) else value)
        made = [moment for moment in parts["releases"].values() if moment is not None]
        if made:
            words = "When the newest release was made"
            yield GaugeMetricFamily("edi_release_made_timestamp_seconds", words, max(made).timestamp())


def _may_read(request: HttpRequest) -> bool:
    token: str = settings.METRICS_TOKEN
    sent = request.headers.get("Authorization", "")
    return bool(token) and compare_digest(sent.encode(), f"Bearer {token}".encode())
