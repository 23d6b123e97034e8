#!/bin/sh
# Lambda's web adapter starts this, waits until it answers on port 8080, and passes it every request.
export PYTHONPATH="$LAMBDA_TASK_ROOT:/opt/python"
exec python3 -m uvicorn app:app --host 127.0.0.1 --port 8080 --lifespan off --no-access-log --log-level warning \
  --no-server-header --no-date-header
