"""What every stage stands on: configuration, database, HTTP edge, access, audit, outbox, files, clock."""
