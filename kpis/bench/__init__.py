"""What `manage.py bench` measures of the portal: releases, pages, saving and uploading, on a scratch database of its own.

Each module answers with `edi_portal.bench.BenchResult` rows, and checks that what it measures is right before it measures.
"""
