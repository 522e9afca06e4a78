"""Every table, named in one place so that migrations and tests see the whole schema."""

from backend.accounts import models as accounts
from backend.checklists import models as checklists
from backend.deadlines import models as deadlines
from backend.draws import models as draws
from backend.fieldwork import models as fieldwork
from backend.foundation import audit, calendar, outbox
from backend.foundation.database import Base
from backend.plans import models as plans
from backend.publication import models as publication
from backend.registry import models as registry
from backend.registry.imports import models as imports
from backend.reviews import models as reviews

SOURCES = (
    accounts,
    audit,
    calendar,
    checklists,
    deadlines,
    draws,
    fieldwork,
    imports,
    outbox,
    plans,
    publication,
    registry,
    reviews,
)
METADATA = Base.metadata
