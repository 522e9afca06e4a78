"""A hundred thousand rows in little memory, measured in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SECRET, Snapshot

ROWS = 100_000 if os.environ.get("SUICHA_LONG") == "1" else 5_000
MOST_MEGABYTES = 200
WORK = """
import json, sys, time
from pathlib import Path
from backend.app import create_app
from backend.foundation.database import db, transaction
from backend.registry.imports.actions import start_import, upload_table
from backend.registry.imports.directories import each_row
from backend.registry.imports.jobs import work_due
from backend.registry.imports.models import ImportJob
from backend.registry.imports.tables import TABLES
from backend.registry.imports.writing import header_of, write_xlsx
from backend.accounts.queries import actor_of, find_account
from backend.foundation.clock import utc_now
from backend.sample_city.generator import credit_code
from schemas.vocabulary import ImportKind, ImportMode

rows, folder = int(sys.argv[1]), Path(sys.argv[2])
app, now, kind, measured = create_app(), utc_now(), ImportKind.OBJECTS, {}
files = app.extensions["suicha"].files
header = [header_of(column) for column in TABLES[kind].columns]

def made():
    for n in range(rows):
        code = credit_code(1 + n // 50_000, "130303", 40_000 + n % 50_000)
        yield (code, f"示例{n}商贸有限公司", "企业", "130303", "SHG", "2020-03-18", "存续", "零售", f"示例路 {n} 号",
               "食品", "food_seller", "", "A", f"甲乙{n}", f"0335-{n:07}", "")

def timed(name, work):
    # Linux forgets the highest mark so far: loading the program takes more for a moment (argon2) than its work does.
    Path("/proc/self/clear_refs").write_text("5")
    begin = time.monotonic()
    work()
    status = Path("/proc/self/status").read_text()
    peak = int(status.split("VmHWM:")[1].split()[0]) // 1024
    measured[name] = {"seconds": round(time.monotonic() - begin, 1), "peak": peak}

path = folder / "many.xlsx"
timed("write", lambda: write_xlsx(path, "名录", header, made()))
with app.app_context():
    with transaction() as session:
        actor = actor_of(find_account(session, username="planner"))
        with open(path, "rb") as content:
            stated = {"kind": kind, "file_name": "many.xlsx", "files": files, "actor": actor, "now": now}
            job = upload_table(session, content=content, **stated)
        job_id = job.id
    timed("check", lambda: work_due(now=now, files=files))
    with transaction() as session:
        start_import(session, job_id, mode=ImportMode.ALL_OR_NOTHING, actor=actor, now=now)
    timed("import", lambda: work_due(now=now, files=files))
    job = db.session.get_one(ImportJob, job_id, populate_existing=True)
    state, created, bad = job.state, job.created, job.bad
    timed("export", lambda: write_xlsx(path, "名录", header, each_row(db.session(), kind, actor=actor)))
print(json.dumps({"state": state, "created": created, "bad": bad, "work": measured}))
"""


@pytest.mark.timeout(1200)
def test_many_rows_stay_within_their_memory(city: Snapshot, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "SUICHA_DATABASE_URL": city.copy(tmp_path),
        "SUICHA_HOME": str(tmp_path),
        "SUICHA_SECRET": SECRET,
        "SUICHA_DEMO": "1",
    }
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", WORK, str(ROWS), str(tmp_path)]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    measured = json.loads(done.stdout.splitlines()[-1])
    print(measured)
    assert (measured["state"], measured["created"], measured["bad"]) == ("done", ROWS, 0), done.stdout[-2000:]
    assert max(part["peak"] for part in measured["work"].values()) < MOST_MEGABYTES, measured
