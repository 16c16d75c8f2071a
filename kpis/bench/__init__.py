"""What `manage.py bench` measures of the portal: releases, pages, saving, uploading, reading extracts, on a scratch database.

Each module answers with `edi_portal.bench.BenchResult` rows, and checks that what it measures is right before it measures.
"""
